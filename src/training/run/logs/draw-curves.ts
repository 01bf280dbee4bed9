/** The picture of a training's logs beside them, drawn anew with each checkpoint. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { trainingCurves } from "#pictures/figures/training-curves.ts";
import { writeFileAtomic } from "#platform/write-file.ts";
import { bestEpoch, meanByEpoch, readLog } from "./read-logs.ts";

/** Writes `curves.svg` into the run's folder `out`; nothing before the first step. */
export async function drawCurves(out: string, network: string): Promise<void> {
  const training = meanByEpoch(await readLog(join(out, "loss.csv")), "loss");
  if (training.length === 0) return;
  const epochs = await readFile(join(out, "epochs.csv"), "utf8").catch(() => "");
  const validation = meanByEpoch(epochs, "validation_loss");
  const dsc = meanByEpoch(epochs, "mean_dsc_of_patients").map(({ epoch, loss }) => ({ epoch, dsc: loss }));
  const svg = trainingCurves({ network, fold: 1, training, validation }, dsc, bestEpoch(epochs));
  await writeFileAtomic(join(out, "curves.svg"), svg, { force: true });
}
