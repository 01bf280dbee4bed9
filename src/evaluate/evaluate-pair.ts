/**
 * Every metric of one patient's pair of masks: a row for the whole volume, and one for each slice in which either mask has
 * voxels. The columns stand beside the rows; docs/metrics.md holds the definitions, and the table of what each metric is
 * where a mask is empty: null where it is undefined, never a number made up for it.
 * Not here: averages over patients (summary.ts), tests between models (src/statistics), several observers.
 */
import { type Box, boundingBox, cropMask, unionBox } from "../geometry/crop.ts";
import { type Mask, volumeCc } from "../geometry/mask.ts";
import {
  distanceColumns,
  distanceValues,
  surfaceColumns,
  surfaceValues,
} from "./distances/distance-columns.ts";
import { pathColumns, pathValues } from "./distances/path-columns.ts";
import { contourDistances, surfaceDistances } from "./distances/surface-distances.ts";
import { detectLesions, lesionColumns } from "./lesions.ts";
import { defaultPtvMarginMm, marginColumns, marginValues } from "./margins.ts";
import {
  type MetricColumn,
  type MetricRow,
  type MetricTable,
  overlapColumns,
  overlapValues,
  volumeColumns,
  volumeValues,
} from "./metric-table.ts";
import { sliceOverlaps, volumeOverlap } from "./overlap.ts";

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

export type PairOptions = {
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
  const overlap = overlapValues(volumeOverlap(reference, prediction));
  const volumes = volumeValues(volumeCc(reference), volumeCc(prediction));
  // All but the overlap looks only at the box that holds both masks; one voxel of it where both are empty.
  const box = unionBox(boundingBox(reference), boundingBox(prediction)) ?? { from: [0, 0, 0], to: [1, 1, 1] };
  const [truth, automatic] = [cropMask(reference, box), cropMask(prediction, box)];
  const distances = surfaceDistances(truth, automatic);
  return {
    volume: {
      patient,
      values: {
        ...overlap,
        ...volumes,
        ...distanceValues(distances),
        ...surfaceValues(distances),
        ...pathValues(truth, automatic),
        ...detectLesions(truth, automatic),
        ...marginValues(truth, automatic, ptvMarginMm),
      },
    },
    slices: sliceRows(patient, reference, prediction, box),
  };
}

function sliceRows(patient: string, reference: Mask, prediction: Mask, { from, to }: Box): MetricRow[] {
  return sliceOverlaps(reference, prediction).flatMap((overlap, slice): MetricRow[] => {
    const { truePositives, falsePositives, falseNegatives } = overlap.counts;
    if (truePositives + falsePositives + falseNegatives === 0) return [];
    const box: Box = { from: [from[0], from[1], slice], to: [to[0], to[1], slice + 1] };
    const [truth, automatic] = [cropMask(reference, box), cropMask(prediction, box)];
    const distances = contourDistances(truth, automatic);
    const values = {
      ...overlapValues(overlap),
      ...distanceValues(distances),
      ...pathValues(truth, automatic, 0),
    };
    return [{ patient, slice, values }];
  });
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
