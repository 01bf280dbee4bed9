/**
 * Two-dimensional convolution (cross-correlation), its weights He-initialised (He 2015, fan in, gain of ReLU).
 *
 * Gradients: for the input, at stride 1 a convolution with the flipped and transposed weights, else ConvTranspose; for
 * the weights, one matrix product for each kernel tap between the output's gradient and the shifted input. A convolution
 * with an image-sized kernel computes the same three times slower.
 */
import type { Random } from "../../core/random.ts";
import { apply, floatConstant, integers, type Shape, shapeFault, type Value } from "../graph.ts";
import { needsGradient, parameter, record, type Tape } from "../tape.ts";

export type ConvOptions = {
  readonly name: string;
  /** Channels of the output. */
  readonly channels: number;
  readonly kernel: number;
  readonly stride?: number;
  /** Zeros on each side; by default what keeps the size at stride 1. */
  readonly padding?: number;
  readonly bias?: boolean;
};

/** [batch, in, height, width] -> [batch, channels, (height + 2 padding - kernel) / stride + 1, likewise width]. */
export function conv(tape: Tape, x: Value, options: ConvOptions): Value {
  const { name, channels, kernel, stride = 1, padding = (kernel - 1) / 2, bias = false } = options;
  if (x.shape.length !== 4) throw shapeFault(`conv ${name}`, "[batch, channels, height, width]", x.shape);
  const [batch, inputs, height, width] = x.shape;
  const outHeight = Math.floor((height + 2 * padding - kernel) / stride) + 1;
  const outWidth = Math.floor((width + 2 * padding - kernel) / stride) + 1;
  if (outHeight < 1 || outWidth < 1 || !Number.isInteger(padding)) {
    throw shapeFault(
      `conv ${name}`,
      `an image that a kernel of ${kernel} with padding ${padding} fits`,
      x.shape,
    );
  }
  const weightShape = [channels, inputs, kernel, kernel];
  const fanIn = inputs * kernel * kernel;
  const weight = parameter(tape, {
    name: `${name}.weight`,
    shape: weightShape,
    decays: true,
    initial: (random) => heNormal(random, channels * fanIn, fanIn),
  });
  const biasValue = bias
    ? parameter(tape, {
        name: `${name}.bias`,
        shape: [channels],
        decays: false,
        initial: () => new Float32Array(channels),
      })
    : undefined;
  const attributes = {
    kernel_shape: [kernel, kernel],
    strides: [stride, stride],
    pads: [padding, padding, padding, padding],
  };
  const outShape = [batch, channels, outHeight, outWidth];
  const output = apply(
    tape.graph,
    "Conv",
    biasValue === undefined ? [x, weight] : [x, weight, biasValue],
    outShape,
    attributes,
  );
  if (tape.weights !== undefined && !bias) {
    tape.foldable.set(output.name, { weight: weight.name, node: tape.graph.nodes.length - 1 });
  }
  const geometry = { kernel, stride, padding };
  return record(tape, output, biasValue === undefined ? [x, weight] : [x, weight, biasValue], (gradient) => [
    needsGradient(tape, x) ? inputGradient(tape, x.shape, weight, gradient, geometry) : undefined,
    weightGradient(tape, x, weight, gradient, geometry),
    biasValue === undefined ? undefined : sumOverImages(tape, gradient),
  ]);
}

type Geometry = { readonly kernel: number; readonly stride: number; readonly padding: number };

