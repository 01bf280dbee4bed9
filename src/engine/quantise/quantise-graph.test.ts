/** Graphs in 8 bits against the same ones in fp32, both run by ONNX Runtime, within what rounding to bytes explains. */
import { describe, expect, test } from "vitest";
import { createRandom } from "#core/random.ts";
import {
  addInput,
  addOutput,
  apply,
  createGraph,
  elementCount,
  floatConstant,
  type Graph,
  type Shape,
  type Value,
} from "#engine/graph.ts";
import { encodeOnnx } from "#engine/onnx-file.ts";
import { floats, floatTensor, openSession } from "#engine/runtime/session.ts";
import type { Ranges } from "./byte-graph.ts";
import { quantiseGraph } from "./quantise-graph.ts";
import { joinRanges, withRangeOutputs } from "./value-ranges.ts";

const random = createRandom(11);
const uniform = (count: number, low: number, high: number): Float32Array =>
  Float32Array.from({ length: count }, () => random.uniform(low, high));

/** Outputs by name of an image, repeated for a batch of `batch`. */
async function run(graph: Graph, image: Float32Array, batch = 1): Promise<Map<string, Float32Array>> {
  const session = await openSession(encodeOnnx(graph, { freeBatch: true }), { threads: 1 });
  const [{ name, shape }] = graph.inputs;
  const images = Float32Array.from({ length: batch * image.length }, (_, at) => image[at % image.length]);
  const results = await session.run({ [name]: floatTensor(images, [batch, ...shape.slice(1)]) });
  const values = Object.entries(results).map(
    ([outputName, tensor]) => [outputName, floats(tensor).slice()] as const,
  );
  await session.release();
  return new Map(values);
}

async function rangesOn(graph: Graph, image: Float32Array): Promise<Ranges> {
  const outputs = await run(withRangeOutputs(graph), image);
  return joinRanges(graph, [new Map([...outputs].map(([name, values]) => [name, values[0]]))]);
}

const output = async (graph: Graph, image: Float32Array, batch = 1): Promise<Float32Array> =>
  (await run(graph, image, batch)).get("result") ?? new Float32Array();

type Weights = { readonly weight: Float32Array; readonly bias: Float32Array };

/** 3 x 3, size kept, on any image. */
function convolve(graph: Graph, x: Value, name: string, { weight, bias }: Weights): Value {
  const [channels, inputs] = [bias.length, x.shape[1]];
  const constants = [
    floatConstant(graph, `${name}.weight`, [channels, inputs, 3, 3], weight),
    floatConstant(graph, `${name}.bias`, [channels], bias),
  ];
  const shape: Shape = [x.shape[0], channels, ...x.shape.slice(2)];
  return apply(
    graph,
    ["Conv", { kernel_shape: [3, 3], strides: [1, 1], pads: [1, 1, 1, 1] }],
    [x, ...constants],
    shape,
  );
}

const drawnWeights = (outputs: number, inputs: number, most = 0.3): Weights => ({
  weight: uniform(outputs * inputs * 9, -most, most),
  bias: uniform(outputs, -0.5, 0.5),
});

function oneConvolution(size: Shape, weights: Weights): Graph {
  const graph = createGraph();
  addOutput(graph, convolve(graph, addInput(graph, "image", size), "own", weights), "result");
  return graph;
}

const constantOf = (graph: Graph, name: string): readonly number[] =>
  Array.from(graph.constants.get(name)?.data ?? [], Number);

/** Operators that bring values to their places. */
const moving = new Set(["Transpose", "Reshape", "Shape", "Mul", "Add"]);

const operators = ({ nodes }: Graph): string[] => nodes.map(({ operator }) => operator);

