/**
 * A program of its own, run by webgpu.test.ts: `node run-network.ts NETWORK DEVICE FOLDER`. Two training steps of a small
 * network and a prediction with its first weights, by the product's own trainer and predictor; prints losses, probabilities
 * and which operators ran where, from the profile that ONNX Runtime writes into FOLDER.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { emitPrediction } from "#engine/emit.ts";
import { encodeOnnx } from "#engine/onnx-file.ts";
import { createPredictor } from "#engine/runtime/predictor.ts";
import { devices } from "#engine/runtime/session.ts";
import { createTrainer } from "#engine/runtime/trainer.ts";
import type { NetworkRun } from "./network-run.ts";
import { smallNetwork } from "./small-network.ts";

const [, , name, deviceName, folder] = process.argv;
const device = devices.find((candidate) => candidate === deviceName);
const steps = 2;
const { network, input, training, images, targets, state, batch, size } = smallNetwork(name);

const options = { device: device ?? "cpu", threads: 1 } as const;
const trainer = await createTrainer(training, state, {
  ...options,
  seed: 1,
  profilePrefix: join(folder, "training"),
});
const losses: number[] = [];
for (let step = 0; step < steps; step++)
  losses.push((await trainer.step(images, targets, { learningRate: 1e-3 })).loss);
await trainer.dispose();

const weights = new Map([...state].map(([key, { data }]) => [key, data]));

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
  const operatorsOf = new Map<string, Set<string>>();
  for (const file of readdirSync(folder).filter((each) => each.startsWith(prefix))) {
    const events: { args?: { op_name?: string; provider?: string } }[] = JSON.parse(
      readFileSync(join(folder, file), "utf8"),
    );
    for (const { args } of events) {
      if (args?.op_name === undefined || args.provider === undefined) continue;
      const operators = operatorsOf.get(args.provider) ?? new Set();
      operatorsOf.set(args.provider, operators.add(args.op_name));
    }
  }
  return Object.fromEntries(
    [...operatorsOf].map(([provider, operators]) => [provider, [...operators].sort()]),
  );
}

const run: NetworkRun = {
  losses,
  probabilities: [...probabilities],
  training: placements("training"),
  prediction: placements("prediction"),
};
process.stdout.write(JSON.stringify(run));
