/** Operators that change the image's size or join channels: max pooling, bilinear upsampling, concatenation. */
import { apply, applyMany, floatConstant, integers, scalar, shapeFault, type Value } from "#engine/graph.ts";
import { record, type Tape } from "#engine/tape.ts";
import { reshape } from "./reshape.ts";

/** Largest value under each window. The gradient goes to the first largest one, by the operator's own indices. */
export function maxPool(
  tape: Tape,
  x: Value,
  {
    kernel,
    stride,
    padding = 0,
  }: { readonly kernel: number; readonly stride: number; readonly padding?: number },
): Value {
  const { graph } = tape;
  const [batch, channels, height, width] = x.shape;
  const out = (size: number): number => Math.floor((size + 2 * padding - kernel) / stride) + 1;
  const shape = [batch, channels, out(height), out(width)];
  if (shape[2] < 1 || shape[3] < 1)
    throw shapeFault("maxPool", `an image that a window of ${kernel} fits`, x.shape);
  const attributes = {
    kernel_shape: [kernel, kernel],
    strides: [stride, stride],
    pads: [padding, padding, padding, padding],
  };
  if (tape.weights !== undefined) return apply(graph, ["MaxPool", attributes], [x], shape);
  const [output, indices] = applyMany(graph, ["MaxPool", attributes], [x], [shape, shape]);
  return record(tape, output, [x], (gradient) => {
    const count = batch * channels * height * width;
    const outCount = batch * channels * shape[2] * shape[3];
    const zeros = apply(graph, "Expand", [scalar(graph, 0), integers(graph, [count])], [count]);
    const flatIndices = reshape(tape, indices, [outCount]);
    const flatGradient = reshape(tape, gradient, [outCount]);
    const scattered = apply(
      graph,
      ["ScatterElements", { axis: 0, reduction: "add" }],
      [zeros, flatIndices, flatGradient],
      [count],
    );
    return [reshape(tape, scattered, x.shape)];
  });
}

/**
 * Bilinear upsampling by 2: pixel areas coincide at the borders (half-pixel centres, the border repeated).
 * One axis: y[2i] = x[i-1] / 4 + 3 x[i] / 4, y[2i+1] = 3 x[i] / 4 + x[i+1] / 4. The transposed map is a convolution of the
 * gradient, its border repeated, with (1 3 3 1) / 4 at stride 2, each channel by itself.
 */
export function upsample2(tape: Tape, x: Value): Value {
  const { graph } = tape;
  const [batch, channels, height, width] = x.shape;
  const shape = [batch, channels, 2 * height, 2 * width];
  const scales = floatConstant(graph, "scales_2", [4], [1, 1, 2, 2]);
  const output = apply(
    graph,
    ["Resize", { mode: "linear", coordinate_transformation_mode: "half_pixel" }],
    [x, undefined, scales],
    shape,
  );
  return record(tape, output, [x], (gradient) => {
    const padded = apply(
      graph,
      ["Pad", { mode: "edge" }],
      [gradient, integers(graph, [0, 0, 1, 1, 0, 0, 1, 1])],
      [batch, channels, 2 * height + 2, 2 * width + 2],
    );
    const row = [0.25, 0.75, 0.75, 0.25];
    const kernel = row.flatMap((a) => row.map((b) => a * b));
    const weights = floatConstant(
      graph,
      `transposed_bilinear_${channels}`,
      [channels, 1, 4, 4],
      Array.from({ length: channels }, () => kernel).flat(),
    );
    return [
      apply(
        graph,
        ["Conv", { kernel_shape: [4, 4], strides: [2, 2], group: channels }],
        [padded, weights],
        x.shape,
      ),
    ];
  });
}

/** Joins along channels: [batch, c1, h, w], [batch, c2, h, w], ... -> [batch, c1 + c2 + ..., h, w]. */
export function concat(tape: Tape, values: readonly Value[]): Value {
  const { graph } = tape;
  const [batch, , height, width] = values[0].shape;
  for (const { shape } of values) {
    if (shape[0] !== batch || shape[2] !== height || shape[3] !== width) {
      throw shapeFault("concat", "equal batch, height and width", ...values.map((value) => value.shape));
    }
  }
  const channels = values.map(({ shape }) => shape[1]);
  const total = channels.reduce((sum, count) => sum + count, 0);
  const output = apply(graph, ["Concat", { axis: 1 }], values, [batch, total, height, width]);
  return record(tape, output, values, (gradient) =>
    applyMany(
      graph,
      ["Split", { axis: 1 }],
      [gradient, integers(graph, channels)],
      values.map(({ shape }) => shape),
    ),
  );
}
