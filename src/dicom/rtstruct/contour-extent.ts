/** Where a contour lies on a CT's grid, for all who ask: its slice, its curve there, and whether the CT holds it. */
import { patientPoint } from "#core/coordinates.ts";
import type { CtSlice } from "#dicom/ct/ct-volume.ts";
import type { Polygon } from "#geometry/fill-polygons.ts";
import { type Grid, patientToVoxel } from "#geometry/grid.ts";
import { boxOf } from "./doubled-contours.ts";

type ContourExtent = {
  readonly polygon: Polygon;
  /** The nearest slice, which may be none of the CT's; NaN for a contour without points. */
  readonly k: number;
  /** The farthest point's distance from that slice's plane. */
  readonly offMm: number;
  /** "part" where it could enclose voxel centres beyond the images' edge: what a mask of this CT cannot hold. */
  readonly within: "whole" | "part" | "none";
};

/**
 * `points`: x, y, z of each, millimetres in patient space. `slices`: where each of the CT's slices lies, beside the even grid by a
 * little; the grid's planes without them.
 */
export function contourExtent(
  points: ArrayLike<number>,
  grid: Grid,
  slices?: readonly CtSlice[],
): ContourExtent {
  const count = Math.floor(points.length / 3);
  const polygon = new Float64Array(2 * count);
  let lowest = Number.POSITIVE_INFINITY;
  let highest = Number.NEGATIVE_INFINITY;
  for (let index = 0; index < count; index++) {
    const at = 3 * index;
    const voxel = patientToVoxel(grid, patientPoint(points[at], points[at + 1], points[at + 2]));
    polygon[2 * index] = voxel[0];
    polygon[2 * index + 1] = voxel[1];
    lowest = Math.min(lowest, voxel[2]);
    highest = Math.max(highest, voxel[2]);
  }
  const k = Math.round((lowest + highest) / 2);
  const onSlice = k >= 0 && k < grid.size[2];
  const plane = onSlice && slices !== undefined ? patientToVoxel(grid, slices[k].position)[2] : k;
  const offMm = Math.max(highest - plane, plane - lowest) * grid.spacingMm[2];
  return { polygon, k, offMm, within: onSlice ? withinImage(polygon, grid) : "none" };
}

/** A pixel reaches half a pixel round its centre; centres are filled on the polygon's low side (fill-polygons.ts). */
function withinImage(polygon: Polygon, { size: [columns, rows] }: Grid): ContourExtent["within"] {
  const [left, top, right, bottom] = boxOf(polygon);
  if (right <= -0.5 || bottom <= -0.5 || left >= columns - 0.5 || top >= rows - 0.5) return "none";
  return left <= -1 || top <= -1 || right > columns || bottom > rows ? "part" : "whole";
}