function inputGradient(tape: Tape, shape: Shape, weight: Value, gradient: Value, geometry: Geometry): Value {
  const { graph } = tape;
  const { kernel, stride, padding } = geometry;
  const [, , height, width] = shape;
  const [, , outHeight, outWidth] = gradient.shape;
  if (stride === 1) {
    const [channels, inputs] = weight.shape;
    const flippedShape = [channels, inputs, kernel, kernel];
    const far = -1_000_000;
    const flipped =
      kernel === 1
        ? weight
        : apply(
            graph,
            "Slice",
            [
              weight,
              integers(graph, [-1, -1]),
              integers(graph, [far, far]),
              integers(graph, [2, 3]),
              integers(graph, [-1, -1]),
            ],
            flippedShape,
          );
    const transposed = apply(graph, "Transpose", [flipped], [inputs, channels, kernel, kernel], {
      perm: [1, 0, 2, 3],
    });
    const back = kernel - 1 - padding;
    return apply(graph, "Conv", [gradient, transposed], shape, {
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

/**
 * dW[co, ci, row, column] = sum over batch and pixels of dY[co, y, x] * X[ci, y * stride + row - padding, ...]: a matrix
 * product for each tap.
 */
function weightGradient(tape: Tape, x: Value, weight: Value, gradient: Value, geometry: Geometry): Value {
  const { graph } = tape;
  const { kernel, stride } = geometry;
  const [batch, inputs] = x.shape;
  const channels = gradient.shape[1];
  const taps =
    stride === 1
      ? tapsByRowsAndColumns(tape, x, gradient, geometry)
      : tapsBySlices(tape, x, gradient, geometry);
  const products = taps.map(([images, outputs]) => {
    const pixels = images.shape[2] * images.shape[3];
    const flatOutputs = reshape(tape, outputs, [batch, channels, pixels]);
    const flatImages = reshape(tape, images, [batch, inputs, pixels]);
    const turned = apply(graph, "Transpose", [flatImages], [batch, pixels, inputs], { perm: [0, 2, 1] });
    return apply(graph, "MatMul", [flatOutputs, turned], [batch, channels, inputs]);
  });
  const stacked = kernel === 1 ? products[0] : stackLast(tape, products, [batch, channels, inputs]);
  const sum = apply(graph, "ReduceSum", [stacked, integers(graph, [0])], stacked.shape.slice(1), {
    keepdims: 0,
  });
  return reshape(tape, sum, weight.shape);
}

/** Input and output gradient of each tap, of equal height and width. */
type Tap = readonly [images: Value, outputs: Value];

/**
 * Stride 1: the input shifted along the columns only, the gradient along the rows only. That is `kernel` copies of each
 * instead of one copy of the input for every tap; the rows of zeros that pad them cost next to nothing to multiply.
 */
function tapsByRowsAndColumns(tape: Tape, x: Value, gradient: Value, { kernel, padding }: Geometry): Tap[] {
  if (kernel === 1 && padding === 0) return [[x, gradient]];
  const shift = (value: Value, [top, bottom, left, right]: readonly number[]): Value => {
    const [batch, channels, height, width] = value.shape;
    const shape = [batch, channels, height + top + bottom, width + left + right];
    return apply(
      tape.graph,
      "Pad",
      [value, integers(tape.graph, [0, 0, top, left, 0, 0, bottom, right])],
      shape,
    );
  };
  const steps = Array.from({ length: kernel }, (_, index) => index);
  // Negative padding crops.
  const columns = steps.map((column) =>
    shift(x, [padding, padding, padding - column, padding - (kernel - 1 - column)]),
  );
  const rows = steps.map((row) => shift(gradient, [row, kernel - 1 - row, 0, 0]));
  return rows.flatMap((outputs) => columns.map((images): Tap => [images, outputs]));
}

/** Other strides: one strided slice of the padded input for every tap. */
function tapsBySlices(tape: Tape, x: Value, gradient: Value, { kernel, stride, padding }: Geometry): Tap[] {
  const { graph } = tape;
  const [batch, inputs, height, width] = x.shape;
  const [, , outHeight, outWidth] = gradient.shape;
  const padded =
    padding === 0
      ? x
      : apply(
          graph,
          "Pad",
          [x, integers(graph, [0, 0, padding, padding, 0, 0, padding, padding])],
          [batch, inputs, height + 2 * padding, width + 2 * padding],
        );
  const taps: Tap[] = [];
  for (let row = 0; row < kernel; row++) {
    for (let column = 0; column < kernel; column++) {
      const last = [row + (outHeight - 1) * stride + 1, column + (outWidth - 1) * stride + 1];
      const images = apply(
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
      );
      taps.push([images, gradient]);
    }
  }
  return taps;
}

/** [..] x n -> [.., n] */
function stackLast(tape: Tape, values: readonly Value[], shape: Shape): Value {
  const { graph } = tape;
  const axis = integers(graph, [shape.length]);
  const columns = values.map((value) => apply(graph, "Unsqueeze", [value, axis], [...shape, 1]));
  return apply(graph, "Concat", columns, [...shape, values.length], { axis: shape.length });
}

export function reshape(tape: Tape, value: Value, shape: Shape): Value {
  return apply(tape.graph, "Reshape", [value, integers(tape.graph, shape)], shape);
}

/** [batch, channels, height, width] -> [channels], the sum over batch and pixels. */
export function sumOverImages(tape: Tape, value: Value): Value {
  return apply(tape.graph, "ReduceSum", [value, integers(tape.graph, [0, 2, 3])], [value.shape[1]], {
    keepdims: 0,
  });
}

function heNormal(random: Random, count: number, fanIn: number): Float32Array {
  const deviation = Math.sqrt(2 / fanIn);
  return Float32Array.from({ length: count }, () => random.normal(0, deviation));
}

/** A constant of one value for each channel. */
export function channelConstant(tape: Tape, channels: number, value: number): Value {
  return floatConstant(
    tape.graph,
    `channels_${channels}_${value}`,
    [channels],
    new Float32Array(channels).fill(value),
  );
}
