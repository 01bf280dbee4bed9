/** Every loss against PyTorch's autograd (test/pytorch/make_loss_fixtures.py) and against central differences of itself. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { lossNames, lossParametersSchema } from "#contract/training-configuration.ts";
import type { LossFunction } from "#engine/emit.ts";
import { addInput, addOutput, createGraph } from "#engine/graph.ts";
import { encodeOnnx } from "#engine/onnx-file.ts";
import { floats, floatTensor, openSession } from "#engine/runtime/session.ts";
import { createTape } from "#engine/tape.ts";
import { formula } from "../../../test/pytorch/formula-weights.ts";
import { lossNamed } from "./losses.ts";

type Evaluate = (z: Float32Array, y: Float32Array) => Promise<{ loss: number; gradient: Float32Array }>;

async function withLoss<T>(
  loss: LossFunction,
  shape: readonly number[],
  use: (evaluate: Evaluate) => Promise<T>,
): Promise<T> {
  const graph = createGraph();
  const terms = loss(createTape(graph), addInput(graph, "z", shape), addInput(graph, "y", shape));
  addOutput(graph, terms.loss, "loss");
  addOutput(graph, terms.gradient, "gradient");
  const session = await openSession(encodeOnnx(graph), { threads: 1 });
  const result = await use(async (z, y) => {
    const { loss, gradient } = await session.run({ z: floatTensor(z, shape), y: floatTensor(y, shape) });
    return { loss: floats(loss)[0], gradient: floats(gradient).slice() };
  });
  await session.release();
  return result;
}

type Fixture = {
  shape: number[];
  target: number[];
  losses: { loss: string; case: string; value: number; gradient: number[] }[];
};
const path = join(import.meta.dirname, "../../../test/pytorch/fixtures/losses.json");
const fixture: Fixture = JSON.parse(readFileSync(path, "utf8"));
const logits = Float32Array.from(formula("logits", 60), (value) => 8 * value);
const targets: Record<string, Float32Array> = {
  "some target": Float32Array.from(fixture.target),
  "no target": new Float32Array(60),
};
const defaults = lossParametersSchema.parse({});
const variants: Record<string, LossFunction> = {
  "dice, plain denominator": lossNamed("dice", { ...defaults, diceDenominator: "plain" }),
  "focal, gamma 0.5 and alpha 0.8": lossNamed("focal", { ...defaults, focal: { gamma: 0.5, alpha: 0.8 } }),
  ...Object.fromEntries(lossNames.map((name) => [name, lossNamed(name, defaults)])),
};

describe.each(Object.keys(variants))("%s", (name) => {
  test("has PyTorch's value and gradient, with target and without", async () => {
    const cases = fixture.losses.filter(({ loss }) => loss === name);
    expect(cases.length).toBe(2);
    await withLoss(variants[name], fixture.shape, async (evaluate) => {
      for (const { case: which, value, gradient } of cases) {
        const result = await evaluate(logits, targets[which]);
        expect(Math.abs(result.loss - value)).toBeLessThan(2e-6 * Math.max(1, Math.abs(value)));
        const largest = Math.max(...gradient.map(Math.abs));
        result.gradient.forEach((slope, index) => {
          expect(Math.abs(slope - gradient[index]), `pixel ${index}`).toBeLessThan(5e-6 * largest);
        });
      }
    });
  });

  test("is finite, and its gradient too, at sure hits, sure misses and in a batch without target", async () => {
    await withLoss(variants[name], [1, 1, 1, 4], async (evaluate) => {
      const sure = Float32Array.of(-200, 200, -200, 200);
      for (const target of [
        [0, 1, 0, 1],
        [1, 0, 1, 0],
        [0, 0, 0, 0],
        [1, 1, 1, 1],
      ]) {
        const { loss, gradient } = await evaluate(sure, Float32Array.from(target));
        expect(Number.isFinite(loss)).toBe(true);
        expect(gradient.every(Number.isFinite)).toBe(true);
      }
      const nothing = await evaluate(new Float32Array(4).fill(-200), new Float32Array(4));
      expect(nothing.loss).toBeCloseTo(0, 6);
    });
  });
});

test("Tversky with alpha and beta of one half is plain Dice but for the smoothing, which counts twice", async () => {
  const half = lossNamed("tversky", { ...defaults, tversky: { alpha: 0.5, beta: 0.5 } });
  const target = targets["some target"];
  const result = await withLoss(half, fixture.shape, (evaluate) => evaluate(logits, target));
  const p = [...logits].map((z) => 1 / (1 + Math.exp(-z)));
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  const both = sum(p.map((value, index) => value * target[index]));
  expect(result.loss).toBeCloseTo(1 - (2 * both + 2) / (sum(p) + sum([...target]) + 2), 5);
});

// Not Eq. 1, which holds its weight in the gradient: its own test moves the logits with the weight held.
test.each(Object.keys(variants).filter((name) => name !== "weighted-cross-entropy"))(
  "%s has the gradient that central differences give",
  async (name) => {
    await withLoss(variants[name], fixture.shape, async (evaluate) => {
      const z = logits.slice();
      const { gradient } = await evaluate(z, targets["some target"]);
      const largest = Math.max(...gradient.map(Math.abs));
      const step = 2e-2;
      for (let index = 0; index < z.length; index += 3) {
        const before = z[index];
        z[index] = before + step;
        const above = (await evaluate(z, targets["some target"])).loss;
        z[index] = before - step;
        const below = (await evaluate(z, targets["some target"])).loss;
        z[index] = before;
        expect(Math.abs((above - below) / (2 * step) - gradient[index])).toBeLessThan(5e-3 * largest);
      }
    });
  },
);
