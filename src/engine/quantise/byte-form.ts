/** Numbers as bytes: the scale and the zero of a value's range, and a convolution's weights in 7 bits per output channel. */
import type { Constant } from "#engine/graph.ts";

/** Of a value: all of it lies between, or is cut off there. */
export type Range = { readonly low: number; readonly high: number };

/** A value in bytes: the name of its tensor, those of its scale and its zero, and both as numbers. */
export type ByteForm = {
  readonly name: string;
  readonly scale: string;
  readonly zero: string;
  readonly step: number;
  readonly zeroByte: number;
};

const mostByte = 255;

/**
 * Weights are whole numbers of -64 to 64, one bit less than there is. A processor without instructions for products of bytes adds
 * two of them in 16 bits and cuts off what is larger: 2 x 255 x 64 fits, so that every processor computes the same.
 */
const mostWeight = 64;

/** Of a bias, so that products can be added to it in 32 bits: a channel of nearly no weights takes the bias's scale. */
const mostSum = 2 ** 30;

/**
 * 0 is among the values and is exactly a byte: padding is. What is never negative has its zero at byte 0, where bytes end: that is
 * a ReLU. `name`: of the tensor. Throws an `Error` for what is no range of finite numbers.
 */
export function byteForm(
  value: string,
  name: string,
  { low, high }: Range,
): { readonly form: ByteForm; readonly constants: readonly Constant[] } {
  if (!(low <= high) || !Number.isFinite(high - low))
    throw new Error(`${value} has no range: ${low} to ${high}`);
  const [least, most] = [Math.min(0, low), Math.max(0, high)];
  // A value that is 0 everywhere keeps any scale.
  const step = Math.fround((most - least) / mostByte) || 1;
  const zero = Math.min(mostByte, Math.max(0, Math.round(-least / step)));
  const form = { name, scale: `${value}.scale`, zero: `${value}.zero`, step, zeroByte: zero };
  const constants = [
    { name: form.scale, shape: [], data: Float32Array.of(step) },
    { name: form.zero, shape: [], data: Uint8Array.of(zero) },
  ];
  return { form, constants };
}

/**
 * Of weights [outputs, ...] and a bias [outputs], for an input of that step: bytes, their scales, their zeros (all `weightZero`, 0 or 1)
 * and the bias in units of both steps, which is how sums are counted.
 */
export function weightBytes(
  weight: Constant,
  bias: Constant | undefined,
  { inputStep, weightZero }: { readonly inputStep: number; readonly weightZero: number },
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
    const offset = Number(bias?.data[channel] ?? 0);
    scales[channel] = Math.max(most / mostWeight, Math.abs(offset) / inputStep / mostSum) || 1;
    for (let at = first; at < first + perChannel; at++)
      bytes[at] = Math.round(Number(weight.data[at]) / scales[channel]) + weightZero;
    sums[channel] = Math.round(offset / (scales[channel] * inputStep));
  }
  const vector = [outputs];
  return [
    { name: `${weight.name}.bytes`, shape: weight.shape, data: bytes },
    { name: `${weight.name}.scales`, shape: vector, data: scales },
    { name: `${weight.name}.zeros`, shape: vector, data: new Int8Array(outputs).fill(weightZero) },
    { name: `${weight.name}.sums`, shape: vector, data: sums },
  ];
}
