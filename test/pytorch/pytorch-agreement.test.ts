/**
 * The engine against PyTorch: the same networks from the same weights. The fixtures were computed by PyTorch 1.13 with
 * make_fixtures.py beside this file.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { networkNames } from "#contract/training-configuration.ts";
import { emitPrediction, emitTraining } from "#engine/emit.ts";
import { encodeOnnx } from "#engine/onnx-file.ts";
import { createPredictor } from "#engine/runtime/predictor.ts";
import { createTrainer } from "#engine/runtime/trainer.ts";
import { networkNamed } from "#networks/networks.ts";
import { weightedCrossEntropy } from "#training/losses/weighted-cross-entropy.ts";
import { formula, formulaState } from "./formula-weights.ts";

type Fixture = {
  channels: number;
  attention: boolean;
  size: number;
  width: number;
  batch: number;
  learningRate: number;
  l2: number;
  probability: string;
  losses: number[];
};

function discs(size: number, batch: number): Float32Array {
  const target = new Float32Array(batch * size * size);
  for (let b = 0; b < batch; b++) {
    for (let row = 0; row < size; row++) {
      for (let column = 0; column < size; column++) {
        const inside = (row - 40 - 12 * b) ** 2 + (column - 80 + 10 * b) ** 2 < 400;
        target[(b * size + row) * size + column] = inside ? 1 : 0;
      }
    }
  }
  return target;
}

const variants = networkNames.flatMap((name) => [
  { name, file: name },
  { name, file: `${name}-attention` },
]);

describe.each(variants)("$file", ({ name, file }) => {
  const path = join(import.meta.dirname, "fixtures", `${file}.json`);
  const fixture: Fixture = JSON.parse(readFileSync(path, "utf8"));
  const { size, width, batch, channels, attention } = fixture;
  const network = networkNamed(name, { width, dropoutRate: 0, attention });
  const input = { channels, height: size, width: size };
  const training = emitTraining(network, input, { batch, loss: weightedCrossEntropy, l2: fixture.l2 });

  test("predicts what PyTorch predicts from the same weights, within 1e-4", async () => {
    const weights = new Map([...formulaState(training)].map(([key, { data }]) => [key, data]));
    const predictor = await createPredictor(
      encodeOnnx(emitPrediction(network, input, weights), { freeBatch: true }),
    );
    const image = Float32Array.from(formula("image", channels * size * size), (value) => 3 * value);
    const probability = await predictor.predict(image, [1, channels, size, size]);
    await predictor.dispose();
    const bytes = Buffer.from(fixture.probability, "base64");
    const expected = new Float32Array(
      bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength),
    );
    expect(probability.length).toBe(expected.length);
    expect(Math.max(...expected) - Math.min(...expected)).toBeGreaterThan(0.05);
    const worst = probability.reduce(
      (most, value, index) => Math.max(most, Math.abs(value - expected[index])),
      0,
    );
    expect(worst).toBeLessThan(1e-4);
  });

  test("follows PyTorch's loss over the steps of Adam with L2, within 1e-3 of each", async () => {
    const target = discs(size, batch);
    const noise = formula("image", batch * channels * size * size);
    // The target shines through every channel of its image.
    const image = Float32Array.from(noise, (value, index) => {
      const slice = Math.floor(index / (size * size * channels));
      return Math.fround(3 * value) + 2 * target[slice * size * size + (index % (size * size))];
    });
    const trainer = await createTrainer(training, formulaState(training), { seed: 1 });
    const losses: number[] = [];
    for (let step = 0; step < fixture.losses.length; step++) {
      losses.push((await trainer.step(image, target, { learningRate: fixture.learningRate })).loss);
    }
    await trainer.dispose();
    expect(fixture.losses.at(-1)).toBeLessThan(fixture.losses[0]);
    losses.forEach((loss, step) => {
      expect(Math.abs(loss - fixture.losses[step]) / fixture.losses[step]).toBeLessThan(1e-3);
    });
  });
});
