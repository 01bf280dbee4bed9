/**
 * What the pointer leaves on a plane: the brush's outline, a freehand line, a box being dragged, rulers. Plain data that
 * pointer-tools.ts makes and paint-marks.ts draws. Points are (u, v) of the plane in continuous voxels.
 */

import type { Vector3, VoxelPoint } from "#core/coordinates.ts";
import type { Plane } from "#editing/tools/plane.ts";
import type { Grid } from "#geometry/grid.ts";
import { voxelToPatient } from "#geometry/grid.ts";
import type { PlaneGeometry } from "./plane-geometry.ts";

export type PlanePoint = readonly [number, number];

export type BrushMark = { readonly at: PlanePoint; readonly radiusMm: number; readonly erases: boolean };

export type PlaneMarks = {
  /** Under the pointer: the brush's circle in millimetres, dashed while it erases. */
  readonly brush: BrushMark | null;
  readonly freehand: { readonly points: readonly PlanePoint[]; readonly erases: boolean } | null;
  readonly box: { readonly from: PlanePoint; readonly to: PlanePoint; readonly label: string } | null;
};

export const noMarks: PlaneMarks = { brush: null, freehand: null, box: null };

/** The circle in which slice `slice` of a plane cuts a ball around `centre`; null if it does not. */
export function cutBall(
  geometry: PlaneGeometry,
  slice: number,
  centre: VoxelPoint,
  radiusMm: number,
): { readonly at: PlanePoint; readonly radiusMm: number } | null {
  const [u, v, w] = geometry.axes;
  const away = (centre[w] - slice) * geometry.wMm;
  if (Math.abs(away) >= radiusMm) return null;
  return { at: [centre[u], centre[v]], radiusMm: Math.sqrt(radiusMm ** 2 - away ** 2) };
}

/** A distance that a person measured, on one slice of one plane. */
export type Ruler = {
  readonly id: number;
  readonly plane: Plane;
  readonly slice: number;
  readonly from: VoxelPoint;
  readonly to: VoxelPoint;
};

export function rulerMm(grid: Grid, { from, to }: Ruler): number {
  const a: Vector3 = voxelToPatient(grid, from);
  const b: Vector3 = voxelToPatient(grid, to);
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}
