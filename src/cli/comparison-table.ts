/** Comparisons of two groups as a table for a person: one line per metric, P values with Holm's beside them. */
import { fewestForInterval, type MetricComparison } from "#evaluate/compare-tables.ts";
import { metricTitle } from "#evaluate/metric-table.ts";
import { fixed, meanSdDefined, pValue } from "#statistics/printed-numbers.ts";
import { table } from "./output.ts";

/** One line per metric; where a difference has no interval, a line that says why. */
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
    const { column, a, b, pairs, persons, difference, differenceInterval, normality, cohenDz } = comparison;
    const interval = differenceInterval?.map((bound) => fixed(bound, column.digits)).join(", ");
    const between = difference.mean === null ? "undefined" : fixed(difference.mean, column.digits);
    return [
      metricTitle(column),
      meanSdDefined(a, column.digits),
      meanSdDefined(b, column.digits),
      persons === pairs || comparison.unit === "slice" ? String(pairs) : `${pairs} of ${persons} persons`,
      interval === undefined ? between : `${between} [${interval}]`,
      correctedP(comparison.pairedT),
      correctedP(comparison.unpairedT),
      correctedP(comparison.wilcoxon),
      normality === null ? "none" : pValue(normality.p),
      cohenDz === null ? "none" : fixed(cohenDz, 2),
    ];
  });
  const withheld = comparisons.some(
    (comparison) => comparison.difference.mean !== null && comparison.differenceInterval === null,
  );
  const text = table([`per ${comparisons[0]?.unit ?? "case"}`, ...header], rows);
  return withheld ? `${text}\n${noInterval}` : text;
}

const noInterval = `A difference without an interval: of fewer than ${fewestForInterval} persons, which would make it too narrow, or the same in all.`;

function correctedP(test: { readonly p: number; readonly holmP: number } | null): string {
  return test === null ? "none" : `${pValue(test.p)} (${pValue(test.holmP)})`;
}

/** Which metrics have cases without a difference, and why: a sentence for each set of reasons. */
export function gapsText(comparisons: readonly MetricComparison[]): string[] {
  const metricsOf = new Map<string, { readonly isUneven: boolean; readonly metrics: readonly string[] }>();
  for (const { column, leftOut: gaps } of comparisons) {
    const reasons = [
      [gaps.undefinedInA, "undefined in A alone"],
      [gaps.undefinedInB, "undefined in B alone"],
      [gaps.undefinedInBoth, "undefined in both"],
      [gaps.onlyInA, "only in A"],
      [gaps.onlyInB, "only in B"],
    ]
      .filter(([count]) => count !== 0)
      .map(([count, why]) => `${count} ${why}`)
      .join(", ");
    if (reasons === "") continue;
    // Cases without a value in both are in neither mean.
    const isUneven = gaps.undefinedInA + gaps.undefinedInB + gaps.onlyInA + gaps.onlyInB > 0;
    const known = metricsOf.get(reasons)?.metrics ?? [];
    metricsOf.set(reasons, { isUneven, metrics: [...known, metricTitle(column)] });
  }
  return [...metricsOf].map(
    ([reasons, { isUneven, metrics }]) =>
      `Cases (per ${comparisons[0].unit}) in no paired test: ${reasons}, of ${metrics.join(", ")}.${isUneven ? " Their means of A and B are over different cases." : ""}`,
  );
}
