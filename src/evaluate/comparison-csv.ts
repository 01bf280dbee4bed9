/** Comparisons of two models as RFC 4180 text for a spreadsheet or a statistician: a line a metric, numbers unrounded. */
import type { MetricComparison } from "./compare-tables.ts";

/** What each column holds, by its heading. An undefined value is an empty cell. */
const cells = {
  unit: ({ unit }) => unit,
  metric: ({ column }) => column.name,
  "mean A": ({ a }) => a.mean,
  "SD A": ({ a }) => a.standardDeviation,
  "defined A": ({ a }) => a.defined,
  "undefined A": ({ a }) => a.undefinedCases,
  "mean B": ({ b }) => b.mean,
  "SD B": ({ b }) => b.standardDeviation,
  "defined B": ({ b }) => b.defined,
  "undefined B": ({ b }) => b.undefinedCases,
  pairs: ({ pairs }) => pairs,
  "only in A": ({ leftOut }) => leftOut.onlyInA,
  "only in B": ({ leftOut }) => leftOut.onlyInB,
  "undefined in A alone": ({ leftOut }) => leftOut.undefinedInA,
  "undefined in B alone": ({ leftOut }) => leftOut.undefinedInB,
  "undefined in both": ({ leftOut }) => leftOut.undefinedInBoth,
  "mean A-B": ({ difference }) => difference.mean,
  "SD A-B": ({ difference }) => difference.standardDeviation,
  "95% low": ({ differenceInterval }) => differenceInterval?.[0],
  "95% high": ({ differenceInterval }) => differenceInterval?.[1],
  "paired t": ({ pairedT }) => pairedT?.t,
  "paired t P": ({ pairedT }) => pairedT?.p,
  "paired t P Holm": ({ pairedT }) => pairedT?.holmP,
  "unpaired t": ({ unpairedT }) => unpairedT?.t,
  "unpaired t P": ({ unpairedT }) => unpairedT?.p,
  "unpaired t P Holm": ({ unpairedT }) => unpairedT?.holmP,
  "Welch t": ({ welchT }) => welchT?.t,
  "Welch t P": ({ welchT }) => welchT?.p,
  "Welch t P Holm": ({ welchT }) => welchT?.holmP,
  "Wilcoxon V": ({ wilcoxon }) => wilcoxon?.rankSum,
  "Wilcoxon P": ({ wilcoxon }) => wilcoxon?.p,
  "Wilcoxon P Holm": ({ wilcoxon }) => wilcoxon?.holmP,
  "Shapiro-Wilk W": ({ normality }) => normality?.w,
  "Shapiro-Wilk P": ({ normality }) => normality?.p,
  "Cohen dz": (comparison) => comparison.cohenDz,
  "Hedges g": (comparison) => comparison.hedgesG,
} as const satisfies Record<string, (comparison: MetricComparison) => string | number | null | undefined>;

export function comparisonsToCsv(comparisons: readonly MetricComparison[]): string {
  const lines = comparisons.map((comparison) =>
    Object.values(cells).map((cell) => String(cell(comparison) ?? "")),
  );
  return [Object.keys(cells), ...lines].map((line) => `${line.join(",")}\r\n`).join("");
}
