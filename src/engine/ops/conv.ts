/**
 * Two-dimensional convolution (cross-correlation), its weights He-initialised (He 2015, fan in, gain of ReLU).
 * Its gradients: conv-input-gradient.ts, conv-weight-gradient.ts.
 */
import type { Random } from "#core/random.ts";
import { apply, floatConstant, integers, shapeFault, type Value } from "#engine/graph.ts";
import { needsGradient, parameter, record, type Tape } from "#engine/tape.ts";
import { inputGradient } from "./conv-input-gradient.ts";
import { weightGradient } from "./conv-weight-gradient.ts";

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
    ["Conv", attributes],
    biasValue === undefined ? [x, weight] : [x, weight, biasValue],
    outShape,
  );
  if (tape.weights !== undefined && !bias) {
    tape.foldable.set(output.name, { weight: weight.name, node: tape.graph.nodes.length - 1 });
  }
  const convolution = { x, weight, kernel, stride, padding };
  return record(tape, output, biasValue === undefined ? [x, weight] : [x, weight, biasValue], (gradient) => [
    needsGradient(tape, x) ? inputGradient(tape, convolution, gradient) : undefined,
    weightGradient(tape, convolution, gradient),
    biasValue === undefined ? undefined : sumOverImages(tape, gradient),
  ]);
}

/** [batch, channels, height, width] -> [channels], the sum over batch and pixels. */
export function sumOverImages(tape: Tape, value: Value): Value {
  return apply(
    tape.graph,
    ["ReduceSum", { keepdims: 0 }],
    [value, integers(tape.graph, [0, 2, 3])],
    [value.shape[1]],
  );
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
