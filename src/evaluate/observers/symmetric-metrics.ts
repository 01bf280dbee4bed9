/** The metrics that are the same whichever mask is called the reference: the ones that two observers can be compared by. */
import type { MetricColumn } from "#evaluate/metric-table.ts";

const symmetricNames: ReadonlySet<string> = new Set([
  "dsc",
  "jsc",
  "hdMm",
  "hd95Mm",
  "assdMm",
  "rmsMm",
  "surfaceDsc1Mm",
  "surfaceDsc2Mm",
  "surfaceDsc3Mm",
]);

export function symmetricColumns(columns: readonly MetricColumn[]): MetricColumn[] {
  return columns.filter(({ name }) => symmetricNames.has(name));
}
