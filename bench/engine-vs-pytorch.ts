/**
 * The engine against PyTorch on the CPU, in one run, in turn: a training step (by default 512 x 512, width 64, Adam on the
 * gradients of 4 batches of 2) and the prediction of one slice, two threads each. Prints medians, the median of the
 * pairs' ratios, and the peak memory of each process after its training steps. PyTorch runs in a process of its own
 * (Debian: python3-torch), ours in this one; while one works the other waits.
 *
 *   npm run bench engine-vs-pytorch [modified-resnet34|u-net] [size] [width] [batch] [accumulate] [rounds]
 */
import { setTimeout as pause } from "node:timers/promises";
import { table } from "#cli/output.ts";
import { createRandom } from "#core/random.ts";
import { emitPrediction, emitTraining, initialState } from "#engine/emit.ts";
import { encodeOnnx } from "#engine/onnx-file.ts";
import { createPredictor } from "#engine/runtime/predictor.ts";
import { createTrainer } from "#engine/runtime/trainer.ts";
import { networkNamed } from "#networks/networks.ts";
import { median } from "#statistics/moments.ts";
import { weightedCrossEntropy } from "#training/losses/weighted-cross-entropy.ts";
import { askPytorch } from "./peers/ask-process.ts";

const threads = 2;
const name = process.argv[2] ?? "modified-resnet34";
const [size, width, batch, accumulate, rounds] = [512, 64, 2, 4, 5].map((value, index) =>
  Number(process.argv[3 + index] ?? value),
);
/** The threads of either spin for a while after their work: the other one begins when they sleep. */
const settleMs = 1500;
/** The first runs of both allocate memory and choose kernels. */
const warmUps = 1;

const python = askPytorch({ network: name, size, width, batch, accumulate, threads });
const pytorch = async (request: "train" | "predict" | "memory"): Promise<number> =>
  (await python.ask(request))[0];

const input = { channels: 1, height: size, width: size };
const network = networkNamed(name, { width, dropoutRate: 0 });
const training = emitTraining(network, input, { batch, loss: weightedCrossEntropy, l2: 1e-5 });
const trainer = await createTrainer(training, initialState(training, 1), { seed: 1, threads, accumulate });
const random = createRandom(1);
const images = Float32Array.from({ length: accumulate * batch * size * size }, () => random.normal());
const targets = images.map(() => (random.next() < 0.02 ? 1 : 0));

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const before = performance.now();
  await work();
  return (performance.now() - before) / 1000;
}

/** A row of the table: ours, PyTorch's and the ratio, from alternating runs. */
async function compare(
  label: string,
  job: "train" | "predict",
  ours: () => Promise<unknown>,
): Promise<string[]> {
  const pairs: { ours: number; theirs: number }[] = [];
  for (let round = -warmUps; round < rounds; round++) {
    const ourSeconds = await seconds(ours);
    await pause(settleMs);
    const theirs = await pytorch(job);
    await pause(settleMs);
    if (round >= 0) pairs.push({ ours: ourSeconds, theirs });
  }
  const medianOf = (value: (pair: { ours: number; theirs: number }) => number): number =>
    median(pairs.map(value));
  return [
    label,
    medianOf((pair) => pair.ours).toFixed(3),
    medianOf((pair) => pair.theirs).toFixed(3),
    medianOf((pair) => pair.ours / pair.theirs).toFixed(2),
  ];
}

const rows = [
  await compare(`training step, batch ${accumulate * batch} as ${accumulate} x ${batch}, s`, "train", () =>
    trainer.step(images, targets, { learningRate: 1e-4 }),
  ),
];
const [oursKb, theirsKb] = [process.resourceUsage().maxRSS, await pytorch("memory")];
rows.push([
  "peak memory after these, GB",
  (oursKb / 1e6).toFixed(2),
  (theirsKb / 1e6).toFixed(2),
  (oursKb / theirsKb).toFixed(2),
]);
const weights = new Map([...trainer.state()].map(([key, { data }]) => [key, data]));
const predictor = await createPredictor(
  encodeOnnx(emitPrediction(network, input, weights), { freeBatch: true }),
  { threads },
);
const image = images.subarray(0, size * size);
rows.push(
  await compare("prediction, one slice, s", "predict", () => predictor.predict(image, [1, 1, size, size])),
);
process.stdout.write(
  `${name}, ${size} x ${size}, width ${width}, ${threads} threads, medians of ${rounds} alternating runs\n`,
);
process.stdout.write(`${table(["", "delineate", "PyTorch", "ratio"], rows)}\n`);
python.end();
await trainer.dispose();
await predictor.dispose();
