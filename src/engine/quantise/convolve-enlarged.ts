/**
 * An image enlarged by 2, its convolution and the ReLU after it, all on the small image (enlarging-kernel.ts); then its four pixels to their
 * places. A convolution of single pixels after that comes before they are placed.
 */
import { type Constant, type Graph, integers } from "#engine/graph.ts";
import { type ByteForm, weightBytes } from "./byte-form.ts";
import {
  addConstants,
  addNode,
  asBytes,
  asFloats,
  type ByteGraph,
  channelsFirst,
  declareBytes,
} from "./byte-graph.ts";
import { convolveBytes, type Weights, weightsOf } from "./convolve-bytes.ts";
import { enlargingKernel, fourTimes } from "./enlarging-kernel.ts";
import type { Layer } from "./layers.ts";

/** With a convolution of single pixels it gives floats: of a network's last layer nothing is rounded. */
export function enlargeInBytes(
  byteGraph: ByteGraph,
  { nodes, output, pointwise }: Layer,
  constants: Graph["constants"],
): void {
  const [{ inputs }, convolution] = nodes;
  const { weight, bias } = weightsOf(convolution, constants);
  const form = declareBytes(byteGraph, pointwise?.inputs[0] ?? output);
  const small = { ...form, name: `${form.name}.small` };
  const weights = { weight: enlargingKernel(weight), bias: bias && fourTimes(bias) };
  const { attributes } = convolution;
  convolveBytes(byteGraph, asBytes(byteGraph, inputs[0]), { ...weights, form: small, attributes });
  if (pointwise === undefined) {
    placePixels(byteGraph, small.name, form.name, weight.shape[0]);
    byteGraph.bytes.set(output, form);
    return;
  }
  const last = weightsOf(pointwise, constants);
  const name = multiplyPixels(byteGraph, small, last, `${output}.small`);
  const placed = placePixels(byteGraph, name, `${output}.last`, last.weight.shape[0]);
  addNode(byteGraph, channelsFirst, [placed], output);
  byteGraph.floats.add(output);
}

/** A layer that ends with a convolution of single pixels, in fp32, channels first: the large image has the most pixels of all. */
export function enlargeInFloats(
  byteGraph: ByteGraph,
  { nodes, output, pointwise }: Layer,
  constants: Graph["constants"],
): void {
  const [{ inputs }, convolution] = nodes;
  if (pointwise === undefined) throw new Error(`${output} ends with no convolution of single pixels`);
  asFloats(byteGraph, inputs[0]);
  const { weight, bias } = weightsOf(convolution, constants);
  const first = addConstants(byteGraph, [
    enlargingKernel(weight),
    ...(bias === undefined ? [] : [fourTimes(bias)]),
  ]);
  const { attributes } = convolution;
  let small = addNode(byteGraph, ["Conv", attributes], [inputs[0], ...first], `${output}.seen`);
  if (nodes.some(({ operator }) => operator === "Relu"))
    small = addNode(byteGraph, "Relu", [small], `${output}.cut`);
  const last = weightsOf(pointwise, constants);
  const { shape, ...four } = onFourPixels(last.weight);
  const second = addConstants(byteGraph, [
    { ...four, shape: [...shape, 1, 1] },
    ...(last.bias === undefined ? [] : [fourTimes(last.bias)]),
  ]);
  const pixels = addNode(byteGraph, ["Conv", pointwise.attributes], [small, ...second], `${output}.small`);
  addNode(byteGraph, ["DepthToSpace", { blocksize: 2, mode: "DCR" }], [pixels], output);
  byteGraph.floats.add(output);
}

/** [batch, h, w, 4 channels] to [batch, 2h, 2w, channels], for any h and w. */
function placePixels(byteGraph: ByteGraph, small: string, placed: string, channels: number): string {
  const numbers = (...values: readonly number[]): string => integers(byteGraph.graph, values).name;
  const rows = numbers(0, 0, 0, 2, 2 * channels);
  const apart = addNode(byteGraph, "Reshape", [small, rows], `${placed}.apart`);
  const inOrder = addNode(byteGraph, ["Transpose", { perm: [0, 1, 3, 2, 4] }], [apart], `${placed}.in-order`);
  const size = addNode(byteGraph, "Shape", [small], `${placed}.size`);
  const doubled = addNode(byteGraph, "Mul", [size, numbers(1, 2, 2, 0)], `${placed}.doubled`);
  const shape = addNode(byteGraph, "Add", [doubled, numbers(0, 0, 0, channels)], `${placed}.shape`);
  return addNode(byteGraph, "Reshape", [inOrder, shape], placed);
}

/** Weights of single pixels on each of the four pixels of `small`, as one matrix; floats. */
function multiplyPixels(
  byteGraph: ByteGraph,
  small: ByteForm,
  { weight, bias }: Weights,
  output: string,
): string {
  const four = onFourPixels(weight);
  const [{ name, data }, scales] = weightBytes(four, undefined, { inputStep: small.step, weightZero: 0 });
  const [columns, rows] = four.shape;
  const turned = new Int8Array(data.length);
  for (const [at, byte] of data.entries())
    turned[(at % rows) * columns + Math.floor(at / rows)] = Number(byte);
  const constants = addConstants(byteGraph, [{ name, shape: [rows, columns], data: turned }, scales]);
  const offsets = bias === undefined ? [] : ["", ...addConstants(byteGraph, [fourTimes(bias)])];
  const inputs = [small.name, constants[0], small.scale, constants[1], small.zero, ...offsets];
  return addNode(byteGraph, "MatMulIntegerToFloat", inputs, output);
}

/** Weights [outputs, channels, 1, 1] for four pixels side by side: [4 outputs, 4 channels], each pixel by itself. */
function onFourPixels({ name, shape, data }: Constant): Constant {
  const [outputs, channels] = shape;
  const four = new Float32Array(16 * data.length);
  for (let pixel = 0; pixel < 4; pixel++) {
    for (let row = 0; row < outputs; row++) {
      const to = ((pixel * outputs + row) * 4 + pixel) * channels;
      for (let at = 0; at < channels; at++) four[to + at] = Number(data[row * channels + at]);
    }
  }
  return { name, shape: [4 * outputs, 4 * channels], data: four };
}
