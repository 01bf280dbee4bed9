/**
 * Each operator's gradient against central differences. The emitted graph is run by ONNX Runtime in single precision, so
 * the loss is a sum of outputs times fixed weights and the step is large enough for its digits.
 */
import { describe, expect, test } from "vitest";
import { createRandom } from "#core/random.ts";
import { attentionGate } from "#networks/attention-gate.ts";
import {
  addInput,
  addOutput,
  apply,
  createGraph,
  elementCount,
  integers,
  type Shape,
  type Value,
} from "./graph.ts";
import { encodeOnnx } from "./onnx-file.ts";
import { batchNorm } from "./ops/batch-norm.ts";
import { conv } from "./ops/conv.ts";
import { multiplyByMap } from "./ops/multiply-by-map.ts";
import { add, dropout, multiply, relu, sigmoid } from "./ops/pointwise.ts";
import { concat, maxPool, upsample2 } from "./ops/spatial.ts";
import { floats, floatTensor, openSession } from "./runtime/session.ts";
import { backward, createTape, parameter, record, type Tape } from "./tape.ts";

type Case = { readonly name: string; readonly shape: Shape; readonly build: (tape: Tape, x: Value) => Value };

const cases: readonly Case[] = [
  {
    name: "conv 3x3",
    shape: [2, 3, 5, 6],
    build: (tape, x) => conv(tape, x, { name: "c", channels: 4, kernel: 3 }),
  },
  {
    name: "conv 3x3 with bias",
    shape: [2, 2, 4, 4],
    build: (tape, x) => conv(tape, x, { name: "c", channels: 3, kernel: 3, bias: true }),
  },
  {
    name: "conv 1x1",
    shape: [2, 3, 4, 5],
    build: (tape, x) => conv(tape, x, { name: "c", channels: 2, kernel: 1 }),
  },
  {
    name: "conv 3x3, stride 2",
    shape: [2, 2, 6, 8],
    build: (tape, x) => conv(tape, x, { name: "c", channels: 3, kernel: 3, stride: 2 }),
  },
  {
    name: "conv 3x3, stride 2, odd size",
    shape: [1, 2, 7, 5],
    build: (tape, x) => conv(tape, x, { name: "c", channels: 2, kernel: 3, stride: 2 }),
  },
  {
    name: "conv 1x1, stride 2",
    shape: [1, 3, 6, 6],
    build: (tape, x) => conv(tape, x, { name: "c", channels: 2, kernel: 1, stride: 2 }),
  },
  {
    name: "conv 7x7, stride 2",
    shape: [1, 1, 12, 10],
    build: (tape, x) => conv(tape, x, { name: "c", channels: 2, kernel: 7, stride: 2 }),
  },
  {
    name: "conv 3x3 without padding",
    shape: [1, 2, 6, 5],
    build: (tape, x) => conv(tape, x, { name: "c", channels: 2, kernel: 3, padding: 0 }),
  },
  {
    name: "conv 3x3 of few pixels",
    shape: [2, 3, 3, 4],
    build: (tape, x) => conv(tape, x, { name: "c", channels: 4, kernel: 3 }),
  },
  {
    name: "conv 3x3 to fewer channels",
    shape: [2, 4, 5, 6],
    build: (tape, x) => conv(tape, x, { name: "c", channels: 2, kernel: 3 }),
  },
  {
    name: "conv 3x3 to fewer channels without padding",
    shape: [1, 3, 6, 5],
    build: (tape, x) => conv(tape, x, { name: "c", channels: 2, kernel: 3, padding: 0 }),
  },
  { name: "batch norm", shape: [3, 2, 4, 3], build: (tape, x) => batchNorm(tape, x, "n") },
  { name: "relu", shape: [2, 2, 4, 4], build: relu },
  { name: "sigmoid", shape: [2, 2, 3, 3], build: sigmoid },
  {
    name: "max pooling 2x2",
    shape: [2, 2, 6, 4],
    build: (tape, x) => maxPool(tape, x, { kernel: 2, stride: 2 }),
  },
  {
    name: "max pooling 3x3, stride 2, padded",
    shape: [1, 2, 6, 8],
    build: (tape, x) => maxPool(tape, x, { kernel: 3, stride: 2, padding: 1 }),
  },
  { name: "bilinear upsampling by 2", shape: [2, 2, 3, 5], build: upsample2 },
  { name: "addition of a value to itself", shape: [1, 2, 3, 3], build: (tape, x) => add(tape, x, x) },
  {
    name: "multiplication of a value with itself",
    shape: [1, 2, 3, 3],
    build: (tape, x) => multiply(tape, x, x),
  },
  {
    name: "concatenation of two uses",
    shape: [1, 2, 3, 3],
    build: (tape, x) => concat(tape, [x, sigmoid(tape, x), x]),
  },
  {
    name: "multiplication of all channels by one map",
    shape: [2, 3, 4, 3],
    build: (tape, x) => multiplyByMap(tape, x, conv(tape, x, { name: "map", channels: 1, kernel: 1 })),
  },
  {
    name: "attention gate",
    shape: [2, 4, 3, 3],
    build: (tape, x) => attentionGate(tape, x, sigmoid(tape, x), "gate"),
  },
  { name: "dropout with given masks", shape: [2, 3, 2, 2], build: (tape, x) => dropout(tape, x, 0.5) },
];

type Built = {
  readonly model: Uint8Array;
  readonly values: Map<string, { shape: Shape; data: Float32Array }>;
  readonly outShape: Shape;
};

