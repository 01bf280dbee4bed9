/**
 * Separable linear resampling of a slice between matrix sizes over the same field of view. Pixel areas coincide at
 * the borders (half-pixel convention). Shrinking widens the triangle filter with the factor, so that small vessels
 * and nodules are averaged and not aliased; enlarging is plain bilinear interpolation.
 */

type Size2 = readonly [width: number, height: number];

type Taps = {
  readonly first: Int32Array;
  readonly count: Int32Array;
  readonly weights: Float32Array;
  readonly stride: number;
};

/** Columns left .. right - 1 and rows top .. bottom - 1 of an image. */
export type Part = {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
};

/** Values row by row: of the whole image, or of a part of the result. `memory` is where they are written, at its beginning; new if left out. */
type Resize = (image: ArrayLike<number>, part?: Part, memory?: Float32Array) => Float32Array;

/** A function that resizes images of one size to another; the filter is computed once. */
export function createResizer(from: Size2, to: Size2): Resize {
  const columns = triangleTaps(from[0], to[0]);
  const rows = triangleTaps(from[1], to[1]);
  const between = new Float32Array(to[0] * from[1]);
  const whole: Part = { left: 0, right: to[0], top: 0, bottom: to[1] };
  return (image, { left, right, top, bottom } = whole, memory) => {
    const width = right - left;
    const length = width * (bottom - top);
    const result = memory?.subarray(0, length) ?? new Float32Array(length);
    if (result.length === 0) return result;
    const end = rows.first[bottom - 1] + rows.count[bottom - 1];
    // Column by column, each with its few weights: in a row every pixel has others, which takes a third longer.
    for (let x = left; x < right; x++) {
      const taps = columns.count[x];
      const weights = columns.weights.subarray(x * columns.stride, x * columns.stride + taps);
      let start = rows.first[top] * from[0] + columns.first[x];
      for (let y = rows.first[top]; y < end; y++, start += from[0]) {
        let sum = 0;
        for (let tap = 0; tap < taps; tap++) sum += weights[tap] * image[start + tap];
        between[y * to[0] + x] = sum;
      }
    }
    for (let y = top; y < bottom; y++) {
      const target = (y - top) * width - left;
      for (let tap = 0; tap < rows.count[y]; tap++) {
        const weight = rows.weights[y * rows.stride + tap];
        const start = (rows.first[y] + tap) * to[0];
        // The first one's are not added: the memory may hold another image.
        if (tap === 0) for (let x = left; x < right; x++) result[target + x] = weight * between[start + x];
        else for (let x = left; x < right; x++) result[target + x] += weight * between[start + x];
      }
    }
    return result;
  };
}

/** For a part of an image the part of the resized one that it bears on. */
export function reachOf(from: Size2, to: Size2): (part: Part) => Part {
  const columns = triangleTaps(from[0], to[0]);
  const rows = triangleTaps(from[1], to[1]);
  return ({ left, right, top, bottom }) => {
    const [first, last] = outputsOf(columns, left, right);
    const [upper, lower] = outputsOf(rows, top, bottom);
    return { left: first, right: last, top: upper, bottom: lower };
  };
}

/** The first output with an input from low .. high - 1, and the one after the last. */
function outputsOf({ first, count }: Taps, low: number, high: number): readonly [number, number] {
  const begin = first.findIndex((input, out) => input + count[out] > low);
  return [begin, first.findLastIndex((input) => input < high) + 1];
}

/** For each output sample the input samples under its triangle, with weights that add up to 1. */
function triangleTaps(from: number, to: number): Taps {
  const factor = from / to;
  const radius = Math.max(1, factor);
  const stride = Math.ceil(2 * radius) + 1;
  const first = new Int32Array(to);
  const count = new Int32Array(to);
  const weights = new Float32Array(to * stride);
  for (let out = 0; out < to; out++) {
    const centre = (out + 0.5) * factor - 0.5;
    const low = Math.max(0, Math.ceil(centre - radius));
    const high = Math.min(from - 1, Math.floor(centre + radius));
    first[out] = low;
    count[out] = high - low + 1;
    let sum = 0;
    for (let at = low; at <= high; at++) sum += Math.max(0, 1 - Math.abs(at - centre) / radius);
    for (let at = low; at <= high; at++) {
      weights[out * stride + at - low] = Math.max(0, 1 - Math.abs(at - centre) / radius) / sum;
    }
  }
  return { first, count, weights, stride };
}
