/** A network of twice or three times the width computes what the narrow one does, and its copies are free to part. */
import { expect, test } from "vitest";
import { defaultTraining } from "#contract/training-configuration.ts";
import { createRandom } from "#core/random.ts";
import { emitPrediction, emitTraining, initialState, type StateTensor } from "#engine/emit.ts";
import { encodeOnnx } from "#engine/onnx-file.ts";
import { createPredictor } from "#engine/runtime/predictor.ts";
import { networkNamed } from "#networks/networks.ts";
import { lossNamed } from "#training/losses/losses.ts";
import { widen } from "./widen.ts";

const size = { channels: 3, height: 64, width: 64 };
const loss = lossNamed("cross-entropy", defaultTraining.lossParameters);

function networkOf(name: string, width: number) {
  const network = networkNamed(name, { width, dropoutRate: 0, attention: true });
  return { network, training: emitTraining(network, size, { batch: 1, loss, l2: 0 }) };
}

/** Drawn weights with norms that are far from those of a beginning. */
function trainedState({ training }: ReturnType<typeof networkOf>): Map<string, StateTensor> {
  const random = createRandom(5);
  const state = initialState(training, 7);
  for (const [name, { shape, data }] of state) {
    const [low, high] = /norm\.(scale|running-variance)$/.test(name) ? [0.8, 1.2] : [-0.3, 0.3];
    if (/norm\./.test(name)) state.set(name, { shape, data: data.map(() => random.uniform(low, high)) });
  }
  return state;
}

async function predict(
  network: Parameters<typeof emitPrediction>[0],
  state: ReadonlyMap<string, StateTensor>,
) {
  const weights = new Map([...state].map(([name, { data }]) => [name, data]));
  const predictor = await createPredictor(encodeOnnx(emitPrediction(network, size, weights)), { threads: 1 });
  const random = createRandom(4);
  const image = Float32Array.from({ length: 3 * 64 * 64 }, () => random.normal());
  const probability = await predictor.predict(image, [1, 3, 64, 64]);
  await predictor.dispose();
  return probability;
}

test.each([
  ["modified-resnet34", 8, 2],
  ["u-net", 4, 3],
])("%s of width %i, %i times as wide, predicts the same", async (name, width, times) => {
  const [narrow, wide] = [networkOf(name, width), networkOf(name, width * times)];
  const narrowState = trainedState(narrow);
  const state = initialState(wide.training, 1);
  for (const [tensor, { shape }] of state) {
    const given = narrowState.get(tensor);
    const widened = given && widen(given, shape, { times, seed: 3, name: tensor });
    if (widened === undefined) throw new Error(`${tensor} was not widened`);
    state.set(tensor, widened);
  }
  const [expected, actual] = await Promise.all([
    predict(narrow.network, narrowState),
    predict(wide.network, state),
  ]);
  expect(Math.max(...expected) - Math.min(...expected)).toBeGreaterThan(0.1);
  const differences = actual.map((value, at) => Math.abs(value - expected[at]));
  expect(Math.max(...differences)).toBeLessThan(1e-4);
});

test("the copies of a channel are read with different weights, the same for the same seed", () => {
  const kernel = { shape: [1, 2, 1, 1], data: Float32Array.of(1, -2) };
  const wide = (seed: number) => widen(kernel, [1, 4, 1, 1], { times: 2, seed, name: "fuse1.weight" })?.data;
  const [a, b, c, d] = wide(1) ?? [];
  expect(a + b).toBeCloseTo(1, 6);
  expect(c + d).toBeCloseTo(-2, 6);
  expect(Math.abs(a - b)).toBeGreaterThan(1e-3);
  expect(wide(1)).toEqual(wide(1));
  expect(wide(2)).not.toEqual(wide(1));
});

test("no other shape is widened: another factor, another kernel, the image's own channels", () => {
  const kernel = { shape: [8, 1, 3, 3], data: new Float32Array(72) };
  const widening = { times: 2, seed: 1, name: "stage1.weight" };
  expect(widen(kernel, [16, 2, 3, 3], widening)).toBeUndefined();
  expect(widen(kernel, [24, 1, 3, 3], widening)).toBeUndefined();
  expect(widen(kernel, [16, 1, 5, 5], widening)).toBeUndefined();
  expect(widen(kernel, [8, 1, 3, 3], { ...widening, times: 1.5 })).toBe(kernel);
});
