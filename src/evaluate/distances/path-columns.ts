/** Added path length as columns and values: of one slice, and summed over the slices of a volume. */

import type { MetricColumn, MetricRow } from "#evaluate/metric-table.ts";
import type { Mask } from "#geometry/mask.ts";
import { maskSlice } from "#geometry/mask.ts";
import { addedPathLengthMm } from "./added-path-length.ts";

export const pathColumns: readonly MetricColumn[] = [
  {
    name: "aplMm",
    title: "APL",
    unit: "mm",
    definition: "added path length: contour of the reference that the prediction's does not run along",
    digits: 0,
  },
  {
    name: "aplOneVoxelMm",
    title: "APL, 1 voxel",
    unit: "mm",
    definition: "the same, where being one voxel off in the slice counts as along",
    digits: 0,
  },
];

/** Over all slices. Null for an empty reference: nothing is to be drawn, and what is to be erased is not measured. */
export function pathValues(reference: Mask, prediction: Mask): MetricRow["values"] {
  const slices = [...Array(reference.grid.size[2]).keys()];
  const drawn = slices.filter((k) => maskSlice(reference, k).includes(1));
  if (drawn.length === 0) return { aplMm: null, aplOneVoxelMm: null };
  const sum = (toleranceVoxels: 0 | 1): number =>
    drawn.reduce((mm, k) => mm + addedPathLengthMm(reference, prediction, k, toleranceVoxels), 0);
  return { aplMm: sum(0), aplOneVoxelMm: sum(1) };
}
