/**
 * Gradient of a convolution with respect to its input: at stride 1 a convolution with the flipped and transposed weights,
 * else ConvTranspose (at stride 1 up to twice as slow).
 */
import { apply, floatConstant, type Value } from "#engine/graph.ts";
import type { Tape } from "#engine/tape.ts";
import { reshape } from "./reshape.ts";

/** A convolution in the graph; `weight` is [outputs, inputs, kernel, kernel]. */
export type Convolution = {
  readonly x: Value;
  readonly weight: Value;
  readonly kernel: number;
  readonly stride: number;
  readonly padding: number;
};

/** The output's gradient -> the gradient of the input, of the input's shape. */
export function inputGradient(tape: Tape, convolution: Convolution, gradient: Value): Value {
  const { graph } = tape;
  const { x, weight, kernel, stride, padding } = convolution;
  const { shape } = x;
  const [, , height, width] = shape;
  const [, , outHeight, outWidth] = gradient.shape;
  if (stride === 1) {
    const back = kernel - 1 - padding;
    return apply(
      graph,
      ["Conv", { kernel_shape: [kernel, kernel], strides: [1, 1], pads: [back, back, back, back] }],
      [gradient, flipAndTranspose(tape, weight)],
      shape,
    );
  }
  // Rows that the strided kernel never reached get no gradient: they are what output_padding adds.
  const restHeight = height - ((outHeight - 1) * stride - 2 * padding + kernel);
  const restWidth = width - ((outWidth - 1) * stride - 2 * padding + kernel);
  return apply(
    graph,
    [
      "ConvTranspose",
      {
        kernel_shape: [kernel, kernel],
        strides: [stride, stride],
        pads: [padding, padding, padding, padding],
        output_padding: [restHeight, restWidth],
      },
    ],
    [gradient, weight],
    shape,
  );
}

/** [outputs, inputs, k, k] -> [inputs, outputs, k, k], rows and columns reversed. */
function flipAndTranspose(tape: Tape, weight: Value): Value {
  const { graph } = tape;
  const [outputs, inputs, kernel] = weight.shape;
  const taps = kernel * kernel;
  const flat = reshape(tape, weight, [outputs * inputs, taps]);
  // A product with the reversed identity is exact and fifty times faster than a Slice with negative steps.
  const reversal = floatConstant(
    graph,
    `reversal_${taps}`,
    [taps, taps],
    Array.from({ length: taps * taps }, (_, at) =>
      Math.floor(at / taps) + (at % taps) === taps - 1 ? 1 : 0,
    ),
  );
  const flipped = kernel === 1 ? flat : apply(graph, "MatMul", [flat, reversal], flat.shape);
  const turned = apply(
    graph,
    ["Transpose", { perm: [1, 0, 2] }],
    [reshape(tape, flipped, [outputs, inputs, taps])],
    [inputs, outputs, taps],
  );
  return reshape(tape, turned, [inputs, outputs, kernel, kernel]);
}
