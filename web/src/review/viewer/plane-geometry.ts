/**
 * Which voxel axes a plane shows and how: u grows to the right of the screen; v grows downwards in axial images and
 * towards the head, which is up, in coronal and sagittal ones; w counts slices. Pure; no pixels of a screen in here
 * (plane-projection.ts).
 */
import { type Vector3, type VoxelPoint, voxelPoint } from "../../../../src/core/coordinates.ts";
import type { Grid } from "../../../../src/geometry/grid.ts";
import type { Plane } from "../session/review-state.ts";

export type PlaneGeometry = {
  readonly plane: Plane;
  /** The voxel axes (0 = i, 1 = j, 2 = k) along u, v and w. */
  readonly axes: readonly [0 | 1 | 2, 0 | 1 | 2, 0 | 1 | 2];
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

const axesOf = { axial: [0, 1, 2], coronal: [0, 2, 1], sagittal: [1, 2, 0] } as const;

export function planeGeometry(grid: Grid, plane: Plane): PlaneGeometry {
  const axes = axesOf[plane];
  const [u, v, w] = axes;
  return {
    plane,
    axes,
    width: grid.size[u],
    height: grid.size[v],
    count: grid.size[w],
    uMm: grid.spacingMm[u],
    vMm: grid.spacingMm[v],
    wMm: grid.spacingMm[w],
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
export function voxelOf(geometry: PlaneGeometry, u: number, v: number, w: number): VoxelPoint {
  const point = [0, 0, 0];
  point[geometry.axes[0]] = u;
  point[geometry.axes[1]] = v;
  point[geometry.axes[2]] = w;
  return voxelPoint(point[0], point[1], point[2]);
}

/** The image row, from the top, that shows voxel row `v`. It is its own inverse. */
export function rowOf(geometry: PlaneGeometry, v: number): number {
  return geometry.vUp ? geometry.height - 1 - v : v;
}

/** Offsets in memory (i fastest) for one step along u, v and w. */
export function strides(grid: Grid, geometry: PlaneGeometry): readonly [number, number, number] {
  const step = [1, grid.size[0], grid.size[0] * grid.size[1]];
  return [step[geometry.axes[0]], step[geometry.axes[1]], step[geometry.axes[2]]];
}

/** The nearest voxel within the grid, as integers. */
export function nearestVoxel(grid: Grid, point: Vector3): Vector3 {
  const clamp = (axis: 0 | 1 | 2) => Math.min(grid.size[axis] - 1, Math.max(0, Math.round(point[axis])));
  return [clamp(0), clamp(1), clamp(2)];
}

export function insideGrid(grid: Grid, voxel: Vector3): boolean {
  return voxel.every((index, axis) => index >= 0 && index < grid.size[axis]);
}
