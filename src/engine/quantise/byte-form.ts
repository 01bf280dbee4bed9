/** Numbers as bytes: the scale and the zero of a value's range, and a convolution's weights in 7 bits per output channel. */
import type { Constant } from "#engine/graph.ts";

/** Of a value: all of it lies between, or is cut off there. */
export type Range = { readonly low: number; readonly high: number };

/** A value in bytes: the name of its tensor, those of its scale and its zero, and the scale as a number. */
export type ByteForm = {
  readonly name: string;
  readonly scale: string;
  readonly zero: string;
  readonly step: number;
};

const mostByte = 255;

/**
 * Weights are whole numbers of -63 to 63, one bit less than there is. A processor without instructions for products of bytes adds
 * two of them in 16 bits and cuts off what is larger: 2 x 255 x 63 fits, so that every processor computes the same.
 */
const mostWeight = 63;

/** 0 is among the values and is exactly a byte: padding is. What is never negative has its zero at 0, and so is cut off by ReLU. */
export function byteForm(
  value: string,
  name: string,
  { low, high }: Range,
): { readonly form: ByteForm; readonly constants: readonly Constant[] } {
  const [least, most] = [Math.min(0, low), Math.max(0, high)];
  // A value that is 0 everywhere keeps any scale.
  const step = Math.fround((most - least) / mostByte) || 1;
  const zero = Math.min(mostByte, Math.max(0, Math.round(-least / step)));
  const form = { name, scale: `${value}.scale`, zero: `${value}.zero`, step };
  const constants = [
    { name: form.scale, shape: [], data: Float32Array.of(step) },
    { name: form.zero, shape: [], data: Uint8Array.of(zero) },
  ];
  return { form, constants };
}

/**
 * Of weights [outputs, inputs, k, k] and a bias [outputs], for an input of that step: bytes, their scales, their zeros (all 0) and
 * the bias in units of both steps, which is how sums are counted.
 */
export function weightBytes(
  weight: Constant,
  bias: Constant | undefined,
  inputStep: number,
): readonly [bytes: Constant, scales: Constant, zeros: Constant, sums: Constant] {
  const [outputs] = weight.shape;
  const perChannel = weight.data.length / outputs;
  const bytes = new Int8Array(weight.data.length);
  const scales = new Float32Array(outputs);
  const sums = new Int32Array(outputs);
  for (let channel = 0; channel < outputs; channel++) {
    const first = channel * perChannel;
    let most = 0;
    for (let at = first; at < first + perChannel; at++)
      most = Math.max(most, Math.abs(Number(weight.data[at])));
    scales[channel] = most / mostWeight || 1;
    for (let at = first; at < first + perChannel; at++)
      bytes[at] = Math.round(Number(weight.data[at]) / scales[channel]);
    sums[channel] = Math.round(Number(bias?.data[channel] ?? 0) / (scales[channel] * inputStep));
  }
  const vector = [outputs];
  return [
    { name: `${weight.name}.bytes`, shape: weight.shape, data: bytes },
    { name: `${weight.name}.scales`, shape: vector, data: scales },
    { name: `${weight.name}.zeros`, shape: vector, data: new Int8Array(outputs) },
    { name: `${weight.name}.sums`, shape: vector, data: sums },
  ];
}
