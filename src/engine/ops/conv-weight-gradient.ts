/**
 * Gradient of a convolution with respect to its weights: matrix products of the output's gradient and the shifted input
 * over all pixels. (A convolution with an image-sized kernel computes the same three times slower.) The products run at the
 * speed of the convolution itself if few large ones are made; what is left to choose is which copies they need.
 */
import { apply, elementCount, floatConstant, integers, type Value } from "#engine/graph.ts";
import type { Tape } from "#engine/tape.ts";
import type { Convolution } from "./conv-input-gradient.ts";
import { reshape } from "./reshape.ts";

/**
 * Up to this number of pixels for each output channel a copy of the input for every tap costs less than bringing the
 * products into the order of the weights. Measured: equal at 16 for 128 channels, 1.1 times faster at 8 for 256 channels,
 * 1.7 times at 1 for 512.
 */
const fewPixels = 8;

/**
 * dW[co, ci, row, column] = sum over batch and pixels of dY[co, y, x] X[ci, y * stride + row - padding, ...], of the shape
 * of `weight`.
 */
export function weightGradient(tape: Tape, convolution: Convolution, gradient: Value): Value {
  const { x, weight, kernel, stride, padding } = convolution;
  const [outputs, inputs] = weight.shape;
  const pixels = elementCount(gradient.shape) / outputs;
  if (stride > 1 || pixels <= fewPixels * outputs) return byTaps(tape, convolution, gradient);
  // The factor with more channels is stacked: the other one is what the product rearranges in memory.
  return outputs >= inputs
    ? stacked(tape, gradient, x, { kernel, padding, flip: false })
    : stacked(tape, x, gradient, { kernel, padding: kernel - 1 - padding, flip: true });
}

type Stacking = { readonly kernel: number; readonly padding: number; readonly flip: boolean };

/**
 * G[s, row, o, column] = sum of S[s, y, x] O[o, y + row - padding, x + column - padding], one product for each column: S
 * once for every row, shifted by it, as channels; O shifted by the column. With S the gradient and O the input that is dW;
 * with S the input and O the gradient it is dW with rows and columns reversed (`flip`).
 */
function stacked(tape: Tape, s: Value, o: Value, { kernel, padding, flip }: Stacking): Value {
  const { graph } = tape;
  const [batch, channels, height, width] = s.shape;
  const [, otherChannels, otherHeight, otherWidth] = o.shape;
  const rows = height + kernel - 1;
  const steps = Array.from({ length: kernel }, (_, index) => (flip ? kernel - 1 - index : index));
  const zeros = (count: number): Value[] => {
    const shape = [batch, channels, count, width];
    return count === 0
      ? []
      : [floatConstant(graph, `zeros_${shape.join("_")}`, shape, new Float32Array(elementCount(shape)))];
  };
  const shifted = steps.flatMap((row) => [...zeros(row), s, ...zeros(kernel - 1 - row)]);
  const stack =
    kernel === 1
      ? s
      : apply(graph, ["Concat", { axis: 2 }], shifted, [batch, channels, kernel * rows, width]);
  const left = reshape(tape, stack, [batch, channels * kernel, rows * width]);
  const products = steps.map((column) => {
    // Negative padding crops.
    const pads = [padding, padding - column, padding, padding - (kernel - 1 - column)];
    const [top, before, bottom, after] = pads;
    const paddedShape = [batch, otherChannels, otherHeight + top + bottom, otherWidth + before + after];
    const right = pads.every((pad) => pad === 0)
      ? o
      : apply(graph, "Pad", [o, integers(graph, [0, 0, top, before, 0, 0, bottom, after])], paddedShape);
    const flat = reshape(tape, right, [batch, otherChannels, rows * width]);
    return sumOfProducts(tape, left, flat);
  });
  const columns =
    kernel === 1
      ? products[0]
      : apply(graph, ["Concat", { axis: 0 }], products, [kernel * channels * kernel, otherChannels]);
  const split = reshape(tape, columns, [kernel, channels, kernel, otherChannels]);
  return flip
    ? apply(graph, ["Transpose", { perm: [3, 1, 2, 0] }], [split], [otherChannels, channels, kernel, kernel])
    : apply(graph, ["Transpose", { perm: [1, 3, 2, 0] }], [split], [channels, otherChannels, kernel, kernel]);
}

/**
 * One product for all taps, its result already in the order of the weights: the input once for every tap, [inputs, taps,
 * pixels of all images], against the gradient, [outputs, pixels of all images].
 */
function byTaps(tape: Tape, convolution: Convolution, gradient: Value): Value {
  const { graph } = tape;
  const { x, weight, kernel, stride, padding } = convolution;
  const [batch, inputs, height, width] = x.shape;
  const [, outputs, outHeight, outWidth] = gradient.shape;
  const channelsFirst = (value: Value): Value => {
    const [images, channels, ...rest] = value.shape;
    if (images === 1) return reshape(tape, value, [channels, images, ...rest]);
    return apply(graph, ["Transpose", { perm: [1, 0, 2, 3] }], [value], [channels, images, ...rest]);
  };
  const inputsFirst = channelsFirst(x);
  const padded =
    padding === 0
      ? inputsFirst
      : apply(
          graph,
          "Pad",
          [inputsFirst, integers(graph, [0, 0, padding, padding, 0, 0, padding, padding])],
          [inputs, batch, height + 2 * padding, width + 2 * padding],
        );
  const steps = Array.from({ length: kernel }, (_, index) => index);
  const taps = steps.flatMap((row) =>
    steps.map((column) => {
      const last = [row + (outHeight - 1) * stride + 1, column + (outWidth - 1) * stride + 1];
      return apply(
        graph,
        "Slice",
        [
          padded,
          integers(graph, [row, column]),
          integers(graph, last),
          integers(graph, [2, 3]),
          integers(graph, [stride, stride]),
        ],
        [inputs, batch, outHeight, outWidth],
      );
    }),
  );
  const pixels = batch * outHeight * outWidth;
  const joined =
    taps.length === 1
      ? taps[0]
      : apply(graph, ["Concat", { axis: 1 }], taps, [inputs, taps.length * batch, outHeight, outWidth]);
  const images = reshape(tape, joined, [inputs * taps.length, pixels]);
  const turned = apply(graph, ["Transpose", { perm: [1, 0] }], [images], [pixels, inputs * taps.length]);
  const left = reshape(tape, channelsFirst(gradient), [outputs, pixels]);
  return reshape(tape, apply(graph, "MatMul", [left, turned], [outputs, inputs * taps.length]), weight.shape);
}

/** [batch, m, pixels] and [batch, n, pixels] -> [m, n], summed over batch and pixels. */
function sumOfProducts(tape: Tape, left: Value, right: Value): Value {
  const { graph } = tape;
  const [batch, m, pixels] = left.shape;
  const n = right.shape[1];
  const turned = apply(graph, ["Transpose", { perm: [0, 2, 1] }], [right], [batch, pixels, n]);
  const products = apply(graph, "MatMul", [left, turned], [batch, m, n]);
  return apply(graph, ["ReduceSum", { keepdims: 0 }], [products, integers(graph, [0])], [m, n]);
}
