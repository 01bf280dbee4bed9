/**
 * What the pointer leaves on a plane: the brush's outline, a freehand line, a box being dragged, rulers. Plain data that
 * pointer-tools.ts makes and paint-marks.ts draws. Points are (u, v) of the plane in continuous voxels.
 */
import type { Vector3, VoxelPoint } from "../../../../src/core/coordinates.ts";
import type { Grid } from "../../../../src/geometry/grid.ts";
import { voxelToPatient } from "../../../../src/geometry/grid.ts";
import type { Plane } from "../session/review-state.ts";

export type PlanePoint = readonly [number, number];

export type PlaneMarks = {
  /** Under the pointer: the brush's circle in millimetres, dashed while it erases. */
  readonly brush: { readonly at: PlanePoint; readonly radiusMm: number; readonly erases: boolean } | null;
  readonly freehand: { readonly points: readonly PlanePoint[]; readonly erases: boolean } | null;
  readonly box: { readonly from: PlanePoint; readonly to: PlanePoint; readonly label: string } | null;
};

export const noMarks: PlaneMarks = { brush: null, freehand: null, box: null };

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
