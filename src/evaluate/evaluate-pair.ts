/**
 * Every metric of one patient's pair of masks: a row for the whole volume, and one for each slice in which either mask has
 * voxels. The columns stand beside the rows; docs/metrics.md holds the definitions, and the table of what each metric is
 * where a mask is empty: null where it is undefined, never a number made up for it.
 * Not here: averages over patients (summary.ts), tests between models (src/statistics), several observers.
 */
import { type Box, boundingBox, cropMask, unionBox } from "#geometry/crop.ts";
import { defaultPtvMarginMm } from "#geometry/margins/target-volumes.ts";
import { type Mask, volumeCc } from "#geometry/mask.ts";
import { countOverlap, type Overlap, overlapFromCounts } from "#geometry/overlap.ts";
import {
  distanceColumns,
  distanceValues,
  surfaceColumns,
  surfaceValues,
} from "./distances/distance-columns.ts";
import { pathColumns, pathValues } from "./distances/path-columns.ts";
import { contourDistances, surfaceDistances } from "./distances/surface-distances.ts";
import { detectLesions, lesionColumns } from "./lesions.ts";
import { marginColumns, marginValues } from "./margins.ts";
import {
  type MetricColumn,
  type MetricRow,
  type MetricTable,
  overlapColumns,
  overlapValues,
  volumeColumns,
  volumeValues,
} from "./metric-table.ts";

/** Columns of a table with one row a patient. */
export const patientColumns: readonly MetricColumn[] = [
  ...overlapColumns,
  ...volumeColumns,
  ...distanceColumns,
  ...surfaceColumns,
  ...pathColumns,
  ...lesionColumns,
  ...marginColumns,
];

/** Columns of a table with one row a slice. */
export const sliceColumns: readonly MetricColumn[] = [...overlapColumns, ...distanceColumns, ...pathColumns];

type PairOptions = {
  /** Margin from CTV to PTV. */
  readonly ptvMarginMm?: number | undefined;
};

export type PairEvaluation = { readonly volume: MetricRow; readonly slices: readonly MetricRow[] };

/** Both masks lie on the same grid; either may be empty. Throws if their sizes differ: a programming fault. */
export function evaluatePair(
  patient: string,
  reference: Mask,
  prediction: Mask,
  { ptvMarginMm = defaultPtvMarginMm }: PairOptions = {},
): PairEvaluation {
  if (reference.data.length !== prediction.data.length)
    throw new Error("masks of different grids cannot be compared");
  // Only the box that holds both masks is looked at, one voxel where both are empty; the rest is true negatives.
  const box = unionBox(boundingBox(reference), boundingBox(prediction)) ?? { from: [0, 0, 0], to: [1, 1, 1] };
  const [truth, automatic] = [cropMask(reference, box), cropMask(prediction, box)];
  const [ni, nj, nk] = reference.grid.size;
  const distances = surfaceDistances(truth, automatic);
  const slices = Array.from({ length: truth.grid.size[2] }, (_, k) =>
    sliceValues(cropMask(truth, sliceBox(truth, k)), cropMask(automatic, sliceBox(truth, k)), ni * nj),
  );
  return {
    volume: {
      patient,
      values: {
        ...overlapValues(overlapInField(truth, automatic, ni * nj * nk)),
        ...volumeValues(volumeCc(truth), volumeCc(automatic)),
        ...distanceValues(distances),
        ...surfaceValues(distances),
        ...pathValues(truth, automatic),
        ...detectLesions(truth, automatic),
        ...marginValues(truth, automatic, ptvMarginMm),
      },
    },
    slices: slices.flatMap((values, k): MetricRow[] =>
      values === undefined ? [] : [{ patient, slice: k + box.from[2], values }],
    ),
  };
}

function sliceBox({ grid }: Mask, k: number): Box {
  return { from: [0, 0, k], to: [grid.size[0], grid.size[1], k + 1] };
}

/** Of two masks one slice deep; undefined if both are empty. */
function sliceValues(truth: Mask, automatic: Mask, fieldVoxels: number): MetricRow["values"] | undefined {
  const overlap = overlapInField(truth, automatic, fieldVoxels);
  const { truePositives, falsePositives, falseNegatives } = overlap.counts;
  if (truePositives + falsePositives + falseNegatives === 0) return undefined;
  return {
    ...overlapValues(overlap),
    ...distanceValues(contourDistances(truth, automatic)),
    ...pathValues(truth, automatic),
  };
}

/** Overlap of two cropped masks in a field of view of more voxels, all of them outside both. */
function overlapInField(truth: Mask, automatic: Mask, fieldVoxels: number): Overlap {
  const counts = countOverlap(truth.data, automatic.data);
  const beyond = fieldVoxels - truth.data.length;
  return overlapFromCounts({ ...counts, trueNegatives: counts.trueNegatives + beyond });
}

/** The rows of several patients as the two tables: one case a patient, and one case a slice of any of them. */
export function metricTables(pairs: readonly PairEvaluation[]): {
  readonly patients: MetricTable;
  readonly slices: MetricTable;
} {
  return {
    patients: {
      unit: "patient",
      cases: "one a patient, over its whole volume",
      fieldOfView: "every voxel of the CT (of the reference's grid where there is no CT)",
      columns: patientColumns,
      rows: pairs.map(({ volume }) => volume),
    },
    slices: {
      unit: "slice",
      cases: "slices in which the reference or the prediction has voxels, of all patients",
      fieldOfView: "every voxel of the slice",
      columns: sliceColumns,
      rows: pairs.flatMap(({ slices }) => slices),
    },
  };
}
