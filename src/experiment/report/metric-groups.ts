/** Which of a table's metrics the report compares, and where it shows them: by the columns' stable names. */
import type { MetricColumn, MetricTable } from "#evaluate/metric-table.ts";
import type { MetricName } from "#evaluate/metrics.ts";

/** Table 2: the paper's measures and the distances that its discussion asks for. */
const main: readonly MetricName[] = ["dsc", "jsc", "tpr", "fpr", "precision", "hd95Mm", "assdMm"];

/** Volumes by themselves measure no agreement, and the number of lesions is the reference's own. */
const never: readonly MetricName[] = ["referenceCc", "predictionCc", "lesions"];

const aboutMargins = /ctv|ptv|margin/i;

/** Metrics that are held against size, position, shape and contact: many metrics say the same. */
export const dependenceMetrics: readonly MetricName[] = ["dsc", "tpr", "precision", "hd95Mm", "assdMm"];

/** Figures of single patients. */
export const caseMetrics: readonly MetricName[] = ["dsc", "tpr", "hd95Mm", "predictionCc"];

export function isMain({ name }: MetricColumn): boolean {
  return main.includes(name);
}

export function isMargin({ name }: MetricColumn): boolean {
  return aboutMargins.test(name);
}

/** Metrics with tests between the networks: Holm's correction is over these. */
export function comparedPart(table: MetricTable): MetricTable {
  return withColumns(table, (column) => !never.includes(column.name) && !isMargin(column));
}

/** The slices that the paper's figures are presumably over: those with tumour, the same under every network. */
export function withReference(slices: MetricTable): MetricTable {
  return {
    ...slices,
    cases: "slices in which the reference has voxels, of all patients",
    // TPR divides by the reference's voxels.
    rows: slices.rows.filter(({ values }) => (values.tpr ?? null) !== null),
  };
}

export function withColumns(table: MetricTable, keep: (column: MetricColumn) => boolean): MetricTable {
  return { ...table, columns: table.columns.filter(keep) };
}
