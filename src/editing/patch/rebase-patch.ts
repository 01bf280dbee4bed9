/** A change that was drawn on one mask, made on another: what was drawn in is in, what was taken away is out, all else stays. */
import type { Mask } from "#geometry/mask.ts";
import { type MaskPatch, tighten } from "./mask-patch.ts";

/**
 * `drawn`: the mask that `patch` was drawn on, after it. The answer is for `now`, of the same grid: the voxels of `patch` that
 * are not as they are in `drawn`. Empty if all of them are.
 */
export function rebasePatch(patch: MaskPatch, drawn: Mask, now: Mask): MaskPatch {
  const [ni, nj] = now.grid.size;
  return patch.flatMap((slice) => {
    const { k, i0, j0, width } = slice;
    const flips = slice.flips.map((flip, at) => {
      const place = i0 + (at % width) + ni * (j0 + Math.floor(at / width) + nj * k);
      return flip & (drawn.data[place] ^ now.data[place]);
    });
    return tighten({ ...slice, flips }) ?? [];
  });
}
