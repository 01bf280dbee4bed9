/** The tables of an experiment as RFC 4180 text for spreadsheets: unrounded numbers, an undefined value is an empty cell. */
import { type MetricTable, metricTablesToCsv } from "#evaluate/metric-table.ts";
import type { NetworkComparison } from "./experiment-result.ts";

/** The tables of several networks below each other, the network in the first column. All have the same columns. */
export function networkTablesToCsv(
  tables: readonly { readonly network: string; readonly table: MetricTable }[],
): string {
  const blocks = tables.map(({ network, table }) => {
    const [header, ...lines] = metricTablesToCsv([table])
      .split("\r\n")
      .filter((line) => line !== "");
    return { header: `network,${header}`, lines: lines.map((line) => `${network},${line}`) };
  });
  return textOf([blocks[0]?.header ?? "", ...blocks.flatMap(({ lines }) => lines)]);
}

const comparisonHeader =
  "a,b,unit,metric,metric_unit,pairs,mean_a,sd_a,undefined_a,mean_b,sd_b,undefined_b,difference,low_95,high_95,paired_t,paired_p,paired_p_holm,unpaired_t,unpaired_p,welch_p,wilcoxon_p,wilcoxon_p_holm,shapiro_p,cohen_dz,hedges_g";

/** A row a metric and unit of analysis. */
export function comparisonsToCsv(comparisons: readonly NetworkComparison[]): string {
  const rows = comparisons.flatMap(({ a, b, patient, slice }) =>
    [...patient, ...slice].map((one) => [
      a,
      b,
      one.unit,
      one.column.name,
      one.column.unit,
      one.pairs,
      one.a.mean,
      one.a.standardDeviation,
      one.a.undefinedCases,
      one.b.mean,
      one.b.standardDeviation,
      one.b.undefinedCases,
      one.difference.mean,
      one.differenceInterval?.[0],
      one.differenceInterval?.[1],
      one.pairedT?.t,
      one.pairedT?.p,
      one.pairedT?.holmP,
      one.unpairedT?.t,
      one.unpairedT?.p,
      one.welchT?.p,
      one.wilcoxon?.p,
      one.wilcoxon?.holmP,
      one.normality?.p,
      one.cohenDz,
      one.hedgesG,
    ]),
  );
  return textOf([comparisonHeader, ...rows.map((cells) => cells.map((cell) => cell ?? "").join(","))]);
}

function textOf(lines: readonly string[]): string {
  return lines.map((line) => `${line}\r\n`).join("");
}
