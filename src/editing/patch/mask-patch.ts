/**
 * A change to a mask as the voxels that changed sides: applied once it is the change, applied again it undoes it. That one
 * property is undo, redo, the saved log and the ledger. Slices are axial (k), as the log and the export are. How a patch is
 * found is between-masks.ts, how it is written patch-codec.ts.
 */
import { type Grid, voxelCount } from "#geometry/grid.ts";
import type { Mask } from "#geometry/mask.ts";

/** The box of a slice that holds every voxel that changed. */
export type SlicePatch = {
  readonly k: number;
  readonly i0: number;
  readonly j0: number;
  readonly width: number;
  readonly height: number;
  /** Length width * height, row by row: 1 where the voxel changed sides. */
  readonly flips: Uint8Array;
};

/** Ascending k, one for a slice, none without a voxel that changed, boxes tight. Empty: nothing changed. */
export type MaskPatch = readonly SlicePatch[];

/** Changes `mask` in place. Throws a plain `Error` if the patch leaves the grid: a programming fault. */
export function applyPatch(mask: Mask, patch: MaskPatch): void {
  const [ni, nj, nk] = mask.grid.size;
  for (const { k, i0, j0, width, height, flips } of patch) {
    if (k >= nk || i0 + width > ni || j0 + height > nj) throw new Error("a patch leaves its mask's grid");
    for (let y = 0; y < height; y++) {
      const row = i0 + ni * (j0 + y + nj * k);
      for (let x = 0; x < width; x++) mask.data[row + x] ^= flips[y * width + x];
    }
  }
}

/** The mask after all patches, in any order: a new array. `beganWith` null: from an empty mask. */
export function replayEdits(
  beganWith: Uint8Array | null,
  grid: Grid,
  patches: Iterable<MaskPatch>,
): Uint8Array {
  const data = beganWith === null ? new Uint8Array(voxelCount(grid)) : beganWith.slice();
  for (const patch of patches) applyPatch({ grid, data }, patch);
  return data;
}

/** Voxels that change sides. */
export function countFlips(patch: MaskPatch): number {
  return patch.reduce((sum, { flips }) => sum + flips.reduce((count, flip) => count + flip, 0), 0);
}

/** One patch that does what both do, in either order: voxels that both flip stay as they are. */
export function combinePatches(a: MaskPatch, b: MaskPatch): MaskPatch {
  const combined: SlicePatch[] = [];
  for (let m = 0, n = 0; m < a.length || n < b.length; ) {
    const [left, right] = [a[m]?.k ?? Number.POSITIVE_INFINITY, b[n]?.k ?? Number.POSITIVE_INFINITY];
    if (left < right) combined.push(a[m++]);
    else if (right < left) combined.push(b[n++]);
    else {
      const both = combineSlices(a[m++], b[n++]);
      if (both !== undefined) combined.push(both);
    }
  }
  return combined;
}

function combineSlices(a: SlicePatch, b: SlicePatch): SlicePatch | undefined {
  const [i0, j0] = [Math.min(a.i0, b.i0), Math.min(a.j0, b.j0)];
  const width = Math.max(a.i0 + a.width, b.i0 + b.width) - i0;
  const height = Math.max(a.j0 + a.height, b.j0 + b.height) - j0;
  const flips = new Uint8Array(width * height);
  for (const part of [a, b]) {
    for (let y = 0; y < part.height; y++) {
      const row = part.i0 - i0 + width * (part.j0 - j0 + y);
      for (let x = 0; x < part.width; x++) flips[row + x] ^= part.flips[y * part.width + x];
    }
  }
  return tighten({ k: a.k, i0, j0, width, height, flips });
}

/** The same flips in the smallest box; undefined without any. */
export function tighten(patch: SlicePatch): SlicePatch | undefined {
  const { k, i0, j0, width, height, flips } = patch;
  const first = flips.indexOf(1);
  if (first < 0) return undefined;
  const [top, bottom] = [Math.floor(first / width), Math.floor(flips.lastIndexOf(1) / width)];
  let [left, right] = [width, -1];
  for (let y = top; y <= bottom; y++) {
    const row = flips.subarray(y * width, (y + 1) * width);
    const begin = row.indexOf(1);
    if (begin < 0) continue;
    left = Math.min(left, begin);
    right = Math.max(right, row.lastIndexOf(1));
  }
  const [w, h] = [right - left + 1, bottom - top + 1];
  if (w === width && h === height) return patch;
  const cut = new Uint8Array(w * h);
  for (let y = 0; y < h; y++) {
    const row = left + width * (top + y);
    cut.set(flips.subarray(row, row + w), y * w);
  }
  return { k, i0: i0 + left, j0: j0 + top, width: w, height: h, flips: cut };
}
