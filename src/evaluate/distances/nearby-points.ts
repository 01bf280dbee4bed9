/**
 * The nearest of some points on a lattice to others, where one is near: the lattice round a point is looked at from the inside
 * out, and the first that is found is the nearest. Two contours of one thing are mostly that near.
 */
import type { Vector3 } from "#core/coordinates.ts";

/** Farther than this is not looked. Larger balls have more places, all of which are looked at where there is nothing. */
const reachMm = 5;

/**
 * `from` and `to` are i, j, k of each point (3 n numbers), in any order; neither is empty. The squared distance in mm2 of each
 * point of `from`, infinite where no point of `to` lies within reach.
 */
export function nearbySquaredMm(from: Int32Array, to: Int32Array, spacingMm: Vector3): Float64Array {
  const ranges = ([0, 1, 2] as const).map((axis) => rangeOf(axis, from, to));
  // No farther than the points themselves: those of one slice have no neighbours in others.
  const reach = ranges.map(([least, most], axis) =>
    Math.min(Math.floor(reachMm / spacingMm[axis]), most - least),
  );
  // As much space round the points as is looked at, so that no step leaves the lattice.
  const [width, height, depth] = ranges.map(([least, most], axis) => most - least + 1 + 2 * reach[axis]);
  const placeOf = (points: Int32Array, at: number): number =>
    points[at] -
    ranges[0][0] +
    reach[0] +
    width * (points[at + 1] - ranges[1][0] + reach[1] + height * (points[at + 2] - ranges[2][0] + reach[2]));
  const lattice = new Uint8Array(width * height * depth);
  for (let at = 0; at < to.length; at += 3) lattice[placeOf(to, at)] = 1;
  const ball = ballOf(reach, spacingMm);
  const steps = Int32Array.from(ball, ({ offset: [i, j, k] }) => i + width * (j + height * k));
  const squaredMm = new Float64Array(from.length / 3).fill(Number.POSITIVE_INFINITY);
  for (let point = 0; point < squaredMm.length; point++) {
    const place = placeOf(from, 3 * point);
    let nearest = 0;
    while (nearest < steps.length && lattice[place + steps[nearest]] === 0) nearest++;
    if (nearest < steps.length) squaredMm[point] = ball[nearest].squaredMm;
  }
  return squaredMm;
}

type Offset = { readonly offset: Vector3; readonly squaredMm: number };

/** From the nearest to the farthest. */
function ballOf([across, down, along]: readonly number[], [si, sj, sk]: Vector3): Offset[] {
  const ball: Offset[] = [];
  for (let k = -along; k <= along; k++) {
    for (let j = -down; j <= down; j++) {
      for (let i = -across; i <= across; i++) {
        const squaredMm = (i * si) ** 2 + (j * sj) ** 2 + (k * sk) ** 2;
        if (squaredMm <= reachMm ** 2) ball.push({ offset: [i, j, k], squaredMm });
      }
    }
  }
  return ball.sort((a, b) => a.squaredMm - b.squaredMm);
}

/** Least and most along an axis, of all lists. */
export function rangeOf(axis: number, ...lists: readonly Int32Array[]): readonly [number, number] {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const places of lists) {
    for (let at = axis; at < places.length; at += 3) {
      if (places[at] < least) least = places[at];
      if (places[at] > most) most = places[at];
    }
  }
  return [least, most];
}
