/** Whole axial slices at a time: a slice's contour copied to another slice, or cleared. */

import type { MaskPatch } from "#editing/patch/mask-patch.ts";
import { type Mask, maskSlice } from "#geometry/mask.ts";
import { patchOfSlice } from "./between-masks.ts";

/** Slice `to` becomes as slice `from` is; what was there is replaced. Empty beside the grid or where they are equal. */
export function copySlice(mask: Mask, from: number, to: number): MaskPatch {
  const count = mask.grid.size[2];
  if (from < 0 || to < 0 || from >= count || to >= count) return [];
  return patchOfSlice(mask, to, maskSlice(mask, from));
}

/** Slice `k` becomes empty. */
export function clearSlice(mask: Mask, k: number): MaskPatch {
  if (k < 0 || k >= mask.grid.size[2]) return [];
  return patchOfSlice(mask, k, new Uint8Array(mask.grid.size[0] * mask.grid.size[1]));
}
