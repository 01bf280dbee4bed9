/**
 * Where a model is good and where it is not: each metric against what the patients' tumours are like (volume, position,
 * shape, contact), and the metrics summarised by stratum. Not here: how the descriptions are measured (src/anatomy).
 */
import { type Correlation, pearson, spearman } from "#statistics/correlation.ts";
import { holm } from "#statistics/holm.ts";
import { mean } from "#statistics/moments.ts";
import type { MetricColumn, MetricTable } from "./metric-table.ts";

/** What is known of a patient's tumour; null where it is not. A number or yes/no is correlated, a word makes strata only. */
export type PatientDescription = {
  readonly patient: string;
  /** The same for scans of one person; without it the patient is one. */
  readonly person?: string | undefined;
  readonly values: Readonly<Record<string, number | boolean | string | null>>;
};

export type MetricCorrelation = {
  readonly column: MetricColumn;
  readonly descriptor: string;
  /** Persons with a value of both, each once, by the means of its scans; the scans without are left out of both coefficients. */
  readonly pairs: number;
  readonly leftOut: number;
  /** A yes/no descriptor counts as 1 and 0: the point-biserial correlation. Null: too few pairs, or one of the two is constant. */
  readonly pearson: Correlation | null;
  readonly spearman: Correlation | null;
  /** Spearman's P corrected after Holm over all metrics and descriptors of the call. */
  readonly spearmanHolmP: number | null;
};

/**
 * Every metric against each of `descriptors` (all that hold a number or yes/no, without it). Throws for a table per slice:
 * slices of one patient share its description, and would be counted as if they were independent.
 */
export function correlateTable(
  table: MetricTable,
  descriptions: readonly PatientDescription[],
  descriptors: readonly string[] = measurable(descriptions),
): MetricCorrelation[] {
  if (table.unit !== "patient") throw new Error("correlations are over patients, not slices");
  const ofPatient = new Map(descriptions.map((description) => [description.patient, description]));
  const plain = table.columns.flatMap((column) =>
    descriptors.map((descriptor) => {
      const persons = new Map<string, { readonly x: number[]; readonly y: number[] }>();
      let leftOut = 0;
      for (const { patient, values } of table.rows) {
        const value = values[column.name] ?? null;
        const description = ofPatient.get(patient);
        const described = description?.values[descriptor] ?? null;
        if (value === null || described === null || typeof described === "string") {
          leftOut++;
          continue;
        }
        const person = description?.person ?? patient;
        const points = persons.get(person) ?? { x: [], y: [] };
        points.x.push(Number(described));
        points.y.push(value);
        persons.set(person, points);
      }
      const [x, y] = (["x", "y"] as const).map((axis) =>
        [...persons.values()].map((points) => mean(points[axis])),
      );
      const coefficients = { pearson: pearson(x, y), spearman: spearman(x, y) };
      return { column, descriptor, pairs: x.length, leftOut, ...coefficients };
    }),
  );
  const adjusted = holm(plain.map((correlation) => correlation.spearman?.p ?? null));
  return plain.map((correlation, at) => ({ ...correlation, spearmanHolmP: adjusted[at] }));
}

function measurable(descriptions: readonly PatientDescription[]): string[] {
  const names = descriptions.flatMap(({ values }) =>
    Object.entries(values)
      .filter(([, value]) => typeof value === "number" || typeof value === "boolean")
      .map(([name]) => name),
  );
  return [...new Set(names)];
}
