/**
 * Every metric of one patient's pair of masks: a row for the whole volume, and one for each slice in which either mask has
 * voxels. The columns stand beside the rows; a new metric is added here and nowhere else.
 * Not here: averages over patients (summary.ts), tests between models (src/statistics), several observers.
 */
import { type Mask, volumeCc } from "../geometry/mask.ts";
import {
  type MetricColumn,
  type MetricRow,
  type MetricTable,
  overlapColumns,
  overlapValues,
  volumeColumns,
} from "./metric-table.ts";
import { sliceOverlaps, volumeOverlap } from "./overlap.ts";

/** Columns of a table with one row a patient. */
export const patientColumns: readonly MetricColumn[] = [...overlapColumns, ...volumeColumns];

/** Columns of a table with one row a slice. */
export const sliceColumns: readonly MetricColumn[] = overlapColumns;

export type PairEvaluation = { readonly volume: MetricRow; readonly slices: readonly MetricRow[] };

/** Both masks lie on the same grid; either may be empty. Throws if their sizes differ: a programming fault. */
export function evaluatePair(patient: string, reference: Mask, prediction: Mask): PairEvaluation {
  return {
    volume: {
      patient,
      values: {
        ...overlapValues(volumeOverlap(reference, prediction)),
        referenceCc: volumeCc(reference),
        predictionCc: volumeCc(prediction),
      },
    },
    slices: sliceOverlaps(reference, prediction).flatMap((overlap, slice): MetricRow[] => {
      const { truePositives, falsePositives, falseNegatives } = overlap.counts;
      const empty = truePositives + falsePositives + falseNegatives === 0;
      return empty ? [] : [{ patient, slice, values: overlapValues(overlap) }];
    }),
  };
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
