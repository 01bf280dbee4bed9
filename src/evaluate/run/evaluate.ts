/**
 * `delineate evaluate`: predictions against references, per slice and per patient. Averages are over cases of one unit,
 * which stands beside them; what is undefined is counted, and a patient that cannot be compared is named, not left out in
 * silence.
 */
import { DelineateError, type ErrorCode } from "#core/errors.ts";
import { type Finding, finding, findingIn } from "#core/findings.ts";
import { type Progress, silentProgress } from "#core/progress.ts";
import type { CtVolume } from "#dicom/ct/ct-volume.ts";
import { evaluatePair, metricTables, type PairEvaluation } from "#evaluate/evaluate-pair.ts";
import { type MetricTable, overlapOnly, summariseTable } from "#evaluate/metric-table.ts";
import { placeOnGrid } from "#formats/place-on-grid.ts";
import type { Grid } from "#geometry/grid.ts";
import type { Mask } from "#geometry/mask.ts";
import { turnOf } from "#geometry/upright.ts";
import { loadStoredCase } from "#patients/cohort/load-case.ts";
import { findCtOfPatient } from "#patients/find-ct.ts";
import { type MaskFile, openMaskFile } from "#patients/masks/load-masks.ts";
import { targetMask } from "#patients/masks/target-mask.ts";
import { findMaskFile, type PatientPair, pairPatients } from "#patients/pair-patients.ts";
import type { Summary } from "#statistics/summary.ts";
import { refuseCut } from "./refuse-cut.ts";

export type EvaluateRequest = {
  /** A mask file, a patient's folder, a folder with one entry per patient, or an imported cohort. */
  readonly reference: string;
  readonly prediction: string;
  /** Folder of the CT, or of one folder per patient; without it the CT is looked for beside the reference. */
  readonly ct?: string | undefined;
  /** Name or regular expression; several ROIs that match are joined. Without it each file must hold one ROI. */
  readonly roi?: string | undefined;
  /** The same for the prediction, where its names differ. */
  readonly predictionRoi?: string | undefined;
  readonly resample: boolean;
  /** Margin from CTV to PTV in mm (default 5), for the reference that would lie outside. */
  readonly ptvMargin?: number | undefined;
  /** The masks' voxel size is not the patients' own: nothing in cc or mm is computed from it. */
  readonly unknownSpacing?: boolean | undefined;
};

export type Failure = { readonly patient: string; readonly code: ErrorCode; readonly message: string };

export type Evaluation = {
  /** One case per patient. */
  readonly patients: MetricTable;
  /** One case per slice, of all patients. */
  readonly slices: MetricTable;
  readonly summaries: {
    readonly patient: Readonly<Record<string, Summary>>;
    readonly slice: Readonly<Record<string, Summary>>;
  };
  /** Patients that could not be compared. */
  readonly failures: readonly Failure[];
  readonly withoutPrediction: readonly string[];
  readonly withoutReference: readonly string[];
  /** Whose scans the patients are, by patient: the same for two scans of one person, as far as the references tell. */
  readonly persons: Readonly<Record<string, string>>;
  readonly findings: readonly Finding[];
};

/**
 * A single pair that cannot be compared throws what is wrong with it; of several pairs such a patient is among the
 * failures. Throws `bad-cohort`, `file-not-found`.
 */
export async function evaluateMasks(
  request: EvaluateRequest,
  progress: Progress = silentProgress,
): Promise<Evaluation> {
  const pairing = await pairPatients(request.reference, request.prediction);
  const compared: Compared[] = [];
  const failures: Failure[] = [];
  for (const [index, pair] of pairing.pairs.entries()) {
    progress.report("comparing", index, pairing.pairs.length, pair.patient);
    try {
      compared.push(await comparePair(pair, request));
    } catch (error) {
      if (!(error instanceof DelineateError) || pairing.pairs.length === 1) throw error;
      failures.push({ patient: pair.patient, code: error.code, message: error.message });
    }
  }
  progress.report("comparing", pairing.pairs.length, pairing.pairs.length);
  const tables = metricTables(compared);
  const shown =
    request.unknownSpacing === true || !pairing.spacingKnown ? overlapOnly : (table: MetricTable) => table;
  const [patients, slices] = [shown(tables.patients), shown(tables.slices)];
  return {
    patients,
    slices,
    summaries: { patient: summariseTable(patients), slice: summariseTable(slices) },
    failures,
    withoutPrediction: pairing.withoutPrediction,
    withoutReference: pairing.withoutReference,
    persons: Object.fromEntries(pairing.pairs.map(({ patient, person }) => [patient, person])),
    findings: compared.flatMap(({ findings }) => findings),
  };
}

type Compared = PairEvaluation & { readonly findings: readonly Finding[] };

type Reference = {
  /** Of DICOM masks. */
  readonly ct: CtVolume | undefined;
  readonly mask: Mask;
  readonly findings: readonly Finding[];
};

async function comparePair(pair: PatientPair, request: EvaluateRequest): Promise<Compared> {
  const predictionFile = await openMaskFile(await findMaskFile(pair.prediction));
  const { ct, ...reference } = await referenceOf(pair, predictionFile, request);
  const { resample } = request;
  const predicted = targetMask(predictionFile, { ct, roi: request.predictionRoi ?? request.roi, resample });
  const placed = placeOnGrid(predicted.mask, reference.mask.grid, { resample });
  const { patient } = pair;
  const findings = [
    ...reference.findings,
    ...predicted.findings,
    ...placed.findings,
    ...slicesNotAxial(reference.mask.grid),
  ];
  refuseCut(findings, patient);
  return {
    ...evaluatePair(patient, reference.mask, placed.mask, { ptvMarginMm: request.ptvMargin }),
    findings: findings.map((item) => findingIn(patient, item)),
  };
}

/** The same masks stored in another order of axes have other slices, and another added path length. */
function slicesNotAxial(grid: Grid): Finding[] {
  const patientAxis = turnOf(grid).axes.indexOf(2);
  if (patientAxis === 2) return [];
  const plane = patientAxis === 0 ? "sagittal" : "coronal";
  const message = `The slices of this image are ${plane}: the table per slice and the added path length are of those, not of axial ones.`;
  return [finding("warning", "slices-not-axial", message)];
}

async function referenceOf(
  { patient, reference }: PatientPair,
  predictionFile: MaskFile,
  request: EvaluateRequest,
): Promise<Reference> {
  if (typeof reference === "string") {
    const file = await openMaskFile(await findMaskFile(reference));
    const ct = await findCtOfPatient([file, predictionFile], patient, reference, request.ct);
    return { ct, ...targetMask(file, { ct, roi: request.roi, resample: request.resample }) };
  }
  if (request.ct !== undefined)
    throw new DelineateError("usage", "An imported cohort knows its patients' CTs: leave out --ct.");
  const { volume, target } = await loadStoredCase(reference, request.roi ?? ".*");
  return { ct: volume, mask: target, findings: [] };
}
