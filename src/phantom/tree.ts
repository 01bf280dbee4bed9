/**
 * Trees that fill a lung: arteries, veins and airways grow from the hilum towards points strewn over the lung, the points
 * halved at each branching. Radii follow Murray's law: a parent's radius cubed is the sum of its children's.
 */
import { norm } from "#core/coordinates.ts";
import type { Random } from "#core/random.ts";
import type { Capsule, Point } from "./canvas.ts";

export function growTree(
  random: Random,
  root: Point,
  targets: readonly Point[],
  tipRadius: number,
): Capsule[] {
  const segments: Capsule[] = [];
  const radiusOf = (count: number): number => tipRadius * Math.cbrt(count) ** 0.92;

  function grow(from: Point, points: readonly Point[], radius: number): void {
    if (points.length === 0) return;
    if (points.length === 1) {
      wander(from, points[0], radius, tipRadius * 0.6);
      return;
    }
    const centre = mean(points);
    const step = random.uniform(0.3, 0.5);
    const to: Point = [
      lerp(from[0], centre[0], step),
      lerp(from[1], centre[1], step),
      lerp(from[2], centre[2], step),
    ];
    wander(from, to, radius, radiusOf(points.length));
    const [left, right] = split(points, centre);
    grow(to, left, radiusOf(left.length));
    grow(to, right, radiusOf(right.length));
  }

  /** A segment with a bend in it. */
  function wander(from: Point, to: Point, radiusFrom: number, radiusTo: number): void {
    const length = norm(to[0] - from[0], to[1] - from[1], to[2] - from[2]);
    const bend = (axis: 0 | 1 | 2): number => (from[axis] + to[axis]) / 2 + random.normal(0, 0.07 * length);
    const middle: Point = [bend(0), bend(1), bend(2)];
    const between = (radiusFrom + radiusTo) / 2;
    segments.push(
      { from, to: middle, radiusFrom, radiusTo: between },
      { from: middle, to, radiusFrom: between, radiusTo },
    );
  }

  grow(root, targets, radiusOf(targets.length));
  return segments;

  function split(points: readonly Point[], centre: Point): [Point[], Point[]] {
    const spread = [0, 1, 2].map((axis) =>
      points.reduce((sum, point) => sum + (point[axis] - centre[axis]) ** 2, 0),
    );
    const normal = spread.map(
      (value) => Math.sqrt(value) * random.uniform(0.4, 1) * (random.next() < 0.5 ? -1 : 1),
    );
    const side = (point: Point): number =>
      point.reduce((sum, value, axis) => sum + (value - centre[axis]) * normal[axis], 0);
    const sorted = [...points].sort((a, b) => side(a) - side(b));
    const cut = Math.max(1, Math.round(points.length * random.uniform(0.35, 0.65)));
    return [sorted.slice(0, cut), sorted.slice(cut)];
  }
}

function mean(points: readonly Point[]): Point {
  const sum = points.reduce<Point>(
    (total, p) => [total[0] + p[0], total[1] + p[1], total[2] + p[2]],
    [0, 0, 0],
  );
  return [sum[0] / points.length, sum[1] / points.length, sum[2] / points.length];
}

function lerp(a: number, b: number, t: number): number {
  return a + t * (b - a);
}
