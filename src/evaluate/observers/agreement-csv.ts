/** Every pair of contours as RFC 4180 text: a line a pair, numbers unrounded, an undefined value an empty cell. */
import { type MetricColumn, quoteCell } from "#evaluate/metric-table.ts";
import { type Agreement, agreementKinds } from "./agreement.ts";

export function agreementsToCsv(rows: readonly Agreement[], columns: readonly MetricColumn[]): string {
  const lines = rows.map(({ patient, kind, first, second, values }) => [
    ...[patient, agreementKinds[kind], first, second].map(quoteCell),
    ...columns.map(({ name }) => String(values[name] ?? "")),
  ]);
  return [["patient", "pair", "first", "second", ...columns.map(({ name }) => name)], ...lines]
    .map((cells) => `${cells.join(",")}\r\n`)
    .join("");
}
