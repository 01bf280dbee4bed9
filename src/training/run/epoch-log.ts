/**
 * The validation of every epoch as CSV: the loss, the mean over patients of the DSC of each patient's whole volume at the
 * network's matrix, and each patient's own. A resumed training cuts it back to its checkpoint first.
 */
import { appendFile, readFile } from "node:fs/promises";
import { writeFileAtomic } from "#platform/write-file.ts";
import type { EpochReport } from "#training/loop.ts";

type EpochLog = { add(report: EpochReport): Promise<void> };

/** Keeps the lines up to epoch `doneEpochs` (from 1). `patients` are the names of the validation patients in order. */
export async function openEpochLog(
  path: string,
  doneEpochs: number,
  patients: readonly string[],
): Promise<EpochLog> {
  const titles = patients.map((name) => quoted(`dsc of ${name}`));
  const header = ["epoch", "step", "validation_loss", "mean_dsc_of_patients", "best", ...titles].join(",");
  const before = doneEpochs === 0 ? "" : await readFile(path, "utf8").catch(() => "");
  const kept = before
    .split("\n")
    .filter((line) => /^\d/.test(line) && Number.parseInt(line, 10) <= doneEpochs);
  await writeFileAtomic(path, [header, ...kept, ""].join("\n"), { force: true });
  return {
    add: ({ epoch, step, loss, meanDsc, isBest, patients: found }) => {
      // An undefined DSC is an empty cell.
      const cells = [epoch, step, loss, meanDsc ?? "", isBest ? 1 : 0, ...found.map(({ dsc }) => dsc ?? "")];
      return appendFile(path, `${cells.join(",")}\n`);
    },
  };
}

function quoted(text: string): string {
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
