/**
 * Gradients of a convolution with respect to its input and its weights, from convolutions and matrix products.
 *
 * Input: at stride 1 a convolution with the flipped and transposed weights, else ConvTranspose (at stride 1 up to twice
 * as slow). Weights: matrix products of the output's gradient and the shifted input over all pixels; a convolution with
 * an image-sized kernel computes the same three times slower.
 */
import { apply, elementCount, floatConstant, integers, type Shape, type Value } from "../graph.ts";
import type { Tape } from "../tape.ts";

export type Geometry = { readonly kernel: number; readonly stride: number; readonly padding: number };

/** `weight` [outputs, inputs, kernel, kernel] and `gradient` of the output -> gradient of the input, of `shape`. */
export function inputGradient(
  tape: Tape,
  shape: Shape,
  weight: Value,
  gradient: Value,
  { kernel, stride, padding }: Geometry,
): Value {
  const { graph } = tape;
  const [, , height, width] = shape;
  const [, , outHeight, outWidth] = gradient.shape;
  if (stride === 1) {
    const back = kernel - 1 - padding;
    return apply(graph, "Conv", [gradient, flipAndTranspose(tape, weight)], shape, {
      kernel_shape: [kernel, kernel],
      strides: [1, 1],
      pads: [back, back, back, back],
    });
  }
  // Rows that the strided kernel never reached get no gradient: they are what output_padding adds.
  const restHeight = height - ((outHeight - 1) * stride - 2 * padding + kernel);
  const restWidth = width - ((outWidth - 1) * stride - 2 * padding + kernel);
  return apply(graph, "ConvTranspose", [gradient, weight], shape, {
    kernel_shape: [kernel, kernel],
    strides: [stride, stride],
    pads: [padding, padding, padding, padding],
    output_padding: [restHeight, restWidth],
  });
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
    "Transpose",
    [reshape(tape, flipped, [outputs, inputs, taps])],
    [inputs, outputs, taps],
    { perm: [1, 0, 2] },
  );
  return reshape(tape, turned, [inputs, outputs, kernel, kernel]);
}

/**
 * dW[co, ci, row, column] = sum over batch and pixels of dY[co, y, x] X[ci, y * stride + row - padding, ...], of the shape
 * of `weight`.
 */
export function weightGradient(
  tape: Tape,
  x: Value,
  weight: Value,
  gradient: Value,
  geometry: Geometry,
): Value {
  const [outputs, inputs] = weight.shape;
  if (geometry.stride > 1) return strided(tape, x, weight, gradient, geometry);
  const { kernel, padding } = geometry;
  // The factor with more channels is stacked: the other one is what the product rearranges in memory.
  return outputs >= inputs
    ? stacked(tape, gradient, x, { kernel, padding, flip: false }, weight.shape)
    : stacked(tape, x, gradient, { kernel, padding: kernel - 1 - padding, flip: true }, weight.shape);
}

type Stacking = { readonly kernel: number; readonly padding: number; readonly flip: boolean };

/**
 * G[s, row, o, column] = sum of S[s, y, x] O[o, y + row - padding, x + column - padding], one product for each column: S
 * once for every row, shifted by it, as channels; O shifted by the column. With S the gradient and O the input that is dW;
 * with S the input and O the gradient it is dW with rows and columns reversed (`flip`).
 */
