/** Tables, comparisons and agreements as CSV for a spreadsheet or a statistician: numbers unrounded, an undefined value an empty cell. */
import { type CsvCell, formatCsv } from "#formats/csv.ts";
import type { MetricComparison } from "./compare-tables.ts";
import type { MetricColumn, MetricTable } from "./metric-table.ts";
import { type Agreement, agreementKinds } from "./observers/agreement.ts";

/** A table as a person reads it: slices are counted from 1. */
export function countedFromOne(table: MetricTable): MetricTable {
  const rows = table.rows.map((row) => (row.slice === undefined ? row : { ...row, slice: row.slice + 1 }));
  return { ...table, rows };
}

/** Tables below each other, a line per case; a column that a table lacks is empty. `networks` names each table in a first column. */
export function metricTablesToCsv(tables: readonly MetricTable[], networks?: readonly string[]): string {
  const names = [...new Set(tables.flatMap(({ columns }) => columns.map(({ name }) => name)))];
  const lines = tables
    .map(countedFromOne)
    .flatMap(({ unit, rows }, at) =>
      rows.map(({ patient, slice, values }) => [
        ...(networks === undefined ? [] : [networks[at]]),
        ...[unit, patient, slice],
        ...names.map((name) => values[name]),
      ]),
    );
  const network = networks === undefined ? [] : ["network"];
  return formatCsv([[...network, "unit", "patient", "slice", ...names], ...lines]);
}

/** Comparisons of two models, with what A and B are. */
type NamedComparisons = {
  readonly a: string;
  readonly b: string;
  readonly comparisons: readonly MetricComparison[];
};

/** What each column of a comparison holds, by its heading. */
const comparisonCells = {
  unit: ({ unit }) => unit,
  metric: ({ column }) => column.name,
  metric_unit: ({ column }) => column.unit,
  mean_a: ({ a }) => a.mean,
  sd_a: ({ a }) => a.standardDeviation,
  defined_a: ({ a }) => a.defined,
  undefined_a: ({ a }) => a.undefinedCases,
  mean_b: ({ b }) => b.mean,
  sd_b: ({ b }) => b.standardDeviation,
  defined_b: ({ b }) => b.defined,
  undefined_b: ({ b }) => b.undefinedCases,
  pairs: ({ pairs }) => pairs,
  persons: ({ persons }) => persons,
  only_in_a: ({ leftOut }) => leftOut.onlyInA,
  only_in_b: ({ leftOut }) => leftOut.onlyInB,
  undefined_in_a_alone: ({ leftOut }) => leftOut.undefinedInA,
  undefined_in_b_alone: ({ leftOut }) => leftOut.undefinedInB,
  undefined_in_both: ({ leftOut }) => leftOut.undefinedInBoth,
  mean_difference: ({ difference }) => difference.mean,
  sd_difference: ({ difference }) => difference.standardDeviation,
  low_95: ({ differenceInterval }) => differenceInterval?.[0],
  high_95: ({ differenceInterval }) => differenceInterval?.[1],
  bootstrap_seed: ({ seed }) => seed,
  paired_t: ({ pairedT }) => pairedT?.t,
  paired_t_p: ({ pairedT }) => pairedT?.p,
  paired_t_p_holm: ({ pairedT }) => pairedT?.holmP,
  unpaired_t: ({ unpairedT }) => unpairedT?.t,
  unpaired_t_p: ({ unpairedT }) => unpairedT?.p,
  unpaired_t_p_holm: ({ unpairedT }) => unpairedT?.holmP,
  welch_t: ({ welchT }) => welchT?.t,
  welch_t_p: ({ welchT }) => welchT?.p,
  welch_t_p_holm: ({ welchT }) => welchT?.holmP,
  wilcoxon_v: ({ wilcoxon }) => wilcoxon?.rankSum,
  wilcoxon_p: ({ wilcoxon }) => wilcoxon?.p,
  wilcoxon_p_holm: ({ wilcoxon }) => wilcoxon?.holmP,
  shapiro_wilk_w: ({ normality }) => normality?.w,
  shapiro_wilk_p: ({ normality }) => normality?.p,
  cohen_dz: (comparison) => comparison.cohenDz,
  hedges_g: (comparison) => comparison.hedgesG,
} as const satisfies Record<string, (comparison: MetricComparison) => CsvCell>;

/** A line per metric and unit of analysis. */
export function comparisonsToCsv(groups: readonly NamedComparisons[]): string {
  const lines = groups.flatMap(({ a, b, comparisons }) =>
    comparisons.map((comparison) => [
      a,
      b,
      ...Object.values(comparisonCells).map((cell) => cell(comparison)),
    ]),
  );
  return formatCsv([["a", "b", ...Object.keys(comparisonCells)], ...lines]);
}

/** A line per pair of contours. */
export function agreementsToCsv(rows: readonly Agreement[], columns: readonly MetricColumn[]): string {
  const names = columns.map(({ name }) => name);
  const lines = rows.map(({ patient, kind, first, second, values }) => [
    ...[patient, agreementKinds[kind], first, second],
    ...names.map((name) => values[name]),
  ]);
  return formatCsv([["patient", "pair", "first", "second", ...names], ...lines]);
}
