/** Convolutions of bytes, channels last. */
import type { Attribute, Constant, Graph, GraphNode } from "#engine/graph.ts";
import { type ByteForm, weightBytes } from "./byte-form.ts";
import { addConstants, addNode, type ByteGraph } from "./byte-graph.ts";

export type Weights = { readonly weight: Constant; readonly bias: Constant | undefined };

/** Of a convolution. Throws an `Error` where they are computed. */
export function weightsOf(
  { inputs: [image, weight, bias] }: GraphNode,
  constants: Graph["constants"],
): Weights {
  const kernel = constants.get(weight);
  if (kernel === undefined) throw new Error(`the weights of a convolution of ${image} are no constant`);
  return { weight: kernel, bias: constants.get(bias) };
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
  byteGraph: ByteGraph,
  from: ByteForm,
  { weight, bias, form, attributes }: Convolution,
): void {
  const weightZero = weight.shape[0] < fewestForMatrices ? 0 : 1;
  const weights = addConstants(byteGraph, weightBytes(weight, bias, { inputStep: from.step, weightZero }));
  const [bytes, scales, zeros, sums] = weights;
  const image = [from.name, from.scale, from.zero];
  const inputs = [...image, bytes, scales, zeros, form.scale, form.zero, sums];
  addNode(byteGraph, ["QLinearConv", { ...attributes, channels_last: 1 }], inputs, form.name);
}
