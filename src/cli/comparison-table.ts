/** Comparisons of two groups as a table for a person: one line a metric, P values with Holm's beside them. */
import type { MetricComparison } from "#evaluate/compare-tables.ts";
import type { MetricColumn } from "#evaluate/metric-table.ts";
import { meanAndDeviation } from "#evaluate/summary.ts";
import { table } from "./output.ts";

/** One line a metric. */
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
    const interval = differenceInterval?.map((bound) => bound.toFixed(column.digits)).join(", ");
    const between = difference.mean?.toFixed(column.digits) ?? "undefined";
    return [
      metricTitle(column),
      meanAndDeviation(a, column.digits),
      meanAndDeviation(b, column.digits),
      String(pairs),
      interval === undefined ? between : `${between} [${interval}]`,
      correctedP(comparison.pairedT),
      correctedP(comparison.unpairedT),
      correctedP(comparison.wilcoxon),
      pText(normality?.p),
      cohenDz?.toFixed(2) ?? "none",
    ];
  });
  return table([`per ${comparisons[0]?.unit ?? "case"}`, ...header], rows);
}

/** "DSC", "HD95 (mm)". */
export function metricTitle({ title, unit }: MetricColumn): string {
  return unit === "1" || title.endsWith(unit) ? title : `${title} (${unit})`;
}

function correctedP(test: { readonly p: number; readonly holmP: number } | null): string {
  return test === null ? "none" : `${pText(test.p)} (${pText(test.holmP)})`;
}

const smallestShown = 0.0001;

function pText(p: number | undefined): string {
  if (p === undefined) return "none";
  return p < smallestShown ? `<${smallestShown}` : p.toFixed(4);
}
