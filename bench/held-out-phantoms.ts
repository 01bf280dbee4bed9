/**
 * The shipped model on phantoms that it never saw: makes them, segments each through the whole path to an RTSTRUCT, and
 * evaluates those against the true tumours. Run: npm run bench held-out-phantoms [patients] [seed] [size] [folder]
 * [variety]
 */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { evaluationText } from "../src/cli/evaluate.ts";
import { listPatients } from "../src/node/cohort-folder.ts";
import { shippedModel } from "../src/node/load-model.ts";
import { createTerminalProgress } from "../src/node/terminal-progress.ts";
import { evaluateMasks } from "../src/workflows/evaluate.ts";
import { makePhantoms } from "../src/workflows/phantom.ts";
import { segment } from "../src/workflows/segment.ts";

/** The shipped model was trained on seed 1; its operating point was chosen on seed 3. */
const [patients, seed, size] = [6, 2, 512].map((value, index) => Number(process.argv[2 + index] ?? value));
const folder = process.argv[5] ?? mkdtempSync(join(tmpdir(), "held-out-"));
const variety = process.argv[6] === "wide" ? "wide" : "paper";
const [cohort, predictions] = [join(folder, "cohort"), join(folder, "predictions")];
const progress = createTerminalProgress();
const { signal } = new AbortController();

await makePhantoms({ patients, first: 1, seed, size, variety, out: cohort }, progress, signal);
for (const { name, path } of await listPatients(cohort)) {
  const out = join(predictions, `${name}.dcm`);
  const request = {
    ctPath: join(path, "ct"),
    model: shippedModel,
    out,
    format: "rtstruct",
    roiName: "GTV",
  } as const;
  await segment({ ...request, holes: "keyhole", cleanUp: "largest", force: true }, progress, signal);
}
const evaluation = await evaluateMasks(
  { reference: cohort, prediction: predictions, roi: "GTV", resample: false },
  progress,
);
process.stdout.write(`${evaluationText(evaluation, false)}\n`);
