/**
 * Exact Euclidean distance to the nearest voxel of a mask, in millimetres on an anisotropic grid: one pass along each
 * axis; along the rows by counting, then each the lower envelope of parabolas (Felzenszwalb and Huttenlocher 2012). Distances
 * are between voxel centres.
 */
import type { Mask } from "../mask.ts";

/** Millimetres to the nearest inside voxel, 0 inside; infinite everywhere for an empty mask. In memory order. */
export function distanceToMask({ grid, data }: Mask): Float32Array {
  const [width, height, depth] = grid.size;
  const area = width * height;
  const squared = new Float64Array(data.length);
  const [sx, sy, sz] = grid.spacingMm;
  const pass = createPass(squared, Math.max(height, depth));
  for (let start = 0; start < data.length; start += width) alongRow(squared, data, start, [width, sx]);
  for (let z = 0; z < depth; z++) {
    for (let x = 0; x < width; x++) pass(z * area + x, width, height, sy);
  }
  if (depth > 1) for (let at = 0; at < area; at++) pass(at, area, depth, sz);
  const distances = new Float32Array(squared.length);
  for (let index = 0; index < squared.length; index++) distances[index] = Math.sqrt(squared[index]);
  return distances;
}

/** The squared distance of each voxel of a row to the nearest inside one of the row: there and back again. */
function alongRow(
  squared: Float64Array,
  data: Uint8Array,
  start: number,
  [count, spacing]: readonly [number, number],
): void {
  let steps = Number.POSITIVE_INFINITY;
  for (let at = start; at < start + count; at++) {
    steps = data[at] === 0 ? steps + 1 : 0;
    squared[at] = steps;
  }
  steps = Number.POSITIVE_INFINITY;
  for (let at = start + count - 1; at >= start; at--) {
    steps = data[at] === 0 ? steps + 1 : 0;
    const mm = Math.min(steps, squared[at]) * spacing;
    squared[at] = mm * mm;
  }
}

/** A line: `count` values that are `stride` apart, `spacing` in space. */
type Pass = (start: number, stride: number, count: number, spacing: number) => void;

/** Replaces each of the `values` on a line by the least of (other value + squared distance); lines of up to `longest`. */
export function createPass(values: Float64Array, longest: number): Pass {
  const line = new Float64Array(longest);
  /** Places of the parabolas of the envelope, and where each begins to be the lowest. */
  const place = new Int32Array(longest);
  const begin = new Float64Array(longest + 1);
  return (start, stride, count, spacing) => {
    const twiceSquared = 2 * spacing * spacing;
    let last = -1;
    for (let at = 0; at < count; at++) {
      const value = values[start + at * stride];
      line[at] = value;
      if (value === Number.POSITIVE_INFINITY) continue;
      let from = Number.NEGATIVE_INFINITY;
      while (last >= 0) {
        const other = place[last];
        from = (value - line[other]) / (twiceSquared * (at - other)) + (at + other) / 2;
        if (from > begin[last]) break;
        last--;
        from = Number.NEGATIVE_INFINITY;
      }
      last++;
      place[last] = at;
      begin[last] = from;
    }
    if (last < 0) return;
    begin[last + 1] = Number.POSITIVE_INFINITY;
    let piece = 0;
    for (let at = 0; at < count; at++) {
      while (begin[piece + 1] < at) piece++;
      const steps = (at - place[piece]) * spacing;
      values[start + at * stride] = line[place[piece]] + steps * steps;
    }
  };
}
