/** A mask to closed contours in patient coordinates, each on the plane of its slice as the CT's file states it. */

import type { CtSlice } from "#dicom/ct/ct-volume.ts";
import type { Polygon } from "#geometry/fill-polygons.ts";
import type { Grid } from "#geometry/grid.ts";
import { keyhole } from "#geometry/keyhole.ts";
import { type Mask, maskSlice } from "#geometry/mask.ts";
import { traceBoundaries } from "#geometry/trace-boundaries.ts";

export const holeTechniques = ["keyhole", "xor"] as const;
export type HoleTechnique = (typeof holeTechniques)[number];

type MaskContour = {
  readonly k: number;
  readonly geometricType: "CLOSED_PLANAR" | "CLOSEDPLANAR_XOR";
  /** x, y, z of each point, millimetres, LPS. */
  readonly points: Float64Array;
};

/** Keyhole: one contour a region. XOR: outlines and holes of a slice that has holes are separate CLOSEDPLANAR_XOR contours. */
export function contoursOfMask(
  mask: Mask,
  slices: readonly CtSlice[],
  technique: HoleTechnique,
): MaskContour[] {
  const { grid } = mask;
  const contours: MaskContour[] = [];
  for (let k = 0; k < grid.size[2]; k++) {
    const regions = traceBoundaries(maskSlice(mask, k), grid.size[0], grid.size[1]);
    const xor = technique === "xor" && regions.some(({ holes }) => holes.length > 0);
    const polygons = xor ? regions.flatMap(({ outer, holes }) => [outer, ...holes]) : regions.map(keyhole);
    for (const polygon of polygons) {
      contours.push({
        k,
        geometricType: xor ? "CLOSEDPLANAR_XOR" : "CLOSED_PLANAR",
        points: toPatient(polygon, grid, slices[k]),
      });
    }
  }
  return contours;
}

function toPatient(polygon: Polygon, grid: Grid, { position }: CtSlice): Float64Array {
  const [u, v] = grid.axes;
  const count = polygon.length / 2;
  const points = new Float64Array(3 * count);
  for (let index = 0; index < count; index++) {
    const a = polygon[2 * index] * grid.spacingMm[0];
    const b = polygon[2 * index + 1] * grid.spacingMm[1];
    for (let axis = 0; axis < 3; axis++)
      points[3 * index + axis] = position[axis] + a * u[axis] + b * v[axis];
  }
  return points;
}