function stacked(tape: Tape, s: Value, o: Value, { kernel, padding, flip }: Stacking, shape: Shape): Value {
  const { graph } = tape;
  const [batch, channels, height, width] = s.shape;
  const [, others, otherHeight, otherWidth] = o.shape;
  const rows = height + kernel - 1;
  const steps = Array.from({ length: kernel }, (_, index) => (flip ? kernel - 1 - index : index));
  const zeros = (count: number): Value[] => {
    const own = [batch, channels, count, width];
    return count === 0
      ? []
      : [floatConstant(graph, `zeros_${own.join("_")}`, own, new Float32Array(elementCount(own)))];
  };
  const shifted = steps.flatMap((row) => [...zeros(row), s, ...zeros(kernel - 1 - row)]);
  const stack =
    kernel === 1 ? s : apply(graph, "Concat", shifted, [batch, channels, kernel * rows, width], { axis: 2 });
  const left = reshape(tape, stack, [batch, channels * kernel, rows * width]);
  const products = steps.map((column) => {
    // Negative padding crops.
    const pads = [padding, padding - column, padding, padding - (kernel - 1 - column)];
    const [top, before, bottom, after] = pads;
    const paddedShape = [batch, others, otherHeight + top + bottom, otherWidth + before + after];
    const right = pads.every((pad) => pad === 0)
      ? o
      : apply(graph, "Pad", [o, integers(graph, [0, 0, top, before, 0, 0, bottom, after])], paddedShape);
    const flat = reshape(tape, right, [batch, others, rows * width]);
    return sumOfProducts(tape, left, flat);
  });
  const columns =
    kernel === 1
      ? products[0]
      : apply(graph, "Concat", products, [kernel * channels * kernel, others], { axis: 0 });
  const all = reshape(tape, columns, [kernel, channels, kernel, others]);
  return apply(graph, "Transpose", [all], shape, { perm: flip ? [3, 1, 2, 0] : [1, 3, 2, 0] });
}

/** Other strides: the strided slices of the padded input for all taps as channels, and one product. */
function strided(
  tape: Tape,
  x: Value,
  weight: Value,
  gradient: Value,
  { kernel, stride, padding }: Geometry,
): Value {
  const { graph } = tape;
  const [batch, inputs, height, width] = x.shape;
  const [, outputs, outHeight, outWidth] = gradient.shape;
  const padded =
    padding === 0
      ? x
      : apply(
          graph,
          "Pad",
          [x, integers(graph, [0, 0, padding, padding, 0, 0, padding, padding])],
          [batch, inputs, height + 2 * padding, width + 2 * padding],
        );
  const taps: Value[] = [];
  for (let row = 0; row < kernel; row++) {
    for (let column = 0; column < kernel; column++) {
      const last = [row + (outHeight - 1) * stride + 1, column + (outWidth - 1) * stride + 1];
      taps.push(
        apply(
          graph,
          "Slice",
          [
            padded,
            integers(graph, [row, column]),
            integers(graph, last),
            integers(graph, [2, 3]),
            integers(graph, [stride, stride]),
          ],
          [batch, inputs, outHeight, outWidth],
        ),
      );
    }
  }
  const channels = taps.length * inputs;
  const images =
    taps.length === 1
      ? taps[0]
      : apply(graph, "Concat", taps, [batch, channels, outHeight, outWidth], { axis: 1 });
  const pixels = outHeight * outWidth;
  const product = sumOfProducts(
    tape,
    reshape(tape, gradient, [batch, outputs, pixels]),
    reshape(tape, images, [batch, channels, pixels]),
  );
  const byTap = reshape(tape, product, [outputs, taps.length, inputs]);
  const turned = apply(graph, "Transpose", [byTap], [outputs, inputs, taps.length], { perm: [0, 2, 1] });
  return reshape(tape, turned, weight.shape);
}

/** [batch, m, pixels] and [batch, n, pixels] -> [m, n], summed over batch and pixels. */
function sumOfProducts(tape: Tape, left: Value, right: Value): Value {
  const { graph } = tape;
  const [batch, m, pixels] = left.shape;
  const n = right.shape[1];
  const turned = apply(graph, "Transpose", [right], [batch, pixels, n], { perm: [0, 2, 1] });
  const products = apply(graph, "MatMul", [left, turned], [batch, m, n]);
  return apply(graph, "ReduceSum", [products, integers(graph, [0])], [m, n], { keepdims: 0 });
}

export function reshape(tape: Tape, value: Value, shape: Shape): Value {
  return apply(tape.graph, "Reshape", [value, integers(tape.graph, shape)], shape);
}
