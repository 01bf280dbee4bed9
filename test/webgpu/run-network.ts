/**
 * A program of its own, run by webgpu.test.ts: `node run-network.ts NETWORK DEVICE FOLDER`. Two training steps of a small
 * network and a prediction with its first weights, by the product's own trainer and predictor; prints losses, probabilities
 * and which operators ran where, from the profile that ONNX Runtime writes into FOLDER.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createRandom } from "../../src/core/random.ts";
import { networkNamed } from "../../src/networks/networks.ts";
import { emitPrediction, emitTraining, initialState } from "../../src/nn/emit.ts";
import { encodeOnnx } from "../../src/nn/onnx-file.ts";
import { createPredictor } from "../../src/node/onnx/predictor.ts";
import { devices } from "../../src/node/onnx/session.ts";
import { createTrainer } from "../../src/node/onnx/trainer.ts";
import { weightedCrossEntropy } from "../../src/train/losses/weighted-cross-entropy.ts";
import type { NetworkRun } from "./network-run.ts";

const [, , name, deviceName, folder] = process.argv;
const device = devices.find((candidate) => candidate === deviceName);
const size = 64;
const batch = 2;
const steps = 2;

const network = networkNamed(name, { width: 4, dropoutRate: 0.1, attention: true });
const input = { channels: 1, height: size, width: size };
const training = emitTraining(network, input, { batch, loss: weightedCrossEntropy, l2: 1e-5 });
const random = createRandom(5);
const images = Float32Array.from({ length: batch * size * size }, () => random.normal());
const targets = images.map((_, at) =>
  ((at % size) - 30) ** 2 + ((Math.floor(at / size) % size) - 20) ** 2 < 90 ? 1 : 0,
);

const options = { device: device ?? "cpu", threads: 1 } as const;
const trainer = await createTrainer(training, initialState(training, 2), {
  ...options,
  seed: 1,
  profilePrefix: join(folder, "training"),
});
const losses: number[] = [];
for (let step = 0; step < steps; step++)
  losses.push((await trainer.step(images, targets, { learningRate: 1e-3 })).loss);
await trainer.dispose();

const weights = new Map([...initialState(training, 2)].map(([key, { data }]) => [key, data]));

const predictor = await createPredictor(
  encodeOnnx(emitPrediction(network, input, weights), { freeBatch: true }),
  {
    ...options,
    profilePrefix: join(folder, "prediction"),
  },
);
const probabilities = await predictor.predict(images, [batch, 1, size, size]);
await predictor.dispose();

/** `operator -> provider` of all nodes that ran in the sessions whose profiles begin with `prefix`. */
function placements(prefix: string): Record<string, string[]> {
  const found = new Map<string, Set<string>>();
  for (const file of readdirSync(folder).filter((each) => each.startsWith(prefix))) {
    const events: { args?: { op_name?: string; provider?: string } }[] = JSON.parse(
      readFileSync(join(folder, file), "utf8"),
    );
    for (const { args } of events) {
      if (args?.op_name === undefined || args.provider === undefined) continue;
      const operators = found.get(args.provider) ?? new Set();
      found.set(args.provider, operators.add(args.op_name));
    }
  }
  return Object.fromEntries([...found].map(([provider, operators]) => [provider, [...operators].sort()]));
}

const run: NetworkRun = {
  losses,
  probabilities: [...probabilities],
  training: placements("training"),
  prediction: placements("prediction"),
};
process.stdout.write(JSON.stringify(run));
