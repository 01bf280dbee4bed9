/** The loss curve of one training from its `loss.csv`: means over epochs. */
import { readFile } from "node:fs/promises";
import { DelineateError } from "#core/errors.ts";
import type { LossPoint } from "#pictures/figures/loss-curves.ts";

/** Mean of column `name` over the rows of each epoch that have a value; empty without such a column. */
export function meanByEpoch(csv: string, name: string): LossPoint[] {
  const [header, ...lines] = csv.split("\n").filter((line) => line !== "");
  const columns = header.split(",");
  const [epochAt, valueAt] = [columns.indexOf("epoch"), columns.indexOf(name)];
  if (epochAt < 0 || valueAt < 0) return [];
  const sums = new Map<number, { sum: number; count: number }>();
  for (const line of lines) {
    const cells = line.split(",");
    if (cells[valueAt] === undefined || cells[valueAt] === "") continue;
    const epoch = Number(cells[epochAt]);
    const { sum, count } = sums.get(epoch) ?? { sum: 0, count: 0 };
    sums.set(epoch, { sum: sum + Number(cells[valueAt]), count: count + 1 });
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
