/**
 * Hausdorff distance between two surfaces: the greatest distance of an element of either to the other; and its robust form,
 * the greater of the two percentiles by area (HD95 at 95 %), as surface-distance's compute_robust_hausdorff.
 */
import { bothPresent, type OneSidedDistances, type SurfaceDistances } from "./surface-distances.ts";

/** In mm; null if either surface is missing. 100 % is the plain Hausdorff distance. */
export function hausdorffMm(distances: SurfaceDistances, percent = 100): number | null {
  if (!bothPresent(distances)) return null;
  return Math.max(
    percentileMm(distances.referenceToPrediction, percent),
    percentileMm(distances.predictionToReference, percent),
  );
}

/** The least distance within which `percent` of the surface lies, by area. The surface must have elements. */
export function percentileMm({ distancesMm, sizes, totalSize }: OneSidedDistances, percent: number): number {
  const last = distancesMm.length - 1;
  let sum = 0;
  for (let at = 0; at < last; at++) {
    sum += sizes[at];
    if (percent < 100 && sum / totalSize >= percent / 100) return distancesMm[at];
  }
  return distancesMm[last];
}
