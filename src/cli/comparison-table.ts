/** Comparisons of two groups as a table for a person: one line per metric, P values with Holm's beside them. */
import type { MetricComparison } from "#evaluate/compare-tables.ts";
import { metricTitle } from "#evaluate/metric-table.ts";
import { fixed, meanSdDefined, pValue } from "#statistics/printed-numbers.ts";
import { table } from "./output.ts";

/** One line per metric. */
export function comparisonTable(comparisons: readonly MetricComparison[]): string {
  const header = [
    "A",
    "B",
    "pairs",
    "A - B [95 %]",
    "paired t P",
    "unpaired t P",
    "Wilcoxon P",
    "normal P",
    "d_z",
  ];
  const rows = comparisons.map((comparison) => {
    const { column, a, b, pairs, difference, differenceInterval, normality, cohenDz } = comparison;
    const interval = differenceInterval?.map((bound) => fixed(bound, column.digits)).join(", ");
    const between = difference.mean === null ? "undefined" : fixed(difference.mean, column.digits);
    return [
      metricTitle(column),
      meanSdDefined(a, column.digits),
      meanSdDefined(b, column.digits),
      String(pairs),
      interval === undefined ? between : `${between} [${interval}]`,
      correctedP(comparison.pairedT),
      correctedP(comparison.unpairedT),
      correctedP(comparison.wilcoxon),
      normality === null ? "none" : pValue(normality.p),
      cohenDz === null ? "none" : fixed(cohenDz, 2),
    ];
  });
  return table([`per ${comparisons[0]?.unit ?? "case"}`, ...header], rows);
}

function correctedP(test: { readonly p: number; readonly holmP: number } | null): string {
  return test === null ? "none" : `${pValue(test.p)} (${pValue(test.holmP)})`;
}