describe("a convolution", () => {
  const size = [1, 6, 12, 10];
  const image = uniform(elementCount(size), -2, 3);
  const weights = drawnWeights(5, 6);
  // The last channel's weights are a thousandth of the others'.
  weights.weight.subarray(4 * 54).forEach((value, at, channel) => {
    channel[at] = value / 1000;
  });
  weights.bias[4] /= 1000;
  const plain = oneConvolution(size, weights);

  test("differs by no more than rounding of image, weights and result explains", async () => {
    const ranges = await rangesOn(plain, image);
    const bytes = quantiseGraph(plain, ranges, new Set());
    const [expected, quantised] = [await output(plain, image), await output(bytes, image)];
    const [imageStep] = constantOf(bytes, "image.scale");
    const [resultStep] = constantOf(bytes, `${plain.nodes[0].outputs[0]}.scale`);
    const weightSteps = constantOf(bytes, "own.weight.scales");
    const area = 120;
    quantised.forEach((value, at) => {
      const channel = Math.floor(at / area);
      const kernel = weights.weight.subarray(channel * 54, (channel + 1) * 54);
      const ofImage = (kernel.reduce((sum, weight) => sum + Math.abs(weight), 0) * imageStep) / 2;
      const ofWeights = (54 * (3 + imageStep / 2) * weightSteps[channel]) / 2;
      const ofBias = (imageStep * weightSteps[channel]) / 2;
      expect(Math.abs(value - expected[at])).toBeLessThan(ofImage + ofWeights + ofBias + 0.51 * resultStep);
    });
  });

  test("has a scale for each channel's weights: small ones are as precise as large ones", async () => {
    const bytes = quantiseGraph(plain, await rangesOn(plain, image), new Set());
    const scales = constantOf(bytes, "own.weight.scales");
    const stored = constantOf(bytes, "own.weight.bytes");
    scales.forEach((scale, channel) => {
      const kernel = stored.slice(channel * 54, (channel + 1) * 54);
      expect(Math.max(...kernel.map(Math.abs))).toBe(64);
      kernel.forEach((byte, at) => {
        expect(Math.abs(byte * scale - weights.weight[channel * 54 + at])).toBeLessThanOrEqual(0.501 * scale);
      });
    });
    expect(scales[4]).toBeLessThan(scales[0] / 500);
  });

  test("sums the largest products exactly: no processor cuts them off in 16 bits", async () => {
    const channels = 32;
    const largest = [1, channels, 4, 4];
    const white = new Float32Array(elementCount(largest)).fill(255);
    const heavy = { weight: new Float32Array(2 * channels * 9), bias: new Float32Array(2) };
    heavy.weight.fill(64, 0, channels * 9).fill(-64, channels * 9);
    const graph = oneConvolution(largest, heavy);
    const full = channels * 9 * 64 * 255;
    const ranges = new Map([
      ["image", { low: 0, high: 255 }],
      [graph.nodes[0].outputs[0], { low: -full, high: full }],
    ]);
    const quantised = await output(quantiseGraph(graph, ranges, new Set()), white);
    const step = (2 * full) / 255;
    // A pixel amid the image, of both channels.
    expect(Math.abs(quantised[5] - full)).toBeLessThanOrEqual(step);
    expect(Math.abs(quantised[16 + 5] + full)).toBeLessThanOrEqual(step);
  });

  test("of an image that is nowhere 0 sees zeros beyond its border all the same", async () => {
    const even = { weight: new Float32Array(9).fill(1), bias: new Float32Array(1) };
    const graph = oneConvolution([1, 1, 4, 4], even);
    const bright = new Float32Array(16).fill(5);
    const ranges = await rangesOn(graph, bright.with(0, 4));
    const quantised = await output(quantiseGraph(graph, ranges, new Set()), bright);
    // Four pixels of the image are under the kernel in a corner, nine amid it.
    expect(quantised[15]).toBeCloseTo(20, 0);
    expect(quantised[5]).toBeCloseTo(45, 0);
  });

  test("whose result is also used before its ReLU keeps what is below 0", async () => {
    const graph = createGraph();
    const result = convolve(graph, addInput(graph, "image", size), "own", weights);
    const cut = apply(graph, "Relu", [result], result.shape);
    addOutput(graph, apply(graph, "Sub", [cut, result], result.shape), "result");
    const bytes = quantiseGraph(graph, await rangesOn(graph, image), new Set());
    const [expected, quantised] = [await output(graph, image), await output(bytes, image)];
    const [step] = constantOf(bytes, `${result.name}.scale`);
    expect(Math.max(...expected)).toBeGreaterThan(20 * step);
    quantised.forEach((value, at) => {
      expect(Math.abs(value - expected[at])).toBeLessThan(4 * step);
    });
  });

  test("with a channel of almost no weights keeps that channel's bias", async () => {
    const dead = { weight: weights.weight.slice(), bias: weights.bias.slice() };
    dead.weight.fill(1e-20, 0, 54);
    dead.bias[0] = 0.4;
    const graph = oneConvolution(size, dead);
    const bytes = quantiseGraph(graph, await rangesOn(graph, image), new Set());
    const quantised = await output(bytes, image);
    const [step] = constantOf(bytes, `${graph.nodes[0].outputs[0]}.scale`);
    for (const value of quantised.subarray(0, 120))
      expect(Math.abs(value - 0.4)).toBeLessThanOrEqual(step / 2);
  });
});

