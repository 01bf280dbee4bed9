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

/** A function that resizes images of one size to another; the filter is computed once. */
export function createResizer(from: Size2, to: Size2): (image: ArrayLike<number>) => Float32Array {
  const columns = triangleTaps(from[0], to[0]);
  const rows = triangleTaps(from[1], to[1]);
  const between = new Float32Array(to[0] * from[1]);
  return (image) => {
    for (let y = 0; y < from[1]; y++) {
      for (let x = 0; x < to[0]; x++) {
        let sum = 0;
        const start = y * from[0] + columns.first[x];
        for (let tap = 0; tap < columns.count[x]; tap++)
          sum += columns.weights[x * columns.stride + tap] * image[start + tap];
        between[y * to[0] + x] = sum;
      }
    }
    const result = new Float32Array(to[0] * to[1]);
    for (let y = 0; y < to[1]; y++) {
      for (let tap = 0; tap < rows.count[y]; tap++) {
        const weight = rows.weights[y * rows.stride + tap];
        const start = (rows.first[y] + tap) * to[0];
        for (let x = 0; x < to[0]; x++) result[y * to[0] + x] += weight * between[start + x];
      }
    }
    return result;
  };
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
