/**
 * The engine against PyTorch on the CPU, in one run, in turn: a training step (512 x 512, width 64, batch 2, Adam) and the
 * prediction of one slice, two threads each. Prints medians, their ratio and each process's peak memory. PyTorch runs in a
 * process of its own (Debian: python3-torch), ours in this one; while one works the other waits.
 *
 *   npm run bench engine-vs-pytorch [modified-resnet34|u-net] [size] [width] [batch] [rounds]
 */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import { table } from "../src/cli/output.ts";
import { createRandom } from "../src/core/random.ts";
import { networkNamed } from "../src/networks/networks.ts";
import { emitPrediction, emitTraining, initialState } from "../src/nn/emit.ts";
import { encodeOnnx } from "../src/nn/onnx-file.ts";
import { createPredictor } from "../src/node/onnx/predictor.ts";
import { createTrainer } from "../src/node/onnx/trainer.ts";
import { weightedCrossEntropy } from "../src/train/losses/weighted-cross-entropy.ts";

const threads = 2;
const name = process.argv[2] ?? "modified-resnet34";
const [size, width, batch, rounds] = [512, 64, 2, 7].map((value, index) =>
  Number(process.argv[3 + index] ?? value),
);
/** The threads of either spin for a while after their work: the other one begins when they sleep. */
const settleMs = 1500;
/** The first runs of both allocate memory and choose kernels. */
const warmUps = 2;

const python = spawn(
  "/usr/bin/python3",
  [join(import.meta.dirname, "pytorch_step.py"), name, ...[size, width, batch, threads].map(String)],
  {
    stdio: ["pipe", "pipe", "inherit"],
  },
);
python.on("exit", (code) => {
  if (code !== 0) throw new Error("PyTorch's side ended; install it: sudo apt-get install -y python3-torch");
});
const answers = createInterface({ input: python.stdout })[Symbol.asyncIterator]();
async function pytorch(request: "train" | "predict" | "memory"): Promise<number> {
  python.stdin.write(`${request}\n`);
  return Number((await answers.next()).value);
}

const input = { channels: 1, height: size, width: size };
const network = networkNamed(name, { width, dropoutRate: 0 });
const training = emitTraining(network, input, { batch, loss: weightedCrossEntropy, l2: 1e-5 });
const state = initialState(training, 1);
const weights = new Map([...state].map(([key, { data }]) => [key, data]));
const predictor = await createPredictor(
  encodeOnnx(emitPrediction(network, input, weights), { freeBatch: true }),
  { threads },
);
const trainer = await createTrainer(training, state, { seed: 1, threads });
const random = createRandom(1);
const images = Float32Array.from({ length: batch * size * size }, () => random.normal());
const targets = images.map(() => (random.next() < 0.02 ? 1 : 0));
const image = images.subarray(0, size * size);

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const before = performance.now();
  await work();
  return (performance.now() - before) / 1000;
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1];
const times = {
  train: { ours: [] as number[], theirs: [] as number[] },
  predict: { ours: [] as number[], theirs: [] as number[] },
};
for (let round = -warmUps; round < rounds; round++) {
  for (const job of ["train", "predict"] as const) {
    const ours = await seconds(() =>
      job === "train"
        ? trainer.step(images, targets, { learningRate: 1e-4 })
        : predictor.predict(image, [1, 1, size, size]),
    );
    await pause(settleMs);
    const theirs = await pytorch(job);
    await pause(settleMs);
    if (round < 0) continue;
    times[job].ours.push(ours);
    times[job].theirs.push(theirs);
  }
}
const rows = (["train", "predict"] as const).map((job) => {
  const [ours, theirs] = [median(times[job].ours), median(times[job].theirs)];
  const ratio = median(times[job].ours.map((value, index) => value / times[job].theirs[index]));
  const what = job === "train" ? `training step, batch ${batch}` : "prediction, one slice";
  return [what, ours.toFixed(3), theirs.toFixed(3), ratio.toFixed(2)];
});
const [oursKb, theirsKb] = [process.resourceUsage().maxRSS, await pytorch("memory")];
rows.push([
  "peak memory, GB",
  (oursKb / 1e6).toFixed(2),
  (theirsKb / 1e6).toFixed(2),
  (oursKb / theirsKb).toFixed(2),
]);
process.stdout.write(
  `${name}, ${size} x ${size}, width ${width}, ${threads} threads, medians of ${rounds} alternating runs (seconds)\n`,
);
process.stdout.write(`${table(["", "delineate", "PyTorch", "ratio"], rows)}\n`);
python.stdin.end();
await trainer.dispose();
await predictor.dispose();
