/** Added path length as a metric: of one slice, and summed over the slices of a volume. */
import { pairMetric } from "#evaluate/pair-metric.ts";
import { filledSlices, type Mask } from "#geometry/mask.ts";
import { type AddedPath, addedPathLength } from "./added-path-length.ts";

const path = { unit: "mm", digits: 0, undefinedIf: ["reference", "both"] } as const;

export const addedPathMetrics = pairMetric({
  columns: [
    {
      name: "aplMm",
      title: "APL",
      definition: "added path length: contour of the reference that the prediction's does not run along",
      ...path,
    },
    {
      name: "aplOneVoxelMm",
      title: "APL, 1 voxel",
      definition: "the same, where being one voxel off in the slice counts as along",
      ...path,
    },
  ],
  perSlice: true,
  measure: ({ reference, prediction }) => addedPathLengthsMm(reference, prediction),
});

/** Over all slices. Null for an empty reference: nothing is to be drawn, and what is to be erased is not measured. */
export function addedPathLengthsMm(reference: Mask, prediction: Mask) {
  const drawnSlices = filledSlices(reference);
  if (drawnSlices.length === 0) return { aplMm: null, aplOneVoxelMm: null };
  const added = drawnSlices.map((k) => addedPathLength(reference, prediction, k));
  const sum = (mmOf: (slice: AddedPath) => number): number =>
    added.reduce((mm, slice) => mm + mmOf(slice), 0);
  return { aplMm: sum(({ exactMm }) => exactMm), aplOneVoxelMm: sum(({ oneVoxelMm }) => oneVoxelMm) };
}
