/**
 * Which voxel axes a plane shows and how: u grows to the right of the screen; v grows downwards in axial images and
 * towards the head, which is up, in coronal and sagittal ones; w counts slices. Pure; no pixels of a screen in here
 * (plane-projection.ts).
 */

import type { Vector3, VoxelPoint } from "#core/coordinates.ts";
import { type Axis, type Plane, planeAxes, planeShape, planeToVoxel } from "#editing/tools/plane.ts";
import type { Grid } from "#geometry/grid.ts";

export type PlaneGeometry = {
  readonly plane: Plane;
  /** The voxel axes (0 = i, 1 = j, 2 = k) along u, v and w. */
  readonly axes: readonly [Axis, Axis, Axis];
  /** Voxels along u, v and w. */
  readonly width: number;
  readonly height: number;
  readonly count: number;
  readonly uMm: number;
  readonly vMm: number;
  readonly wMm: number;
  /** True if v grows upwards on the screen. */
  readonly vUp: boolean;
  /** What wheel and keys call up: to the head, to the front, to the right of the patient. */
  readonly stepUp: 1 | -1;
};

export function planeGeometry(grid: Grid, plane: Plane): PlaneGeometry {
  const axes = planeAxes[plane];
  const { width, height, count, spacingMm } = planeShape(plane, grid);
  return {
    plane,
    axes,
    width,
    height,
    count,
    uMm: spacingMm[0],
    vMm: spacingMm[1],
    wMm: grid.spacingMm[axes[2]],
    vUp: plane !== "axial" && headIsUp(grid),
    stepUp: plane === "axial" && headIsUp(grid) ? 1 : -1,
  };
}

/** True if k grows towards the head, as it does unless rows and columns of the images make a mirrored pair. */
export function headIsUp(grid: Grid): boolean {
  return grid.axes[2][2] >= 0;
}

/** The slice of the plane through a voxel. */
export function sliceThrough(geometry: PlaneGeometry, voxel: Vector3): number {
  return voxel[geometry.axes[2]];
}

/** Continuous (u, v) of a slice as a voxel point. */
export function voxelOf({ plane }: PlaneGeometry, u: number, v: number, w: number): VoxelPoint {
  return planeToVoxel(plane, u, v, w);
}
