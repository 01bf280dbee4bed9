/**
 * A patient's pair of masks as rows of metrics: one for the whole volume, and one for each slice in which either mask has voxels.
 * Which metrics there are is metrics.ts; docs/metrics.md holds the definitions, and what each is where a mask is empty: null
 * where it is undefined, never a number made up for it.
 * Not here: averages over patients (statistics/summary.ts), tests between models (src/statistics), several observers.
 */
import { type Box, boundingBox, cropMask, unionBox } from "#geometry/crop.ts";
import { defaultPtvMarginMm } from "#geometry/margins/target-volumes.ts";
import type { Mask } from "#geometry/mask.ts";
import { countOverlap, type Overlap, overlapFromCounts } from "#geometry/overlap.ts";
import { contourDistances, surfaceDistances } from "./distances/surface-distances.ts";
import type { MetricRow, MetricTable } from "./metric-table.ts";
import { measureSlice, measureVolume, patientColumns, sliceColumns } from "./metrics.ts";

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
  const slices = Array.from({ length: truth.grid.size[2] }, (_, k) => {
    const slice = {
      reference: cropMask(truth, sliceBox(truth, k)),
      prediction: cropMask(automatic, sliceBox(truth, k)),
    };
    return sliceValues(slice, ni * nj, ptvMarginMm);
  });
  return {
    volume: {
      patient,
      values: measureVolume({
        reference: truth,
        prediction: automatic,
        overlap: overlapInField(truth, automatic, ni * nj * nk),
        distances: surfaceDistances(truth, automatic),
        ptvMarginMm,
      }),
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
function sliceValues(
  { reference, prediction }: { readonly reference: Mask; readonly prediction: Mask },
  fieldVoxels: number,
  ptvMarginMm: number,
): MetricRow["values"] | undefined {
  const overlap = overlapInField(reference, prediction, fieldVoxels);
  const { truePositives, falsePositives, falseNegatives } = overlap.counts;
  if (truePositives + falsePositives + falseNegatives === 0) return undefined;
  const distances = contourDistances(reference, prediction);
  return measureSlice({ reference, prediction, overlap, distances, ptvMarginMm });
}

/** Overlap of two cropped masks in a field of view of more voxels, all of them outside both. */
function overlapInField(truth: Mask, automatic: Mask, fieldVoxels: number): Overlap {
  const counts = countOverlap(truth.data, automatic.data);
  const beyond = fieldVoxels - truth.data.length;
  return overlapFromCounts({ ...counts, trueNegatives: counts.trueNegatives + beyond });
}

/** The rows of several patients as the two tables: one case per patient, and one case per slice of any of them. */
export function metricTables(pairs: readonly PairEvaluation[]): {
  readonly patients: MetricTable;
  readonly slices: MetricTable;
} {
  return {
    patients: {
      unit: "patient",
      cases: "one per patient, over its whole volume",
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
