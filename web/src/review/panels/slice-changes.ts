/** What became of the automatic contour, slice by slice: kept, added, removed. Pure. */
import { type Mask, maskSlice } from "../../../../src/geometry/mask.ts";

export type Changes = { readonly kept: number; readonly added: number; readonly removed: number };
export type SliceChanges = Changes & { readonly k: number };

/** Voxels, for slices in which either has some, from the head down. */
export function sliceChanges(automatic: Mask, now: Mask): readonly SliceChanges[] {
  const slices: SliceChanges[] = [];
  for (let k = now.grid.size[2] - 1; k >= 0; k--) {
    const [before, after] = [maskSlice(automatic, k), maskSlice(now, k)];
    // A slice without a voxel is most of a CT: searching is many times faster than counting.
    if (!before.includes(1) && !after.includes(1)) continue;
    let [kept, added, removed] = [0, 0, 0];
    for (let at = 0; at < after.length; at++) {
      kept += before[at] & after[at];
      added += after[at] & ~before[at];
      removed += before[at] & ~after[at];
    }
    slices.push({ k, kept, added, removed });
  }
  return slices;
}

export function totalChanges(slices: readonly Changes[]): Changes {
  return slices.reduce<Changes>(
    (sum, { kept, added, removed }) => ({
      kept: sum.kept + kept,
      added: sum.added + added,
      removed: sum.removed + removed,
    }),
    { kept: 0, added: 0, removed: 0 },
  );
}
