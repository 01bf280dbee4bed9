/**
 * Exact Euclidean distance from each of some points to the nearest of others, all on one lattice. Most have one nearby, and are
 * done with it (nearby-points.ts). For the others, for each slice that holds targets, a separable distance transform of that
 * slice alone (Felzenszwalb and Huttenlocher 2012); a point's distance is the least over the slices.
 */
import type { Vector3 } from "#core/coordinates.ts";
import { createPass } from "#geometry/distances/distance-transform.ts";
import { nearbySquaredMm, rangeOf } from "./nearby-points.ts";

/**
 * `from` and `to` are i, j, k of each point (3 n numbers), in any order. Millimetres for each point of `from`, infinite
 * if `to` is empty.
 */
export function nearestDistancesMm(from: Int32Array, to: Int32Array, spacingMm: Vector3): Float64Array {
  if (from.length === 0 || to.length === 0)
    return new Float64Array(from.length / 3).fill(Number.POSITIVE_INFINITY);
  const squared = nearbySquaredMm(from, to, spacingMm);
  const far = from.filter((_, at) => squared[Math.floor(at / 3)] === Number.POSITIVE_INFINITY);
  if (far.length > 0) {
    const farSquared = farSquaredMm(far, to, spacingMm);
    let next = 0;
    for (let point = 0; point < squared.length; point++)
      if (squared[point] === Number.POSITIVE_INFINITY) squared[point] = farSquared[next++];
  }
  return squared.map(Math.sqrt);
}

/** However far they are; neither list is empty. */
function farSquaredMm(from: Int32Array, to: Int32Array, spacingMm: Vector3): Float64Array {
  const nearest = new Float64Array(from.length / 3).fill(Number.POSITIVE_INFINITY);
  const [left, right] = rangeOf(0, from, to);
  const [top, bottom] = rangeOf(1, from, to);
  const [width, height] = [right - left + 1, bottom - top + 1];
  const [si, sj, sk] = spacingMm;
  const squared = new Float64Array(width * height);
  const pass = createPass(squared, Math.max(width, height));
  const columns = new Set<number>();
  for (let at = 0; at < from.length; at += 3) columns.add(from[at] - left);

  for (const [k, targets] of bySlice(to)) {
    squared.fill(Number.POSITIVE_INFINITY);
    const rows = new Set<number>();
    for (const at of targets) {
      squared[to[at] - left + width * (to[at + 1] - top)] = 0;
      rows.add(to[at + 1] - top);
    }
    for (const row of rows) pass(row * width, 1, width, si);
    for (const column of columns) pass(column, width, height, sj);
    for (let point = 0, at = 0; at < from.length; point++, at += 3) {
      const across = (from[at + 2] - k) * sk;
      const sum = squared[from[at] - left + width * (from[at + 1] - top)] + across * across;
      if (sum < nearest[point]) nearest[point] = sum;
    }
  }
  return nearest;
}

/** Offsets of the points in each slice. */
function bySlice(places: Int32Array): Map<number, number[]> {
  const slices = new Map<number, number[]>();
  for (let at = 0; at < places.length; at += 3) {
    const slice = slices.get(places[at + 2]);
    if (slice === undefined) slices.set(places[at + 2], [at]);
    else slice.push(at);
  }
  return slices;
}
