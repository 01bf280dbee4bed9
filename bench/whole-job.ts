/**
 * A CT from its folder to the RTSTRUCT on the disk, in turn: `delineate segment` with a model in 8 bits, as a process of its own; the same
 * network in fp32 on whole slices, in this process; and PyTorch's prediction of a slice by such a network in fp32, which reads and
 * writes nothing (Debian: python3-torch). Milliseconds per slice of the CT, medians.
 *
 *   npm run bench whole-job -- --eight-bit FILE --model FILE --ct FOLDER [--rounds 5]
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { table } from "#cli/output.ts";
import { silentProgress } from "#core/progress.ts";
import { loadModel } from "#model/run/load-model.ts";
import { timePatient } from "#segment/run/benchmark/time-patient.ts";
import { median } from "#statistics/moments.ts";
import { askPytorch } from "./peers/ask-process.ts";

const { values } = parseArgs({
  options: {
    "eight-bit": { type: "string" },
    model: { type: "string" },
    ct: { type: "string" },
    rounds: { type: "string", default: "5" },
  },
});
const { "eight-bit": eightBit, model, ct } = values;
if (eightBit === undefined || model === undefined || ct === undefined)
  throw new Error("whole-job needs --eight-bit, --model and --ct");
const folder = mkdtempSync(join(tmpdir(), "whole-job-"));
const program = join(import.meta.dirname, "../bin/delineate.mjs");

const loaded = await loadModel(model);
const { network, width, size } = loaded.metadata.configuration;
await loaded.dispose();
const pytorch = askPytorch({ network, size, width, batch: 1, accumulate: 1, threads: cpus().length });
/** Of one slice. */
const pytorchMs = async (): Promise<number> => 1000 * (await pytorch.ask("predict"))[0];

function segmentMs(): number {
  const before = performance.now();
  const out = join(folder, "gtv.dcm");
  const { status, stderr } = spawnSync(
    process.execPath,
    [program, "segment", ct ?? "", "--model", eightBit ?? "", "--out", out, "--force"],
    { encoding: "utf8" },
  );
  if (status !== 0) throw new Error(stderr);
  return performance.now() - before;
}

const signal = new AbortController().signal;
const ways = new Map<string, number[]>();
const keep = (way: string, ms: number) => ways.set(way, [...(ways.get(way) ?? []), ms]);
let slices = 0;
// The first turn is not counted.
for (let round = -1; round < Number(values.rounds); round++) {
  const process = segmentMs();
  const options = { model, rounds: 1, progress: silentProgress, signal };
  const [, whole] = await timePatient(ct, options);
  slices = whole.slices;
  const torch = [await pytorchMs(), await pytorchMs(), await pytorchMs()];
  if (round < 0) continue;
  keep("8 bits near the lungs, whole process", process / slices);
  keep("fp32 on whole slices, once the program runs", whole.stages[whole.stages.length - 1].ms / slices);
  keep("PyTorch, fp32, network alone", median(torch));
}
pytorch.end();
rmSync(folder, { recursive: true });

const [[, firstMs]] = ways;
const rows = [...ways].map(([way, ms]) => [
  way,
  median(ms).toFixed(1),
  median(ms.map((time, round) => time / firstMs[round])).toFixed(2),
]);
process.stdout.write(
  `${network}, width ${width}, ${size} x ${size}; ${slices} slices; ${cpus()[0].model}, ${cpus().length} cores\n`,
);
process.stdout.write(`${table(["", "ms per slice", "times the first"], rows)}\n`);
