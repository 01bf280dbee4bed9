/**
 * The validation of every epoch as CSV: the loss, the mean over patients of the DSC of each patient's whole volume at the
 * network's matrix, and each patient's own. A resumed training cuts it back to its checkpoint first.
 */
import { formatCsv } from "#formats/csv.ts";
import type { EpochReport } from "#training/loop.ts";
import { appendLines, keptLines } from "./kept-lines.ts";

type EpochLog = { add(report: EpochReport): Promise<void> };

/** Keeps the lines up to epoch `doneEpochs` (from 1). `patients` are the names of the validation patients in order. */
export async function openEpochLog(
  path: string,
  doneEpochs: number,
  patients: readonly string[],
): Promise<EpochLog> {
  const titles = patients.map((name) => `dsc of ${name}`);
  const header = ["epoch", "step", "validation_loss", "mean_dsc_of_patients", "best", ...titles];
  await keptLines(path, header, doneEpochs);
  return {
    add: ({ epoch, step, loss, meanDsc, isBest, patients: volumes }) => {
      const cells = [epoch, step, loss, meanDsc, isBest ? 1 : 0, ...volumes.map(({ dsc }) => dsc)];
      return appendLines(path, formatCsv([cells]));
    },
  };
}