test("many channels at once, where weights have another zero, are the same sums", async () => {
  const size = [1, 3, 6, 5];
  const image = uniform(elementCount(size), -1, 2);
  const [few, many] = [
    drawnWeights(8, 3),
    { weight: new Float32Array(256 * 27), bias: new Float32Array(256) },
  ];
  for (let at = 0; at < 256; at += 8) {
    many.weight.set(few.weight, at * 27);
    many.bias.set(few.bias, at);
  }
  const [narrow, wide] = [oneConvolution(size, few), oneConvolution(size, many)];
  const ranges = await rangesOn(narrow, image);
  const bytes = quantiseGraph(wide, ranges, new Set());
  expect(constantOf(bytes, "own.weight.zeros")).toContain(1);
  const [expected, repeated] = [
    await output(quantiseGraph(narrow, ranges, new Set()), image),
    await output(bytes, image),
  ];
  expect(repeated).toEqual(
    Float32Array.from({ length: 32 * expected.length }, (_, at) => expected[at % expected.length]),
  );
});

/** An image enlarged by 2, a convolution with its ReLU, and one of single pixels after it. */
function enlarging(image: Shape): Graph {
  const graph = createGraph();
  const x = addInput(graph, "image", image);
  const [, channels, height, width] = x.shape;
  const scales = floatConstant(graph, "scales", [4], [1, 1, 2, 2]);
  const large = apply(
    graph,
    ["Resize", { mode: "linear", coordinate_transformation_mode: "half_pixel" }],
    [x, undefined, scales],
    [1, channels, 2 * height, 2 * width],
  );
  const seen = convolve(graph, large, "seen", drawnWeights(6, channels));
  const cut = apply(graph, "Relu", [seen], seen.shape);
  const constants = [
    floatConstant(graph, "last.weight", [2, 6, 1, 1], uniform(12, -1, 1)),
    floatConstant(graph, "last.bias", [2], uniform(2, -1, 1)),
  ];
  const pointwise = { kernel_shape: [1, 1], strides: [1, 1], pads: [0, 0, 0, 0] };
  const last = apply(graph, ["Conv", pointwise], [cut, ...constants], [1, 2, 2 * height, 2 * width]);
  addOutput(graph, last, "result");
  return graph;
}

describe("an enlarged image", () => {
  const size = [1, 5, 7, 6];
  const plain = enlarging(size);
  const image = uniform(elementCount(size), -1, 2);

  test.each([
    ["bytes", [], 0.02],
    ["floats", [plain.nodes[plain.nodes.length - 2].outputs[0]], 1e-5],
  ])("is never made, and every pixel lands where it belongs, in %s", async (_, inFloats, within) => {
    const bytes = quantiseGraph(plain, await rangesOn(plain, image), new Set(inFloats));
    expect(operators(bytes)).not.toContain("Resize");
    const [expected, quantised] = [await output(plain, image), await output(bytes, image)];
    const spread = Math.max(...expected) - Math.min(...expected);
    // Beside the border, where the kernel of the small image takes what lies beyond for 0.
    for (let channel = 0; channel < 2; channel++)
      for (let y = 2; y < 12; y++)
        for (let x = 2; x < 10; x++) {
          const at = (channel * 14 + y) * 12 + x;
          expect(Math.abs(quantised[at] - expected[at])).toBeLessThan(within * spread);
        }
  });

  test("may be of any size", async () => {
    const bytes = quantiseGraph(plain, await rangesOn(plain, image), new Set());
    const other = {
      ...bytes,
      inputs: [{ name: "image", shape: [1, 5, 3, 9] }],
      outputs: [{ name: "result", shape: [1, 2, 6, 18] }],
    };
    const small = uniform(135, -1, 2);
    const quantised = await output(other, small);
    expect(quantised).toHaveLength(2 * 6 * 18);
  });
});

