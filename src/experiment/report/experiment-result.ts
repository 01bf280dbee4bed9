/**
 * Everything that an experiment found, as plain data: the same that `result.json` holds and the report shows. Pictures
 * travel beside it. Not here: how it was found (src/experiment).
 */
import type { Spacing } from "#contract/cohort-manifest.ts";
import type { CohortSplit, SplitParts } from "#contract/cohort-split.ts";
import type { TrainingConfiguration } from "#contract/training-configuration.ts";
import type { Finding } from "#core/findings.ts";
import type { MetricComparison } from "#evaluate/compare-tables.ts";
import type { MetricCorrelation, PatientDescription } from "#evaluate/correlate-table.ts";
import type { MetricTable } from "#evaluate/metric-table.ts";
import type { StratifiedTable } from "#evaluate/stratify-table.ts";
import type { LossCurve } from "#pictures/figures/loss-curves.ts";
import type { BlandAltman } from "#statistics/bland-altman.ts";
import type { Summary } from "#statistics/summary.ts";

/** A patient of the cohort: the part of its CT that a table of patients shows, and its tumour as measured on the mask. */
export type DescribedPatient = PatientDescription & {
  readonly slices: number;
  readonly slicesWithTarget: number;
  readonly matrix: readonly [columns: number, rows: number];
  /** Null where the cohort's spacing is not known, as all values that need it are missing then. */
  readonly pixelMm: number | null;
  readonly sliceMm: number | null;
  /** What is odd in the patient's data; undefined where an earlier version described it. */
  readonly findings?: readonly Finding[] | undefined;
};

export type TrainingOutcome = {
  /** From 1. */
  readonly fold: number;
  readonly steps: number;
  /** Slices of the training patients. */
  readonly images: number;
  /** Mean training loss of the last epoch. */
  readonly finalLoss: number;
  readonly finalValidationLoss: number | null;
  /** Epoch, from 1, whose weights the model has: the best on the validation patients, or the last. */
  readonly modelEpoch: number;
  /** Wall time of the training, with preparing its images, which the first to need them pays for; null where an interrupted run did not keep it. */
  readonly elapsedMs: number | null;
  /** SHA-256 of the model file. */
  readonly modelDigest: string;
};

/** One network over all test patients (of all folds, each patient by the model that never saw it). */
export type NetworkResult = {
  readonly network: string;
  readonly title: string;
  readonly configuration: TrainingConfiguration;
  /** The target is where the models' sigmoid is above this. */
  readonly threshold: number;
  /** Trained weights and biases. */
  readonly parameters: number;
  readonly training: readonly TrainingOutcome[];
  readonly curves: readonly LossCurve[];
  readonly patients: MetricTable;
  /** Slices in which the reference or the network's contour has voxels. */
  readonly slices: MetricTable;
  /** Network alone, one slice at a time, milliseconds. */
  readonly sliceMs: Summary;
  /** From the CT in memory to the mask of the whole patient, seconds. */
  readonly patientSeconds: Summary;
  /** Volumes, automatic against reference; null below two patients. */
  readonly volumes: BlandAltman | null;
  readonly correlations: readonly MetricCorrelation[];
  readonly strata: readonly StratifiedTable[];
};

/** Tests of the first network (a) against another (b); per slice over those in which the reference has voxels. */
export type NetworkComparison = {
  readonly a: string;
  readonly b: string;
  readonly patient: readonly MetricComparison[];
  readonly slice: readonly MetricComparison[];
};

/** Synthetic tumours with known answers, chosen to be hard; never part of the figures above. */
export type StressGroup = {
  readonly name: string;
  readonly title: string;
  readonly what: string;
  /** By network, in the experiment's order. */
  readonly tables: readonly MetricTable[];
};

export type ExperimentResult = {
  readonly format: 1;
  readonly protocol: "own" | "zhang2020";
  readonly cohort: string;
  /** With unknown spacing there is no figure in cc or mm: not of patients, nor of the networks. */
  readonly spacing: Spacing;
  readonly patients: readonly DescribedPatient[];
  readonly split: CohortSplit;
  /** The parts that were run: one, or the folds of a cross-validation. */
  readonly folds: readonly SplitParts[];
  readonly networks: readonly NetworkResult[];
  readonly comparisons: readonly NetworkComparison[];
  readonly stress: readonly StressGroup[];
  /** The machines that contoured the test patients, such as "a processor, 8 threads". */
  readonly timedOn: readonly string[];
  readonly provenance: {
    readonly program: string;
    readonly version: string;
    readonly node: string;
    readonly runtime: string;
    readonly platform: string;
    readonly processor: string;
    readonly cores: number;
    readonly threads: number;
    readonly memoryGb: number;
    readonly startedAt: string;
    readonly finishedAt: string;
    /** What reproduces this, as typed. */
    readonly commands: readonly string[];
  };
};

/** A picture of the report, embedded. */
export type OverlayPicture = {
  readonly network: string;
  readonly patient: string;
  readonly slice: number;
  /** Why this one: "best", "median", "worst", a size. */
  readonly role: string;
  readonly group: "rank" | "size" | "stress";
  readonly dsc: number | null;
  /** Of the reference, with its unit. */
  readonly size: string;
  /** `data:image/png;base64,...` */
  readonly source: string;
};
