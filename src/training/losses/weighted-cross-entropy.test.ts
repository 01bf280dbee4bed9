import { expect, test } from "vitest";
import { addInput, addOutput, createGraph } from "#engine/graph.ts";
import { encodeOnnx } from "#engine/onnx-file.ts";
import { floats, floatTensor, openSession } from "#engine/runtime/session.ts";
import { createTape } from "#engine/tape.ts";
import { maximumWeight, weightedCrossEntropy } from "./weighted-cross-entropy.ts";

async function evaluate(
  logits: number[],
  target: number[],
): Promise<{ loss: number; gradient: Float32Array }> {
  const shape = [1, 1, 1, logits.length];
  const graph = createGraph();
  const tape = createTape(graph);
  const z = addInput(graph, "z", shape);
  const y = addInput(graph, "y", shape);
  const { loss, gradient } = weightedCrossEntropy(tape, z, y);
  addOutput(graph, loss, "loss");
  addOutput(graph, gradient, "gradient");
  const session = await openSession(encodeOnnx(graph), { threads: 1 });
  const results = await session.run({
    z: floatTensor(Float32Array.from(logits), shape),
    y: floatTensor(Float32Array.from(target), shape),
  });
  const outcome = { loss: floats(results.loss)[0], gradient: floats(results.gradient).slice() };
  await session.release();
  return outcome;
}

/** Eq. 1 as the paper writes it, in double precision, the weight given. */
function equation1(logits: readonly number[], target: readonly number[], weight: number): number {
  const p = logits.map((z) => 1 / (1 + Math.exp(-z)));
  const sum = p.reduce(
    (total, value, i) => total + weight * target[i] * Math.log(value) + (1 - target[i]) * Math.log(1 - value),
    0,
  );
  return -sum / p.length;
}

const logits = [-2, 0.5, 1.5, -0.3, -4, 2];
const target = [0, 1, 1, 0, 0, 0];
const foreground = logits.reduce((sum, z) => sum + 1 / (1 + Math.exp(-z)), 0);
const weight = (logits.length - foreground) / foreground;

test("the loss is Eq. 1", async () => {
  expect((await evaluate(logits, target)).loss).toBeCloseTo(equation1(logits, target, weight), 5);
});

test("the gradient is that of Eq. 1 with the weight held", async () => {
  const { gradient } = await evaluate(logits, target);
  const step = 1e-6;
  logits.forEach((_, index) => {
    const moved = (by: number): number[] => logits.map((z, at) => (at === index ? z + by : z));
    const slope =
      (equation1(moved(step), target, weight) - equation1(moved(-step), target, weight)) / (2 * step);
    expect(gradient[index]).toBeCloseTo(slope, 5);
  });
});

test("where nearly nothing is predicted the weight stops at its bound and all stays finite", async () => {
  const many = Array.from({ length: 4000 }, () => -30);
  const onePixel = many.map((_, index) => (index === 7 ? 1 : 0));
  const { loss, gradient } = await evaluate(many, onePixel);
  // One missed pixel of probability e^-30 costs 30 times the weight, over 4000 pixels.
  expect(loss).toBeCloseTo((maximumWeight * 30) / 4000, 3);
  expect(gradient[7]).toBeCloseTo(-maximumWeight / 4000, 5);
});

test("a batch without target costs only false positives", async () => {
  const { loss } = await evaluate([-3, -3], [0, 0]);
  expect(loss).toBeCloseTo(Math.log(1 + Math.exp(-3)), 6);
});