/** Pooling, two ways that are added after a ReLU, joined and brought back to the image's size; two convolutions have names. */
function branches(): Graph {
  const graph = createGraph();
  const image = addInput(graph, "image", [1, 4, 16, 16]);
  const relu = (x: Value): Value => apply(graph, "Relu", [x], x.shape);
  const pooled = apply(
    graph,
    ["MaxPool", { kernel_shape: [2, 2], strides: [2, 2], pads: [0, 0, 0, 0] }],
    [image],
    [1, 4, 8, 8],
  );
  const left = relu(convolve(graph, pooled, "left", drawnWeights(4, 4)));
  const right = convolve(graph, left, "right", drawnWeights(4, 4));
  const sum = relu(apply(graph, "Add", [left, right], left.shape));
  const joined = apply(graph, ["Concat", { axis: 1 }], [left, sum], [1, 8, 8, 8]);
  const scales = floatConstant(graph, "scales", [4], [1, 1, 2, 2]);
  const enlarged = apply(
    graph,
    ["Resize", { mode: "linear", coordinate_transformation_mode: "half_pixel" }],
    [joined, undefined, scales],
    [1, 8, 16, 16],
  );
  const last = convolve(graph, enlarged, "last", drawnWeights(1, 8));
  addOutput(graph, apply(graph, "Sigmoid", [last], last.shape), "result");
  return graph;
}

describe("a network of all kinds of layers", () => {
  const plain = branches();
  const image = uniform(4 * 256, -1, 2);
  const last = plain.nodes.findLast(({ operator }) => operator === "Conv")?.outputs[0] ?? "";

  test("computes bytes from the image to the last layer, and nearly the same", async () => {
    const bytes = quantiseGraph(plain, await rangesOn(plain, image), new Set());
    expect(operators(bytes).filter((name) => !moving.has(name))).toEqual([
      "QuantizeLinear",
      ...["NhwcMaxPool", "QLinearConv", "QLinearConv", "QLinearAdd", "Concat", "QLinearConv"],
      ...["DequantizeLinear", "Sigmoid", "Identity"],
    ]);
    const [expected, quantised] = [await output(plain, image), await output(bytes, image)];
    // But for two pixels next to the border, which enlarging-kernel.ts tells of.
    const amid = (at: number): boolean =>
      [Math.floor(at / 16), at % 16].every((coordinate) => coordinate > 1 && coordinate < 14);
    const worst = Math.max(...expected.map((value, at) => (amid(at) ? Math.abs(value - quantised[at]) : 0)));
    const spread = Math.max(...expected) - Math.min(...expected);
    expect(spread).toBeGreaterThan(0.2);
    expect(worst).toBeLessThan(0.06 * spread);
  });

  test("computes a layer in floats that is named, and the others in bytes", async () => {
    const ranges = await rangesOn(plain, image);
    const mixed = quantiseGraph(plain, ranges, new Set([last]));
    expect(operators(mixed).filter((name) => name === "Conv")).toHaveLength(1);
    expect(operators(mixed).filter((name) => name === "QLinearConv")).toHaveLength(2);
    expect(constantOf(mixed, "last.weight")).toEqual(constantOf(plain, "last.weight"));
    expect(mixed.constants.has("last.weight.bytes")).toBe(false);
    const differs = async (graph: Graph): Promise<number> => {
      const [expected, quantised] = [await output(plain, image), await output(graph, image)];
      return expected.reduce((sum, value, at) => sum + Math.abs(value - quantised[at]), 0);
    };
    expect(await differs(mixed)).toBeLessThan(await differs(quantiseGraph(plain, ranges, new Set())));
  });

  test("is the same graph with all layers in floats", async () => {
    const all = new Set(plain.nodes.flatMap(({ outputs }) => outputs));
    const same = quantiseGraph(plain, await rangesOn(plain, image), all);
    expect(same.nodes).toEqual(plain.nodes);
    expect(same.constants).toEqual(plain.constants);
  });

  test("takes any number of images at once", async () => {
    const bytes = quantiseGraph(plain, await rangesOn(plain, image), new Set());
    const [single, three] = [await output(bytes, image), await output(bytes, image, 3)];
    expect(three).toEqual(
      Float32Array.from({ length: 3 * single.length }, (_, at) => single[at % single.length]),
    );
  });

  test("without the range of a value, or with one that is none, is no graph", async () => {
    const ranges = new Map(await rangesOn(plain, image));
    ranges.set(last, { low: Number.NaN, high: 1 });
    expect(() => quantiseGraph(plain, ranges, new Set())).toThrow(/has no range: NaN to 1/);
    ranges.delete(last);
    expect(() => quantiseGraph(plain, ranges, new Set())).toThrow(/range of .* is not known/);
  });
});
