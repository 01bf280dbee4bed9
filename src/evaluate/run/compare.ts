/**
 * `delineate compare`: two sets of predictions against the same references: the paper's Table 2 with the tests that it and
 * its reviewers ask for. Both are evaluated as `delineate evaluate` does it, then compared case by case.
 */
import { DelineateError } from "#core/errors.ts";
import { type Progress, silentProgress } from "#core/progress.ts";
import { compareTables, type MetricComparison } from "#evaluate/compare-tables.ts";
import type { MetricTable } from "#evaluate/metric-table.ts";
import { type BlandAltman, blandAltman } from "#statistics/bland-altman.ts";
import { type EvaluateRequest, type Evaluation, evaluateMasks } from "./evaluate.ts";

export type CompareRequest = Omit<EvaluateRequest, "prediction"> & {
  readonly a: string;
  readonly b: string;
  /** Columns by name; all without it. Holm's correction is over these. */
  readonly metrics?: readonly string[] | undefined;
  /** Of the bootstrap. */
  readonly seed: number;
};

export type Comparison = {
  readonly a: Evaluation;
  readonly b: Evaluation;
  /** Of the metrics per patient. */
  readonly patients: readonly MetricComparison[];
  /** Of the metrics per slice. Slices of one patient are alike, and the tests do not know: their P values are too small. */
  readonly slices: readonly MetricComparison[];
  /** Predicted minus reference volume, cc, over the patients of each model. Null below two patients. */
  readonly volumes: { readonly a: BlandAltman | null; readonly b: BlandAltman | null };
};

/** Throws `bad-cohort` if A and B share no patient that could be compared, and what `evaluateMasks` throws. */
export async function comparePredictions(
  { a, b, seed, metrics, ...request }: CompareRequest,
  progress: Progress = silentProgress,
): Promise<Comparison> {
  const ofA = await evaluateMasks({ ...request, prediction: a }, progress);
  const ofB = await evaluateMasks({ ...request, prediction: b }, progress);
  const metricNames: readonly string[] = ofA.patients.columns.map(({ name }) => name);
  const unknown = metrics?.filter((name) => !metricNames.includes(name)) ?? [];
  if (unknown.length > 0) {
    throw new DelineateError(
      "usage",
      `There is no metric ${unknown.join(", ")}; there are ${metricNames.join(", ")}.`,
    );
  }
  const patientsOfB = new Set(ofB.patients.rows.map(({ patient }) => patient));
  if (!ofA.patients.rows.some(({ patient }) => patientsOfB.has(patient))) {
    throw new DelineateError(
      "bad-cohort",
      `${a} and ${b} share no patient that could be compared: expected predictions of the same names in both.`,
    );
  }
  const personOf = (patient: string): string => ofA.persons[patient] ?? ofB.persons[patient] ?? patient;
  return {
    a: ofA,
    b: ofB,
    patients: compareTables(chosen(ofA.patients, metrics), ofB.patients, { seed, personOf }),
    slices: compareTables(chosen(ofA.slices, metrics), ofB.slices, { seed, personOf }),
    volumes: { a: volumeAgreement(ofA.patients), b: volumeAgreement(ofB.patients) },
  };
}

/** With the columns asked for; else all but the reference's volume, which is the same for A and B. */
function chosen(table: MetricTable, metrics: readonly string[] | undefined): MetricTable {
  const columns = table.columns.filter(({ name }) =>
    metrics === undefined ? name !== "referenceCc" : metrics.includes(name),
  );
  return { ...table, columns };
}

function volumeAgreement({ rows }: MetricTable): BlandAltman | null {
  const pairs = rows.flatMap(({ values: { predictionCc, referenceCc } }) =>
    typeof predictionCc === "number" && typeof referenceCc === "number" ? [[predictionCc, referenceCc]] : [],
  );
  return blandAltman(
    pairs.map(([predicted]) => predicted),
    pairs.map(([, reference]) => reference),
  );
}
