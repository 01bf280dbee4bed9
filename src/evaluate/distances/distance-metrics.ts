/** The measures of this folder as metrics: of a volume's surfaces, and of a slice's contours, whose areas are lengths. */
import { millimetres, type PairColumn, pairMetric } from "#evaluate/pair-metric.ts";
import { dta95Mm, meanDtaMm } from "./distance-to-agreement.ts";
import { hausdorffMm } from "./hausdorff.ts";
import { meanDistanceMm, rootMeanSquareMm, symmetricMeanMm } from "./mean-distance.ts";
import { surfaceDsc, surfaceOverlap } from "./surface-dsc.ts";

/** Tolerance at which the two surfaces' overlaps are given: about the variation between observers. */
const overlapToleranceMm = 3;

/** No distance where either surface is missing. */
const oneWay = { undefinedIf: ["reference", "prediction", "both"] } as const;
const eitherWay = { ...oneWay, symmetric: true } as const;

const ratio = { unit: "1", digits: 3 } as const;

/** For both tables. */
export const distanceMetrics = pairMetric({
  columns: [
    millimetres("hdMm", "HD", "Hausdorff: greatest distance from either surface to the other", eitherWay),
    millimetres(
      "hd95Mm",
      "HD95",
      "greater of the two 95th percentiles, by area, of the distances",
      eitherWay,
    ),
    millimetres("assdMm", "mean distance", "mean of the distances over both surfaces, by area", eitherWay),
  ],
  perSlice: true,
  measure: ({ distances }) => ({
    hdMm: hausdorffMm(distances),
    hd95Mm: hausdorffMm(distances, 95),
    assdMm: symmetricMeanMm(distances),
  }),
});

export const surfaceMetrics = pairMetric({
  columns: [
    millimetres(
      "rmsMm",
      "RMS distance",
      "root mean square of the distances over both surfaces, by area",
      eitherWay,
    ),
    millimetres(
      "referenceToPredictionMm",
      "reference to prediction",
      "mean distance of the reference's surface to the prediction's",
      oneWay,
    ),
    millimetres("dtaMm", "DTA", "mean distance of the prediction's surface to the reference's", oneWay),
    millimetres(
      "dta95Mm",
      "DTA95",
      "distance within which 95 % of the prediction's surface lies, by area",
      oneWay,
    ),
    surfaceDscColumn(1),
    surfaceDscColumn(2),
    surfaceDscColumn(3),
    {
      name: "referenceSurfaceOverlap",
      title: "reference surface met",
      definition: `part of the reference's surface within ${overlapToleranceMm} mm of the prediction's`,
      undefinedIf: ["reference", "both"],
      ...ratio,
    },
    {
      name: "predictionSurfaceOverlap",
      title: "prediction surface right",
      definition: `part of the prediction's surface within ${overlapToleranceMm} mm of the reference's`,
      undefinedIf: ["prediction", "both"],
      ...ratio,
    },
  ],
  perSlice: false,
  measure: ({ distances }) => ({
    rmsMm: rootMeanSquareMm(distances),
    referenceToPredictionMm: meanDistanceMm(distances, "referenceToPrediction"),
    dtaMm: meanDtaMm(distances),
    dta95Mm: dta95Mm(distances),
    surfaceDsc1Mm: surfaceDsc(distances, 1),
    surfaceDsc2Mm: surfaceDsc(distances, 2),
    surfaceDsc3Mm: surfaceDsc(distances, 3),
    referenceSurfaceOverlap: surfaceOverlap(distances.referenceToPrediction, overlapToleranceMm),
    predictionSurfaceOverlap: surfaceOverlap(distances.predictionToReference, overlapToleranceMm),
  }),
});

function surfaceDscColumn<const Mm extends number>(mm: Mm): PairColumn<`surfaceDsc${Mm}Mm`> {
  return {
    name: `surfaceDsc${mm}Mm`,
    title: `surface DSC ${mm} mm`,
    definition: `part of both surfaces within ${mm} mm of the other`,
    undefinedIf: ["both"],
    symmetric: true,
    ...ratio,
  };
}
