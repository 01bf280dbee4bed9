/** Batch norm found again from a prediction graph that holds it folded, on a tiny network with drawn norms. */
import { expect, test } from "vitest";
import { defaultTraining } from "#contract/training-configuration.ts";
import { createRandom } from "#core/random.ts";
import { emitPrediction, emitTraining, initialState, type StateTensor } from "#engine/emit.ts";
import { encodeOnnx } from "#engine/onnx-file.ts";
import { createPredictor } from "#engine/runtime/predictor.ts";
import { createTrainer } from "#engine/runtime/trainer.ts";
import { foldedBiases } from "#engine/unfold.ts";
import { networkNamed } from "#networks/networks.ts";
import { lossNamed } from "#training/losses/losses.ts";
import { recoverNorms } from "./recover-norms.ts";

const size = { channels: 1, height: 64, width: 64 };
const network = networkNamed("modified-resnet34", { width: 8, dropoutRate: 0 });
const loss = lossNamed("cross-entropy", defaultTraining.lossParameters);
const training = emitTraining(network, size, { batch: 2, loss, l2: 0 });
const random = createRandom(4);
const images = Float32Array.from({ length: 2 * 64 * 64 }, () => random.normal());
const masks = Float32Array.from(images, (value) => (value > 1 ? 1 : 0));

/** Drawn weights with norms that are far from those of a beginning. */
function trainedState(): Map<string, StateTensor> {
  const state = initialState(training, 7);
  for (const [name, { shape, data }] of state) {
    const [low, high] = /norm\.(scale|running-variance)$/.test(name) ? [0.5, 2] : [-0.3, 0.3];
    if (!/norm\.(scale|shift|running-mean|running-variance)$/.test(name)) continue;
    state.set(name, { shape, data: data.map(() => low + (high - low) * random.next()) });
  }
  return state;
}

function predictionOf(state: ReadonlyMap<string, StateTensor>) {
  return emitPrediction(network, size, new Map([...state].map(([name, { data }]) => [name, data])));
}

test("recovered batch norm predicts what the folded file predicts", async () => {
  const folded = predictionOf(trainedState());
  const constants = new Map(
    [...folded.constants].flatMap(([name, { shape, data }]): [string, StateTensor][] =>
      data instanceof Float32Array ? [[name, { shape, data }]] : [],
    ),
  );
  const state = new Map(initialState(training, 1));
  for (const { name } of training.parameters) {
    const given = constants.get(name);
    if (given !== undefined) state.set(name, given);
  }
  const trainer = await createTrainer(training, state, { seed: 1, threads: 1 });
  await recoverNorms(trainer, foldedBiases(constants), { images, masks });
  const recovered = predictionOf(trainer.state());
  // In training too: the batch's own statistics are those that were found, down to the last layers.
  const part = (which: string) => trainer.state().get(`full.1.norm.${which}`)?.data ?? new Float32Array();
  const [mean, variance] = [part("running-mean").slice(), part("running-variance").slice()];
  await trainer.step(images, masks, { learningRate: 0 });
  const moved = part("running-mean").map((value, at) => Math.abs(value - mean[at]) / Math.sqrt(variance[at]));
  expect(Math.max(...moved)).toBeLessThan(0.01);
  await trainer.dispose();
  const [expected, actual] = await Promise.all(
    [folded, recovered].map(async (graph) => {
      const predictor = await createPredictor(encodeOnnx(graph, { freeBatch: true }), { threads: 1 });
      const probabilities = await predictor.predict(images, [2, 1, 64, 64]);
      await predictor.dispose();
      return probabilities;
    }),
  );
  const spread = Math.max(...expected) - Math.min(...expected);
  const apart = Math.max(...expected.map((value, at) => Math.abs(value - actual[at])));
  expect(spread).toBeGreaterThan(0.05);
  expect(apart).toBeLessThan(0.01 * spread);
});
