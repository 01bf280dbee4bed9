/**
 * The three planes through a CT's grid in which a person draws, and their coordinates: u to the right and v downwards in
 * voxels, index the slice. Axial: u = i, v = j. Coronal: u = i, v = k. Sagittal: u = j, v = k. Planes of the grid, not of the
 * patient: on an oblique series they are as oblique. What a viewer turns over on screen is the viewer's business.
 */
import { type Vector3, type VoxelPoint, voxelPoint } from "#core/coordinates.ts";
import type { MaskPatch } from "#editing/patch/mask-patch.ts";
import type { Box } from "#geometry/crop.ts";
import type { Grid } from "#geometry/grid.ts";
import type { Mask } from "#geometry/mask.ts";
import { patchInBox } from "./between-masks.ts";

export const planes = ["axial", "coronal", "sagittal"] as const;
export type Plane = (typeof planes)[number];

export type Axis = 0 | 1 | 2;

/** Which of the grid's axes are u, v and the slice's index. */
export const planeAxes: Readonly<Record<Plane, readonly [u: Axis, v: Axis, index: Axis]>> = {
  axial: [0, 1, 2],
  coronal: [0, 2, 1],
  sagittal: [1, 2, 0],
};

/** Continuous voxel coordinates of a place in a plane. */
export function planeToVoxel(plane: Plane, u: number, v: number, index: number): VoxelPoint {
  const point: [number, number, number] = [0, 0, 0];
  const [a, b, c] = planeAxes[plane];
  point[a] = u;
  point[b] = v;
  point[c] = index;
  return voxelPoint(...point);
}

/** Coordinates in the plane of a place in the grid. */
export function voxelToPlane(
  plane: Plane,
  point: Vector3,
): { readonly u: number; readonly v: number; readonly index: number } {
  const [a, b, c] = planeAxes[plane];
  return { u: point[a], v: point[b], index: point[c] };
}

/** Voxels across and down a slice, the number of slices, and the distances between voxels in millimetres. */
export function planeShape(
  plane: Plane,
  { size, spacingMm }: Grid,
): {
  readonly width: number;
  readonly height: number;
  readonly count: number;
  readonly spacingMm: readonly [u: number, v: number];
} {
  const [a, b, c] = planeAxes[plane];
  return { width: size[a], height: size[b], count: size[c], spacingMm: [spacingMm[a], spacingMm[b]] };
}

/** A copy of a slice, width * height, row by row. `index` is a slice of the grid. */
export function planeSlice({ grid, data }: Mask, plane: Plane, index: number): Uint8Array {
  const { width, height } = planeShape(plane, grid);
  const [alongU, alongV, alongIndex] = planeStrides(plane, grid);
  const start = index * alongIndex;
  const slice = new Uint8Array(width * height);
  for (let v = 0; v < height; v++) {
    for (let u = 0; u < width; u++) slice[v * width + u] = data[start + u * alongU + v * alongV];
  }
  return slice;
}

/** The patch that leads to `after`, the slice's new voxels (width * height), and changes no other slice. */
export function patchOfPlane(mask: Mask, plane: Plane, index: number, after: Uint8Array): MaskPatch {
  const [ni, nj, nk] = mask.grid.size;
  const from: [number, number, number] = [0, 0, 0];
  const to: [number, number, number] = [ni, nj, nk];
  const normal = planeAxes[plane][2];
  from[normal] = index;
  to[normal] = index + 1;
  // In each plane u is the faster axis of the two, as it is in a box.
  const box: Box = { from, to };
  return patchInBox(mask, box, after);
}

/** Offsets in memory (i fastest) for one step along u, along v and to the next slice. */
export function planeStrides(
  plane: Plane,
  { size: [ni, nj] }: Grid,
): readonly [alongU: number, alongV: number, alongIndex: number] {
  const step = [1, ni, ni * nj] as const;
  const [a, b, c] = planeAxes[plane];
  return [step[a], step[b], step[c]];
}
