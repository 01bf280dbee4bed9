/**
 * A change to a mask as the voxels that changed sides: applied once it is the change, applied again it undoes it. That one
 * property is undo, redo, the saved log and the ledger. Slices are axial (k), as the log and the export are.
 */
import type { Mask } from "../geometry/mask.ts";

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

/** Ascending k, one for a slice, none without a voxel that changed. Empty: nothing changed. */
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

/** Voxels that change sides. */
export function countFlips(patch: MaskPatch): number {
  return patch.reduce((sum, { flips }) => sum + flips.reduce((count, flip) => count + flip, 0), 0);
}
