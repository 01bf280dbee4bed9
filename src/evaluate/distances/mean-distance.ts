/**
 * Mean distances between two surfaces, weighted by area: one-sided, and symmetric over all elements of both (average and
 * root mean square symmetric surface distance; Heimann et al. 2009, doi:10.1109/TMI.2009.2013851).
 */
import { bothPresent, type OneSidedDistances, type SurfaceDistances } from "./surface-distances.ts";

/** Mean over one surface in mm; null if either surface is missing. */
export function meanDistanceMm(
  distances: SurfaceDistances,
  side: "referenceToPrediction" | "predictionToReference",
): number | null {
  if (!bothPresent(distances)) return null;
  return weightedSum(distances[side], 1) / distances[side].totalSize;
}

/** Over both surfaces together, in mm; null if either is missing. */
export function symmetricMeanMm(distances: SurfaceDistances): number | null {
  return meanPower(distances, 1);
}

/** Root of the mean square over both surfaces together, in mm; null if either is missing. */
export function rootMeanSquareMm(distances: SurfaceDistances): number | null {
  const square = meanPower(distances, 2);
  return square === null ? null : Math.sqrt(square);
}

function meanPower(distances: SurfaceDistances, power: 1 | 2): number | null {
  if (!bothPresent(distances)) return null;
  const { referenceToPrediction: a, predictionToReference: b } = distances;
  return (weightedSum(a, power) + weightedSum(b, power)) / (a.totalSize + b.totalSize);
}

function weightedSum({ distancesMm, sizes }: OneSidedDistances, power: 1 | 2): number {
  let sum = 0;
  for (let at = 0; at < sizes.length; at++) sum += sizes[at] * distancesMm[at] ** power;
  return sum;
}