/** Graph of loss = sum(output * weights) and of its gradient for x and every parameter. */
function buildCase({ shape, build }: Case): Built {
  const random = createRandom(11);
  const graph = createGraph();
  const tape = createTape(graph);
  const draw = (count: number): Float32Array =>
    Float32Array.from({ length: count }, () => random.uniform(-1, 1));
  // x is a parameter here, so that its gradient is asked for too.
  const x = parameter(tape, { name: "x", shape, decays: false, initial: () => draw(elementCount(shape)) });
  const output = build(tape, x);
  const weights = addInput(graph, "weights", output.shape);
  const product = apply(graph, "Mul", [output, weights], output.shape);
  const axes = integers(
    graph,
    output.shape.map((_, axis) => axis),
  );
  addOutput(graph, apply(graph, ["ReduceSum", { keepdims: 0 }], [product, axes], []), "loss");
  const gradients = backward(tape, output, weights);
  const values = new Map<string, { shape: Shape; data: Float32Array }>([
    ["weights", { shape: output.shape, data: draw(elementCount(output.shape)) }],
  ]);
  for (const { name, shape: parameterShape, initial } of tape.parameters) {
    const gradient = gradients.get(name);
    if (gradient === undefined) throw new Error(`no gradient of ${name}`);
    addOutput(graph, gradient, `d ${name}`);
    values.set(name, { shape: parameterShape, data: initial(random) });
  }
  for (const { name, shape: runningShape, initial, updated } of tape.running) {
    addOutput(graph, updated, `${name}:next`);
    values.set(name, { shape: runningShape, data: initial() });
  }
  for (const { input } of tape.dropouts) {
    values.set(input.name, {
      shape: input.shape,
      data: Float32Array.from({ length: elementCount(input.shape) }, (_, index) => (index % 2) * 2),
    });
  }
  return { model: encodeOnnx(graph), values, outShape: output.shape };
}

describe.each(cases)("$name", (which) => {
  test("has the gradient that central differences give, for its input and its parameters", async () => {
    const { model, values } = buildCase(which);
    const session = await openSession(model, { threads: 1 });
    const run = async () =>
      session.run(
        Object.fromEntries([...values].map(([name, { shape, data }]) => [name, floatTensor(data, shape)])),
      );
    const analytic = await run();
    const step = 2e-3;
    for (const [name, { data }] of values) {
      const gradient = analytic[`d ${name}`];
      if (gradient === undefined) continue;
      const expected = floats(gradient);
      const stride = Math.max(1, Math.floor(data.length / 24));
      for (let index = 0; index < data.length; index += stride) {
        const before = data[index];
        data[index] = before + step;
        const above = floats((await run()).loss)[0];
        data[index] = before - step;
        const below = floats((await run()).loss)[0];
        data[index] = before;
        const difference = (above - below) / (2 * step);
        expect(
          Math.abs(difference - expected[index]),
          `${name}[${index}]: ${expected[index]} against ${difference}`,
        ).toBeLessThan(8e-3 * Math.max(1, Math.abs(difference)));
      }
    }
    await session.release();
  });
});

test("batch norm keeps running averages as PyTorch does: momentum 0.1, unbiased variance", async () => {
  const { model, values } = buildCase({
    name: "",
    shape: [2, 1, 2, 2],
    build: (tape, x) => batchNorm(tape, x, "n"),
  });
  const session = await openSession(model);
  const x = values.get("x");
  x?.data.set([1, 2, 3, 4, 5, 6, 7, 8]);
  const results = await session.run(
    Object.fromEntries([...values].map(([name, { shape, data }]) => [name, floatTensor(data, shape)])),
  );
  // Mean 4.5; squared deviations sum to 42, over 8 - 1 = 6.
  expect(floats(results["n.running-mean:next"])[0]).toBeCloseTo(0.45, 6);
  expect(floats(results["n.running-variance:next"])[0]).toBeCloseTo(0.9 + 0.6, 5);
  await session.release();
});

describe("shapes are checked when the graph is built", () => {
  const tape = (): Tape => createTape(createGraph());
  const value = (...shape: number[]): Value => ({ name: "v", shape });

  test("adding different shapes says both", () => {
    expect(() => add(tape(), value(1, 2, 3, 3), value(1, 2, 3, 4))).toThrow("[1, 2, 3, 3] and [1, 2, 3, 4]");
  });
  test("a kernel larger than the image is refused", () => {
    expect(() => conv(tape(), value(1, 1, 3, 3), { name: "c", channels: 1, kernel: 7, padding: 0 })).toThrow(
      "conv c",
    );
  });
  test("joining different heights is refused", () => {
    expect(() => concat(tape(), [value(1, 2, 4, 4), value(1, 2, 2, 4)])).toThrow("concat");
  });
  test("batch norm of what is no convolution cannot be folded for prediction", () => {
    const predicting = createTape(createGraph(), new Map());
    expect(() => batchNorm(predicting, value(1, 2, 4, 4), "n")).toThrow("folded");
  });
  test("two parameters of one name are refused", () => {
    const shared = tape();
    conv(shared, value(1, 1, 4, 4), { name: "c", channels: 1, kernel: 3 });
    expect(() => conv(shared, value(1, 1, 4, 4), { name: "c", channels: 1, kernel: 3 })).toThrow("c.weight");
  });
  test("a value without use has no gradient and is recorded without harm", () => {
    const shared = tape();
    const x = parameter(shared, { name: "x", shape: [1], decays: false, initial: () => new Float32Array(1) });
    const y = record(shared, { name: "y", shape: [1] }, [x], (gradient) => [gradient]);
    expect(backward(shared, { name: "z", shape: [1] }, { name: "g", shape: [1] }).has(y.name)).toBe(false);
  });
});
