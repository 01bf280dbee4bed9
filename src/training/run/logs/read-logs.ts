/** What the logs of a training say, epoch by epoch: means of `loss.csv`, and the validation of `epochs.csv`. */
import { readFile } from "node:fs/promises";
import { DelineateError } from "#core/errors.ts";
import { parseCsv } from "#formats/csv.ts";
import type { LossPoint } from "#pictures/figures/loss-curves.ts";

/** Mean of column `name` over the rows of each epoch that have a value; empty without such a column. */
export function meanByEpoch(csv: string, name: string): LossPoint[] {
  const sums = new Map<number, { sum: number; count: number }>();
  for (const record of parseCsv(csv)) {
    const value = record[name] ?? "";
    if (value === "") continue;
    const epoch = Number(record.epoch);
    const { sum, count } = sums.get(epoch) ?? { sum: 0, count: 0 };
    sums.set(epoch, { sum: sum + Number(value), count: count + 1 });
  }
  return [...sums].map(([epoch, { sum, count }]) => ({ epoch, loss: sum / count }));
}

/** The last epoch that `epochs.csv` marks as the best so far; undefined if it marks none. */
export function bestEpoch(csv: string): number | undefined {
  return meanByEpoch(csv, "best").findLast(({ loss }) => loss === 1)?.epoch;
}

export async function readLog(path: string): Promise<string> {
  return readFile(path, "utf8").catch((cause: unknown) => {
    throw new DelineateError("file-not-found", `The log ${path} of a finished training is gone.`, { cause });
  });
}
