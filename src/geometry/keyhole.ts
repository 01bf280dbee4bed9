/**
 * A region with holes as one polygon: each hole is joined to the outline by a channel of zero width, which is how
 * RTSTRUCT writers have to draw holes in CLOSED_PLANAR contours (DICOM PS3.3 C.8.8.6.3). The channel runs along a row, a
 * quarter of a voxel off its centres, so that no rasteriser meets it.
 */
import type { Polygon } from "./fill-polygons.ts";
import type { Region } from "./trace-boundaries.ts";

const offCentre = 0.25;

type Point = readonly [x: number, y: number];

/** One polygon that fills exactly as outline and holes together do under the even-odd rule. */
export function keyhole({ outer, holes }: Region): Polygon {
  let outline = pointsOf(outer);
  // From left to right: what a channel to the left meets first is then the outline or a hole already joined to it.
  const sorted = holes.map(pointsOf).sort((a, b) => leftOf(a) - leftOf(b));
  for (const hole of sorted) outline = join(outline, hole);
  return Float64Array.from(outline.flat());
}

function join(outline: readonly Point[], hole: readonly Point[]): Point[] {
  const left = leftOf(hole);
  const at = hole.findIndex((point, index) => {
    const next = hole[(index + 1) % hole.length];
    return (
      Math.min(point[0], next[0]) === left &&
      Math.abs(next[1] - point[1]) > 2 * offCentre &&
      Math.abs(point[0] - next[0]) < offCentre
    );
  });
  const [a, b] = [hole[at], hole[(at + 1) % hole.length]];
  const y = Math.min(a[1], b[1]) + offCentre;
  const start: Point = [xAt(a, b, y), y];

  let nearest = -1;
  let nearestX = Number.NEGATIVE_INFINITY;
  outline.forEach((point, index) => {
    const next = outline[(index + 1) % outline.length];
    if (point[1] <= y === next[1] <= y) return;
    const x = xAt(point, next, y);
    if (x < start[0] && x > nearestX) {
      nearestX = x;
      nearest = index;
    }
  });
  if (nearest < 0) throw new Error("a hole lies outside its region's outline");
  const end: Point = [nearestX, y];
  const around = [...hole.slice(at + 1), ...hole.slice(0, at + 1)];
  return [...outline.slice(0, nearest + 1), end, start, ...around, start, end, ...outline.slice(nearest + 1)];
}

function xAt(a: Point, b: Point, y: number): number {
  return a[0] + ((y - a[1]) / (b[1] - a[1])) * (b[0] - a[0]);
}

function leftOf(points: readonly Point[]): number {
  return points.reduce((least, [x]) => Math.min(least, x), Number.POSITIVE_INFINITY);
}

function pointsOf(polygon: Polygon): Point[] {
  return Array.from({ length: polygon.length / 2 }, (_, index) => [
    polygon[2 * index],
    polygon[2 * index + 1],
  ]);
}
