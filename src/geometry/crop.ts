/** The box of a mask's voxels, and the part of a mask in a box: what is measured on a tumour need not touch the whole CT. */
import { type Vector3, voxelPoint } from "#core/coordinates.ts";
import { type Grid, voxelToPatient } from "./grid.ts";
import { type Mask, maskSlice } from "./mask.ts";
import { nextInside } from "./seek.ts";

/** Voxels i, j, k with from <= index < to. */
export type Box = { readonly from: Vector3; readonly to: Vector3 };

/** Voxels along i, j, k. */
export function boxSize({ from, to }: Box): Vector3 {
  return [to[0] - from[0], to[1] - from[1], to[2] - from[2]];
}

/** The smallest box that holds every inside voxel; undefined for an empty mask. */
export function boundingBox(mask: Mask): Box | undefined {
  return boundingBoxOf(mask, 0, mask.grid.size[2]);
}

/** The same where slices below `fromSlice`, and from `toSlice` on, are known to be empty. */
export function boundingBoxOf(mask: Mask, fromSlice: number, toSlice: number): Box | undefined {
  const [ni, nj, nk] = mask.grid.size;
  let [left, right, top, bottom, first, last] = [ni, -1, nj, -1, nk, -1];
  for (let k = fromSlice; k < toSlice; k++) {
    const slice = maskSlice(mask, k);
    for (let at = nextInside(slice, 0, slice.length); at < slice.length; ) {
      const j = Math.floor(at / ni);
      const row = j * ni;
      left = Math.min(left, at - row);
      right = Math.max(right, slice.subarray(row, row + ni).lastIndexOf(1));
      top = Math.min(top, j);
      bottom = Math.max(bottom, j);
      first = Math.min(first, k);
      last = k;
      at = nextInside(slice, row + ni, slice.length);
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

/** The box and all voxels within a distance of it along the axes, as far as the grid goes. */
export function growBox({ from, to }: Box, mm: number, { size, spacingMm }: Grid): Box {
  const step = (axis: 0 | 1 | 2): number => Math.ceil(mm / spacingMm[axis]);
  const low = (axis: 0 | 1 | 2): number => Math.max(0, from[axis] - step(axis));
  const high = (axis: 0 | 1 | 2): number => Math.min(size[axis], to[axis] + step(axis));
  return { from: [low(0), low(1), low(2)], to: [high(0), high(1), high(2)] };
}

/** The box with its places counted from `corner`. */
export function boxFrom(corner: Vector3, { from, to }: Box): Box {
  const moved = ([i, j, k]: Vector3): Vector3 => [i - corner[0], j - corner[1], k - corner[2]];
  return { from: moved(from), to: moved(to) };
}

/** The grid of a box's voxels, which may lie beyond the grid's own: in the same place in patient space. */
export function gridOfBox(grid: Grid, box: Box): Grid {
  return { ...grid, size: boxSize(box), origin: voxelToPatient(grid, voxelPoint(...box.from)) };
}

/** The part of a mask in a box, with `padding` voxels of background on every side; in the same place in patient space. */
export function cropMask(mask: Mask, box: Box, padding = 0): Mask {
  const { from, to } = box;
  const around: Box = {
    from: [from[0] - padding, from[1] - padding, from[2] - padding],
    to: [to[0] + padding, to[1] + padding, to[2] + padding],
  };
  const part = cropVoxels(mask.data, mask.grid.size, box);
  // What lies beyond the box is background, also where the mask goes on.
  const data = padding === 0 ? part : cropVoxels(part, boxSize(box), boxFrom(from, around));
  return { grid: gridOfBox(mask.grid, around), data };
}

/** The part in a box of voxels (HU, a mask, confidence) in the memory order of `size`; `beyond` where the box leaves them. */
export function cropVoxels<Voxels extends Int16Array | Uint8Array>(
  voxels: Voxels,
  [columns, rows, slices]: Vector3,
  box: Box,
  beyond = 0,
): Voxels {
  const { from, to } = box;
  const [width, height, depth] = boxSize(box);
  const part = filled(voxels, width * height * depth, beyond);
  const [left, right] = [Math.max(0, from[0]), Math.min(columns, to[0])];
  if (right <= left) return part;
  for (let k = Math.max(0, from[2]); k < Math.min(slices, to[2]); k++) {
    for (let j = Math.max(0, from[1]); j < Math.min(rows, to[1]); j++) {
      const row = columns * (j + rows * k);
      const at = left - from[0] + width * (j - from[1] + height * (k - from[2]));
      part.set(voxels.subarray(row + left, row + right), at);
    }
  }
  return part;
}

/** The way back, for one byte a voxel: the part in its place among the voxels of `size`, 0 elsewhere. The box lies within them. */
export function uncropVoxels(part: Uint8Array, box: Box, size: Vector3): Uint8Array {
  const voxels = new Uint8Array(size[0] * size[1] * size[2]);
  const [width, height, depth] = boxSize(box);
  for (let k = 0, start = 0; k < depth; k++) {
    for (let j = 0; j < height; j++, start += width) {
      const row = size[0] * (box.from[1] + j + size[1] * (box.from[2] + k));
      voxels.set(part.subarray(start, start + width), row + box.from[0]);
    }
  }
  return voxels;
}

function filled<Voxels extends Int16Array | Uint8Array>(like: Voxels, length: number, value: number): Voxels {
  const part = like instanceof Int16Array ? new Int16Array(length) : new Uint8Array(length);
  return (value === 0 ? part : part.fill(value)) as Voxels;
}

/** The mask cut to the box of its voxels; undefined for an empty one. */
export function cropToMask(mask: Mask): Mask | undefined {
  const box = boundingBox(mask);
  return box === undefined ? undefined : cropMask(mask, box);
}
