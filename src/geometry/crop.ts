/** The box of a mask's voxels, and the part of a mask in a box: what is measured on a tumour need not touch the whole CT. */
import { type Vector3, voxelPoint } from "#core/coordinates.ts";
import { type Grid, voxelToPatient } from "./grid.ts";
import { emptyMask, type Mask, maskSlice } from "./mask.ts";

/** Voxels i, j, k with from <= index < to. */
export type Box = { readonly from: Vector3; readonly to: Vector3 };

/** Voxels along i, j, k. */
export function boxSize({ from, to }: Box): Vector3 {
  return [to[0] - from[0], to[1] - from[1], to[2] - from[2]];
}

/** The smallest box that holds every inside voxel; undefined for an empty mask. */
export function boundingBox(mask: Mask): Box | undefined {
  const [ni, nj, nk] = mask.grid.size;
  let [left, right, top, bottom, first, last] = [ni, -1, nj, -1, nk, -1];
  for (let k = 0; k < nk; k++) {
    const slice = maskSlice(mask, k);
    const begin = slice.indexOf(1);
    if (begin < 0) continue;
    const end = slice.lastIndexOf(1);
    first = Math.min(first, k);
    last = k;
    const [j0, j1] = [Math.floor(begin / ni), Math.floor(end / ni)];
    top = Math.min(top, j0);
    bottom = Math.max(bottom, j1);
    for (let j = j0; j <= j1; j++) {
      const row = slice.subarray(j * ni, (j + 1) * ni);
      const i = row.indexOf(1);
      if (i < 0) continue;
      left = Math.min(left, i);
      right = Math.max(right, row.lastIndexOf(1));
    }
  }
  if (last < 0) return undefined;
  return { from: [left, top, first], to: [right + 1, bottom + 1, last + 1] };
}

/** The smallest box that holds both; the other one where one is undefined. */
export function unionBox(a: Box | undefined, b: Box | undefined): Box | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  const least = (axis: 0 | 1 | 2): number => Math.min(a.from[axis], b.from[axis]);
  const most = (axis: 0 | 1 | 2): number => Math.max(a.to[axis], b.to[axis]);
  return { from: [least(0), least(1), least(2)], to: [most(0), most(1), most(2)] };
}

/** The part of a mask in a box, with `padding` voxels of background on every side; in the same place in patient space. */
export function cropMask(mask: Mask, { from, to }: Box, padding = 0): Mask {
  const [ni, nj] = mask.grid.size;
  const size: Vector3 = [
    to[0] - from[0] + 2 * padding,
    to[1] - from[1] + 2 * padding,
    to[2] - from[2] + 2 * padding,
  ];
  const corner = voxelPoint(from[0] - padding, from[1] - padding, from[2] - padding);
  const grid: Grid = { ...mask.grid, size, origin: voxelToPatient(mask.grid, corner) };
  const part = emptyMask(grid);
  for (let k = from[2]; k < to[2]; k++) {
    for (let j = from[1]; j < to[1]; j++) {
      const start = ni * (j + nj * k);
      const row = mask.data.subarray(start + from[0], start + to[0]);
      part.data.set(row, padding + size[0] * (j - from[1] + padding + size[1] * (k - from[2] + padding)));
    }
  }
  return part;
}

/** The mask cut to the box of its voxels; undefined for an empty one. */
export function cropToMask(mask: Mask): Mask | undefined {
  const box = boundingBox(mask);
  return box === undefined ? undefined : cropMask(mask, box);
}
