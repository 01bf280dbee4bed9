/** Convolutions of bytes, channels last: as they are, and of an image that is enlarged by 2 before. */
import type { Attribute, Constant, Graph, GraphNode } from "#engine/graph.ts";
import { type ByteForm, weightBytes } from "./byte-form.ts";
import { addConstants, addNode, asBytes, type ByteGraph, channelsFirst, declareBytes } from "./byte-graph.ts";
import { enlargingKernel, fourTimes } from "./enlarging-kernel.ts";
import type { Layer } from "./layers.ts";

type Weights = { readonly weight: Constant; readonly bias: Constant | undefined };

/** Of a convolution. Throws an `Error` where they are computed. */
export function weightsOf(
  { inputs: [image, weight, bias] }: GraphNode,
  constants: Graph["constants"],
): Weights {
  const own = constants.get(weight);
  if (own === undefined) throw new Error(`the weights of a convolution of ${image} are no constant`);
  return { weight: own, bias: constants.get(bias) };
}

type Convolution = Weights & {
  /** Of the result. */
  readonly form: ByteForm;
  readonly attributes: Readonly<Record<string, Attribute>>;
};

/**
 * From this many channels on ONNX Runtime's product of matrices, which a processor may have units for (AMX), is faster than its
 * direct convolution. It takes the direct one where all zeros of the weights are 0: so they are 1 here. The sums are the same.
 */
const fewestForMatrices = 256;

export function convolveBytes(
  made: ByteGraph,
  from: ByteForm,
  { weight, bias, form, attributes }: Convolution,
): void {
  const weightZero = weight.shape[0] < fewestForMatrices ? 0 : 1;
  const weights = addConstants(made, weightBytes(weight, bias, { inputStep: from.step, weightZero }));
  const [bytes, scales, zeros, sums] = weights;
  const image = [from.name, from.scale, from.zero];
  const inputs = [...image, bytes, scales, zeros, form.scale, form.zero, sums];
  addNode(made, ["QLinearConv", { ...attributes, channels_last: 1 }], inputs, form.name);
}

/**
 * Enlarging, 3 x 3 and the ReLU after it on the small image (enlarging-kernel.ts); then its four pixels to their places. A convolution of single
 * pixels after that comes before they are placed, and gives floats: of a network's last layer nothing is rounded.
 */
export function convolveEnlarged(
  made: ByteGraph,
  { nodes, output }: Layer,
  constants: Graph["constants"],
): void {
  const [{ inputs }, convolution, ...after] = nodes;
  const pointwise = after.find(({ operator }) => operator === "Conv");
  const value = pointwise?.inputs[0] ?? output;
  const { weight, bias } = weightsOf(convolution, constants);
  const form = declareBytes(made, value);
  const small = { ...form, name: `${form.name}.small` };
  const own = { weight: enlargingKernel(weight), bias: bias && fourTimes(bias) };
  const { attributes } = convolution;
  convolveBytes(made, asBytes(made, inputs[0]), { ...own, form: small, attributes });
  if (pointwise === undefined) {
    placePixels(made, small.name, form.name, weight.shape[0]);
    made.bytes.set(output, form);
    return;
  }
  const last = weightsOf(pointwise, constants);
  const name = multiplyPixels(made, small, last, `${output}.small`);
  const placed = placePixels(made, name, `${output}.last`, last.weight.shape[0]);
  addNode(made, channelsFirst, [placed], output);
  made.floats.add(output);
}

/** [batch, h, w, 4 channels] to [batch, 2h, 2w, channels], for any h and w. */
function placePixels(made: ByteGraph, small: string, placed: string, channels: number): string {
  const integers = (name: string, values: readonly number[]): string => {
    const data = BigInt64Array.from(values, BigInt);
    return addConstants(made, [{ name, shape: [values.length], data }])[0];
  };
  const rows = integers(`pixels_${channels}`, [0, 0, 0, 2, 2 * channels]);
  const apart = addNode(made, "Reshape", [small, rows], `${placed}.apart`);
  const inOrder = addNode(made, ["Transpose", { perm: [0, 1, 3, 2, 4] }], [apart], `${placed}.in-order`);
  const size = addNode(made, "Shape", [small], `${placed}.size`);
  const doubled = addNode(made, "Mul", [size, integers("doubled", [1, 2, 2, 0])], `${placed}.doubled`);
  const last = integers(`last_${channels}`, [0, 0, 0, channels]);
  const shape = addNode(made, "Add", [doubled, last], `${placed}.shape`);
  return addNode(made, "Reshape", [inOrder, shape], placed);
}

/** Weights [outputs, channels, 1, 1] on each of the four pixels of `small`, as one matrix; floats. */
function multiplyPixels(made: ByteGraph, small: ByteForm, { weight, bias }: Weights, output: string): string {
  const [outputs, channels] = weight.shape;
  const four = {
    name: weight.name,
    shape: [4 * outputs, 4 * channels],
    data: new Float32Array(16 * weight.data.length),
  };
  for (let pixel = 0; pixel < 4; pixel++) {
    for (let row = 0; row < outputs; row++) {
      const to = ((pixel * outputs + row) * 4 + pixel) * channels;
      for (let at = 0; at < channels; at++) four.data[to + at] = Number(weight.data[row * channels + at]);
    }
  }
  const [{ name, data }, scales] = weightBytes(four, undefined, { inputStep: small.step, weightZero: 0 });
  const [columns, rows] = four.shape;
  const turned = new Int8Array(data.length);
  for (const [at, byte] of data.entries())
    turned[(at % rows) * columns + Math.floor(at / rows)] = Number(byte);
  const constants = addConstants(made, [{ name, shape: [rows, columns], data: turned }, scales]);
  const offsets = bias === undefined ? [] : ["", ...addConstants(made, [fourTimes(bias)])];
  const inputs = [small.name, constants[0], small.scale, constants[1], small.zero, ...offsets];
  return addNode(made, "MatMulIntegerToFloat", inputs, output);
}
