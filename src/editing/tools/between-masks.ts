/**
 * The patch that leads from one mask to another: over a whole grid, or in a box where an operation worked. Equal slices
 * are passed over in words of four bytes, as most of a CT never changes.
 */

import { type MaskPatch, type SlicePatch, tighten } from "#editing/patch/mask-patch.ts";
import { type Box, boxFrom, boxSize, cropVoxels, unionBox } from "#geometry/crop.ts";
import { type Grid, voxelCount } from "#geometry/grid.ts";
import type { Mask } from "#geometry/mask.ts";

/** Both of the grid's length, 0 or 1. Throws a plain `Error` for other lengths: a programming fault. */
export function patchBetween(before: Uint8Array, after: Uint8Array, grid: Grid): MaskPatch {
  if (before.length !== voxelCount(grid) || after.length !== before.length)
    throw new Error("two masks of one grid are needed");
  const [ni, nj, nk] = grid.size;
  const area = ni * nj;
  const patch: SlicePatch[] = [];
  for (let k = 0; k < nk; k++) {
    const same = (rows: number, end: number): boolean =>
      equal(before, after, k * area + rows * ni, k * area + end * ni);
    if (same(0, nj)) continue;
    let [j0, end] = [0, nj];
    while (same(j0, j0 + 1)) j0++;
    while (same(end - 1, end)) end--;
    const from = k * area + j0 * ni;
    const flips = new Uint8Array((end - j0) * ni);
    for (let at = 0; at < flips.length; at++) flips[at] = before[from + at] ^ after[from + at];
    const slice = tighten({ k, i0: 0, j0, width: ni, height: end - j0, flips });
    if (slice !== undefined) patch.push(slice);
  }
  return patch;
}

/** As above where only a box changed: `after` is the box's voxels, i fastest. The box lies within the grid. */
export function patchInBox(mask: Mask, { from, to }: Box, after: Uint8Array): MaskPatch {
  const [ni, nj] = mask.grid.size;
  const [width, height] = [to[0] - from[0], to[1] - from[1]];
  const patch: SlicePatch[] = [];
  for (let k = from[2]; k < to[2]; k++) {
    const flips = new Uint8Array(width * height);
    for (let y = 0; y < height; y++) {
      const row = from[0] + ni * (from[1] + y + nj * k);
      const boxRow = width * (y + height * (k - from[2]));
      for (let x = 0; x < width; x++) flips[y * width + x] = mask.data[row + x] ^ after[boxRow + x];
    }
    const slice = tighten({ k, i0: from[0], j0: from[1], width, height, flips });
    if (slice !== undefined) patch.push(slice);
  }
  return patch;
}

/** The patch that leads to what is inside the box, and to nothing elsewhere. `bounds`: a box that holds the mask's voxels, if it has any. */
export function patchToBox(
  mask: Mask,
  bounds: Box | undefined,
  { box, inside }: { readonly box: Box; readonly inside: Uint8Array },
): MaskPatch {
  const union = unionBox(bounds, box) ?? box;
  return patchInBox(mask, union, cropVoxels(inside, boxSize(box), boxFrom(box.from, union)));
}

/** The patch that leads to `after`, a slice of the grid, and changes no other slice. */
export function patchOfSlice(mask: Mask, k: number, after: Uint8Array): MaskPatch {
  const [ni, nj] = mask.grid.size;
  return patchInBox(mask, { from: [0, 0, k], to: [ni, nj, k + 1] }, after);
}

/** Whether the bytes from `from` up to `to` are the same. */
function equal(a: Uint8Array, b: Uint8Array, from: number, to: number): boolean {
  if ((a.byteOffset + from) % 4 === 0 && (b.byteOffset + from) % 4 === 0 && (to - from) % 4 === 0) {
    const count = (to - from) / 4;
    const [p, q] = [a, b].map((bytes) => new Uint32Array(bytes.buffer, bytes.byteOffset + from, count));
    for (let at = 0; at < count; at++) if (p[at] !== q[at]) return false;
    return true;
  }
  for (let at = from; at < to; at++) if (a[at] !== b[at]) return false;
  return true;
}
