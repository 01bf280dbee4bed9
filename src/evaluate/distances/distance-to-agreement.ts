/**
 * Distance to agreement (DTA): from each place on the automatic surface to the nearest place on the reference. The word is
 * used for several figures; here it is one-sided, from the contour that is judged, and comes as its mean and as the
 * distance within which 95 % of the automatic surface lies, by area.
 */
import { percentileMm } from "./hausdorff.ts";
import { meanDistanceMm } from "./mean-distance.ts";
import { bothPresent, type SurfaceDistances } from "./surface-distances.ts";

/** In mm; null if either surface is missing. */
export function meanDtaMm(distances: SurfaceDistances): number | null {
  return meanDistanceMm(distances, "predictionToReference");
}

/** In mm; null if either surface is missing. */
export function dta95Mm(distances: SurfaceDistances): number | null {
  return bothPresent(distances) ? percentileMm(distances.predictionToReference, 95) : null;
}
