/**
 * What a review changed: the edited mask against the automatic one, slice by slice and altogether. Counts of voxels and
 * volumes only; the length of contour that was drawn anew is evaluate/ (added path length).
 */
import { sameGrid, voxelVolumeCc } from "#geometry/grid.ts";
import { type Mask, maskSlice } from "#geometry/mask.ts";

/** Voxels of one slice. */
export type LedgerSlice = {
  readonly k: number;
  /** Inside in both. */
  readonly kept: number;
  /** Inside in the edited mask only. */
  readonly added: number;
  /** Inside in the automatic mask only. */
  readonly removed: number;
};

export type EditLedger = {
  /** From the feet up, slices with a voxel of either mask only. */
  readonly slices: readonly LedgerSlice[];
  /** Slices in which a voxel was added or removed. */
  readonly slicesTouched: number;
  readonly keptCc: number;
  readonly addedCc: number;
  readonly removedCc: number;
  readonly automaticCc: number;
  readonly editedCc: number;
};

/** No slices and all 0 for two empty masks. Throws a plain `Error` for masks of different grids: a programming fault. */
export function editLedger(automatic: Mask, edited: Mask): EditLedger {
  if (!sameGrid(automatic.grid, edited.grid)) throw new Error("a ledger needs two masks of one grid");
  const slices: LedgerSlice[] = [];
  for (let k = 0; k < edited.grid.size[2]; k++) {
    const [before, after] = [maskSlice(automatic, k), maskSlice(edited, k)];
    let [kept, added, removed] = [0, 0, 0];
    for (let at = 0; at < before.length; at++) {
      kept += before[at] & after[at];
      added += after[at] & (1 - before[at]);
      removed += before[at] & (1 - after[at]);
    }
    if (kept + added + removed > 0) slices.push({ k, kept, added, removed });
  }
  const cc = voxelVolumeCc(edited.grid);
  const total = (of: (slice: LedgerSlice) => number): number =>
    slices.reduce((sum, slice) => sum + of(slice), 0) * cc;
  return {
    slices,
    slicesTouched: slices.filter(({ added, removed }) => added + removed > 0).length,
    keptCc: total(({ kept }) => kept),
    addedCc: total(({ added }) => added),
    removedCc: total(({ removed }) => removed),
    automaticCc: total(({ kept, removed }) => kept + removed),
    editedCc: total(({ kept, added }) => kept + added),
  };
}
