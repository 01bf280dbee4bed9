/** Pairs of contours of one slice that share voxels without one lying within the other: what the even-odd rule would cut out. */
import { fillPolygons, type Polygon } from "#geometry/fill-polygons.ts";
import type { Grid } from "#geometry/grid.ts";
import { apart, boxOf } from "./doubled-contours.ts";

type Curve = { readonly index: number; readonly polygon: Polygon };

type SharingPair = {
  readonly first: number;
  readonly second: number;
  /** "nearly one": a hole could not be meant. "in part": a smaller share. */
  readonly relation: "nearly one" | "in part";
};

/** Two curves nearer than this part of a pixel everywhere leave a rim that no image shows: no hole is meant by them. */
const rimPixels = 0.5;
/** Two that overlap in part by more than this part of the smaller one are two drawings of one thing. */
const mostShared = 0.5;

/** In the order of the curves. A curve within another is a hole, and no pair. */
export function sharedVoxels(curves: readonly Curve[], { size, spacingMm }: Grid): SharingPair[] {
  if (curves.length < 2) return [];
  const spacing = [spacingMm[0], spacingMm[1]] as const;
  const rimMm = rimPixels * Math.min(...spacing);
  const boxes = curves.map(({ polygon }) => boxOf(polygon));
  const filled = new Map<Polygon, ReadonlySet<number>>();
  const voxelsIn = (polygon: Polygon): ReadonlySet<number> => {
    const voxels = filled.get(polygon) ?? voxelsOf(polygon, size[0], size[1]);
    filled.set(polygon, voxels);
    return voxels;
  };
  const pairs: SharingPair[] = [];
  for (const [a, first] of curves.entries()) {
    for (let b = a + 1; b < curves.length; b++) {
      // Most contours of a slice lie apart, as those of two lungs: they need not be filled to know it.
      if (!meet(boxes[a], boxes[b])) continue;
      const second = curves[b];
      const [smaller, larger] = [first, second]
        .map(({ polygon }) => voxelsIn(polygon))
        .sort((p, q) => p.size - q.size);
      let both = 0;
      for (const at of smaller) if (larger.has(at)) both++;
      if (both === 0) continue;
      const partly = both < smaller.size;
      const nearlyOne =
        (partly && both > mostShared * smaller.size) ||
        apart(first.polygon, second.polygon, spacing, rimMm) <= rimMm;
      if (!partly && !nearlyOne) continue;
      pairs.push({
        first: first.index,
        second: second.index,
        relation: nearlyOne ? "nearly one" : "in part",
      });
    }
  }
  return pairs;
}

function meet(a: readonly number[], b: readonly number[]): boolean {
  return a[0] <= b[2] && b[0] <= a[2] && a[1] <= b[3] && b[1] <= a[3];
}

function voxelsOf(polygon: Polygon, width: number, height: number): ReadonlySet<number> {
  const slice = new Uint8Array(width * height);
  fillPolygons(slice, width, height, [polygon]);
  const inside = new Set<number>();
  for (let at = slice.indexOf(1); at >= 0; at = slice.indexOf(1, at + 1)) inside.add(at);
  return inside;
}
