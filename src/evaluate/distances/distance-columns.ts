/** The metrics of this folder as columns and values of a metric table: of a volume's surfaces, and of a slice's contours. */
import type { MetricColumn, MetricRow } from "#evaluate/metric-table.ts";
import { dta95Mm, meanDtaMm } from "./distance-to-agreement.ts";
import { hausdorffMm } from "./hausdorff.ts";
import { meanDistanceMm, rootMeanSquareMm, symmetricMeanMm } from "./mean-distance.ts";
import type { SurfaceDistances } from "./surface-distances.ts";
import { surfaceDsc, surfaceOverlap } from "./surface-dsc.ts";

/** Tolerance at which the two surfaces' overlaps are given: about the variation between observers. */
const overlapToleranceMm = 3;

const millimetres = (name: string, title: string, definition: string): MetricColumn => ({
  name,
  title,
  unit: "mm",
  definition,
  digits: 2,
});

const ratio = (name: string, title: string, definition: string): MetricColumn => ({
  name,
  title,
  unit: "1",
  definition,
  digits: 3,
});

/** For both tables: in a slice the surfaces are its contours, and areas are lengths. */
export const distanceColumns: readonly MetricColumn[] = [
  millimetres("hdMm", "HD", "Hausdorff: greatest distance from either surface to the other"),
  millimetres("hd95Mm", "HD95", "greater of the two 95th percentiles, by area, of the distances"),
  millimetres("assdMm", "mean distance", "mean of the distances over both surfaces, by area"),
];

export const surfaceColumns: readonly MetricColumn[] = [
  millimetres("rmsMm", "RMS distance", "root mean square of the distances over both surfaces, by area"),
  millimetres(
    "referenceToPredictionMm",
    "reference to prediction",
    "mean distance of the reference's surface to the prediction's",
  ),
  millimetres("dtaMm", "DTA", "mean distance of the prediction's surface to the reference's"),
  millimetres("dta95Mm", "DTA95", "distance within which 95 % of the prediction's surface lies, by area"),
  ...[1, 2, 3].map((mm) =>
    ratio(`surfaceDsc${mm}Mm`, `surface DSC ${mm} mm`, `part of both surfaces within ${mm} mm of the other`),
  ),
  ratio(
    "referenceSurfaceOverlap",
    "reference surface met",
    `part of the reference's surface within ${overlapToleranceMm} mm of the prediction's`,
  ),
  ratio(
    "predictionSurfaceOverlap",
    "prediction surface right",
    `part of the prediction's surface within ${overlapToleranceMm} mm of the reference's`,
  ),
];

export function distanceValues(distances: SurfaceDistances): MetricRow["values"] {
  return {
    hdMm: hausdorffMm(distances),
    hd95Mm: hausdorffMm(distances, 95),
    assdMm: symmetricMeanMm(distances),
  };
}

export function surfaceValues(distances: SurfaceDistances): MetricRow["values"] {
  return {
    rmsMm: rootMeanSquareMm(distances),
    referenceToPredictionMm: meanDistanceMm(distances, "referenceToPrediction"),
    dtaMm: meanDtaMm(distances),
    dta95Mm: dta95Mm(distances),
    ...Object.fromEntries([1, 2, 3].map((mm) => [`surfaceDsc${mm}Mm`, surfaceDsc(distances, mm)])),
    referenceSurfaceOverlap: surfaceOverlap(distances.referenceToPrediction, overlapToleranceMm),
    predictionSurfaceOverlap: surfaceOverlap(distances.predictionToReference, overlapToleranceMm),
  };
}
