/** A binary mask on a grid: one byte per voxel, 0 or 1, in the grid's memory order. */
import { type Grid, voxelCount, voxelVolumeCc } from "./grid.ts";
import { nextInside } from "./seek.ts";

export type Mask = {
  readonly grid: Grid;
  /** Length ni * nj * nk; offset = i + ni * (j + nj * k). */
  readonly data: Uint8Array;
};

export function emptyMask(grid: Grid): Mask {
  return { grid, data: new Uint8Array(voxelCount(grid)) };
}

/** Inside where `test` says so of a voxel's place in memory. */
export function maskWhere(grid: Grid, test: (at: number) => boolean): Mask {
  const data = new Uint8Array(voxelCount(grid));
  // A loop: typed arrays' own `from` takes ten times as long.
  for (let at = 0; at < data.length; at++) if (test(at)) data[at] = 1;
  return { grid, data };
}

/** A new mask on `grid`: a voxel is inside that is inside any of `masks`, which lie on it. Empty for none. */
export function uniteMasks(grid: Grid, masks: readonly Mask[]): Mask {
  const united = emptyMask(grid);
  for (const { data } of masks) for (let at = 0; at < data.length; at++) united.data[at] |= data[at];
  return united;
}

/** Whether two masks of one grid are the same, voxel by voxel. */
export function sameVoxels(a: Mask, b: Mask): boolean {
  for (let at = 0; at < a.data.length; at++) if (a.data[at] !== b.data[at]) return false;
  return true;
}

/** Voxels that are counted one by one from an inside one on, before the next is sought. */
export const stretch = 4096;

/** Number of voxels inside. */
export function countVoxels({ data }: Mask): number {
  return countInside(data);
}

/** The same of bytes of which each is 0 or 1. */
export function countInside(data: Uint8Array): number {
  let count = 0;
  for (let at = nextInside(data, 0, data.length); at < data.length; at = nextInside(data, at, data.length)) {
    // By index: an iterator takes many times as long.
    for (const end = Math.min(data.length, at + stretch); at < end; at++) count += data[at];
  }
  return count;
}

/** Volume in cubic centimetres: voxels inside times the voxel's volume. 0 for an empty mask. */
export function volumeCc(mask: Mask): number {
  return countVoxels(mask) * voxelVolumeCc(mask.grid);
}

/** The slices in which something is inside, in order, counted from 0 as the grid has them. */
export function filledSlices({ grid: { size }, data }: Mask): number[] {
  const area = size[0] * size[1];
  const all = Array.from({ length: size[2] }, (_, k) => k);
  return all.filter((k) => nextInside(data, k * area, (k + 1) * area) < (k + 1) * area);
}

/** The slice with most voxels inside, the first of equals; undefined for an empty mask. */
export function fullestSlice(mask: Mask): number | undefined {
  let fullest: number | undefined;
  let most = 0;
  for (let k = 0; k < mask.grid.size[2]; k++) {
    const count = countInside(maskSlice(mask, k));
    if (count > most) [fullest, most] = [k, count];
  }
  return fullest;
}

/** The bytes of slice k (a view, not a copy), length ni * nj. */
export function maskSlice(mask: Mask, k: number): Uint8Array {
  const area = mask.grid.size[0] * mask.grid.size[1];
  return mask.data.subarray(k * area, (k + 1) * area);
}
