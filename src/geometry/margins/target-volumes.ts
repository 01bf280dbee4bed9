/**
 * The target volumes round a GTV, for the page that draws them and for the metrics that judge a contour by them: what lies inside
 * is said nowhere else. CTV = GTV and a margin for microscopic spread, PTV = CTV and a margin for set-up and motion. How a
 * margin is drawn is margins.ts; `marginsNeededMm` is its inverse, from the same surface and without drawing.
 */

import { type Mask, sameVoxels } from "#geometry/mask.ts";
import { expandMargin, type MarginLimits, type MarginsMm, sumMargins } from "./margins.ts";
import { onMargin } from "./margins-reach.ts";
import { surfacePoints } from "./margins-surface.ts";
import { nearestPoint } from "./nearest-points.ts";

/** GTV to CTV: microscopic spread by histology (Zhang 2020, after Giraud 2000). */
export const ctvMarginsMm = { Squamous: 6, Adeno: 8 } as const;

/** CTV to PTV, set-up and motion, where the department's own is not given: daily image guidance, motion dealt with otherwise. */
export const defaultPtvMarginMm = 5;

/** What a CTV may have been made of. */
type CtvOrigin = { readonly gtv: Mask; readonly marginsMm: MarginsMm };

type Ptv = {
  readonly mask: Mask;
  /** The GTV and CTV margin that the sum was taken from; undefined where the CTV was expanded as it is drawn. */
  readonly origin: CtvOrigin | undefined;
};

type PtvOptions = Pick<MarginLimits, "within"> & {
  /** May keep surfaces that were asked for before. */
  readonly surfaceOf?: (mask: Mask) => Float64Array;
};

/**
 * The CTV and `marginsMm` round it, kept `within` the body. Where the CTV is, voxel for voxel, what one of `origins` makes, the PTV
 * is that GTV with the sum of both margins, so that nothing is sampled twice. A CTV that was drawn over, or that bone cut
 * short, is expanded as it stands: the sum would take back what was cut. Throws as `expandMargin`, for the sum too.
 */
export function makePtv(
  ctv: Mask,
  marginsMm: MarginsMm,
  origins: readonly CtvOrigin[],
  { surfaceOf = surfacePoints, ...limits }: PtvOptions = {},
): Ptv {
  for (const origin of origins) {
    const surface = surfaceOf(origin.gtv);
    const expanded = expandMargin(origin.gtv, origin.marginsMm, limits, () => surface);
    if (!sameVoxels(expanded, ctv)) continue;
    return {
      mask: expandMargin(origin.gtv, sumMargins(origin.marginsMm, marginsMm), limits, () => surface),
      origin,
    };
  }
  return { mask: expandMargin(ctv, marginsMm, limits, surfaceOf), origin: undefined };
}

/**
 * For each voxel of `other` that is not in `gtv`, in memory order: the least margin, equal on all sides and without limits, that
 * holds it, in millimetres. Infinite for an empty GTV. Both masks lie on one grid.
 */
export function marginsNeededMm(gtv: Mask, other: Mask): Float64Array {
  const { size, spacingMm } = gtv.grid;
  const missing: number[] = [];
  for (let at = 0; at < other.data.length; at++)
    if (other.data[at] === 1 && gtv.data[at] === 0) missing.push(at);
  if (missing.length === 0) return new Float64Array(0);
  const distanceMm = nearestPoint(surfacePoints(gtv).map((value, at) => value * spacingMm[at % 3]));
  return Float64Array.from(missing, (at) => {
    const row = Math.floor(at / size[0]);
    const [i, j, k] = [at % size[0], row % size[1], Math.floor(row / size[1])];
    return distanceMm(i * spacingMm[0], j * spacingMm[1], k * spacingMm[2]);
  });
}

/** Whether a target volume holds a voxel that needs so much margin: as expandMargin draws it, for a margin above 0. */
export function isHeld(neededMm: number, marginMm: number): boolean {
  return (neededMm / marginMm) ** 2 <= onMargin;
}
