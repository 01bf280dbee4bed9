/**
 * Contours of one slice that are there twice. Under the even-odd rule two equal ones cancel each other and leave nothing, so
 * equal ones count once: whatever point they start at, whichever way they run, within the rounding of their numbers. Two
 * that nearly coincide are neither one nor a hole: that is for the caller to refuse.
 */
import { norm } from "#core/coordinates.ts";
import type { Polygon } from "#geometry/fill-polygons.ts";

/** Curves no farther apart are one: a tenth of a millimetre is how coarsely some systems round coordinates. */
const sameCurveMm = 0.1;

type Curve = {
  /** Position among the ROI's contours, for messages. */
  readonly index: number;
  /** Continuous voxel coordinates of the slice. */
  readonly polygon: Polygon;
};

type Twin = {
  readonly first: number;
  readonly second: number;
};

/** Of equal curves the first, in their order; `twins` are those left out, each with the one that stands for it. */
export function withoutTwins<C extends Curve>(
  curves: readonly C[],
  spacingMm: readonly [number, number],
): { readonly distinct: readonly C[]; readonly twins: readonly Twin[] } {
  const distinct: C[] = [];
  const twins: Twin[] = [];
  // By where they begin on the left: a slice of noise has tens of thousands, too many to compare each with each.
  const byLeft = new Map<number, C[]>();
  for (const curve of curves) {
    const left = Math.floor((boxOf(curve.polygon)[0] * spacingMm[0]) / sameCurveMm);
    const twin = [left - 1, left, left + 1]
      .flatMap((place) => byLeft.get(place) ?? [])
      .filter((other) => apart(other.polygon, curve.polygon, spacingMm, sameCurveMm) <= sameCurveMm)
      .reduce<C | undefined>((a, b) => (a === undefined || b.index < a.index ? b : a), undefined);
    if (twin !== undefined) twins.push({ first: twin.index, second: curve.index });
    else {
      distinct.push(curve);
      byLeft.set(left, [...(byLeft.get(left) ?? []), curve]);
    }
  }
  return { distinct, twins };
}

/** Once round, where the points run round the same curve twice or more; else the polygon itself. */
export function onceRound(polygon: Polygon, spacingMm: readonly [number, number]): Polygon {
  const plain = withoutRepeats(polygon);
  const count = plain.length / 2;
  const same = (a: number, b: number): boolean => pointsApart(plain, a, b, spacingMm) <= sameCurveMm;
  for (let rounds = 2; rounds * 3 <= count && rounds <= mostRounds; rounds++) {
    const period = count / rounds;
    if (!Number.isInteger(period)) continue;
    let index = period;
    while (index < count && same(index, index - period)) index++;
    if (index === count) return plain.slice(0, 2 * period);
  }
  return polygon;
}

/** More rounds than a contour is drawn in by any fault known. */
const mostRounds = 4;

/** Without points that repeat the one before them, the last one the first included. */
function withoutRepeats(polygon: Polygon): Polygon {
  const points: number[] = [];
  for (let at = 0; at < polygon.length; at += 2) {
    const before = (at + polygon.length - 2) % polygon.length;
    if (polygon[at] !== polygon[before] || polygon[at + 1] !== polygon[before + 1])
      points.push(polygon[at], polygon[at + 1]);
  }
  return Float64Array.from(points);
}

function pointsApart(polygon: Polygon, a: number, b: number, [di, dj]: readonly [number, number]): number {
  return norm((polygon[2 * a] - polygon[2 * b]) * di, (polygon[2 * a + 1] - polygon[2 * b + 1]) * dj);
}

/**
 * Largest distance from a point of either curve to the other curve, in millimetres; the search ends beyond `limitMm`, where
 * any larger number comes back.
 */
export function apart(a: Polygon, b: Polygon, spacingMm: readonly [number, number], limitMm: number): number {
  if (!boxesAgree(a, b, spacingMm, limitMm)) return Number.POSITIVE_INFINITY;
  return Math.max(oneWay(a, b, spacingMm, limitMm), oneWay(b, a, spacingMm, limitMm));
}

/** Points and the middles of edges: curves through the same points in another order differ in these. */
function oneWay(from: Polygon, to: Polygon, [di, dj]: readonly [number, number], limitMm: number): number {
  let farthest = 0;
  for (let at = 0; at < from.length && farthest <= limitMm; at += 2) {
    const next = (at + 2) % from.length;
    const [x, y] = [from[at] * di, from[at + 1] * dj];
    const [middleX, middleY] = [(x + from[next] * di) / 2, (y + from[next + 1] * dj) / 2];
    farthest = Math.max(farthest, toCurve(x, y, to, [di, dj]), toCurve(middleX, middleY, to, [di, dj]));
  }
  return farthest;
}

/** Distance of a point in millimetres from a closed curve in voxels. */
function toCurve(x: number, y: number, curve: Polygon, [di, dj]: readonly [number, number]): number {
  let nearest = Number.POSITIVE_INFINITY;
  for (let at = 0; at < curve.length; at += 2) {
    const next = (at + 2) % curve.length;
    const [ax, ay, bx, by] = [curve[at] * di, curve[at + 1] * dj, curve[next] * di, curve[next + 1] * dj];
    const [ux, uy] = [bx - ax, by - ay];
    const squared = ux * ux + uy * uy;
    const along = squared === 0 ? 0 : Math.min(1, Math.max(0, ((x - ax) * ux + (y - ay) * uy) / squared));
    nearest = Math.min(nearest, norm(x - ax - along * ux, y - ay - along * uy));
  }
  return nearest;
}

/** Curves within a distance have boxes within it: the cheap test for nearly all pairs. */
function boxesAgree(a: Polygon, b: Polygon, [di, dj]: readonly [number, number], limitMm: number): boolean {
  const [p, q] = [boxOf(a), boxOf(b)];
  const spacing = [di, dj, di, dj];
  return p.every((value, side) => Math.abs(value - q[side]) * spacing[side] <= limitMm);
}

/** Left, top, right, bottom. */
export function boxOf(polygon: Polygon): number[] {
  const box = [
    Number.POSITIVE_INFINITY,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
  ];
  for (let at = 0; at < polygon.length; at += 2) {
    box[0] = Math.min(box[0], polygon[at]);
    box[1] = Math.min(box[1], polygon[at + 1]);
    box[2] = Math.max(box[2], polygon[at]);
    box[3] = Math.max(box[3], polygon[at + 1]);
  }
  return box;
}
