/**
 * From confidences to one tumour, at the model's own level or another: the same for the model's contour (segment/clean-up.ts)
 * and for the level that a person tries (level-contours.ts). A network that sees single slices finds scattered bits; the
 * primary tumour is one body, the one with the most confidence in it: volume alone would prefer a large doubtful region to a
 * small certain one. A region with hardly any lung below it counts for little (anatomy/lung-support.ts), and is kept if there
 * is no other. Not here: which of several it is where a network is nearly as sure of one as of another (segment/second-look/rival-regions.ts).
 */

import { type CoarseLungs, lungSupport } from "#anatomy/lung-support.ts";
import { indexOfGreatest } from "#core/greatest.ts";
import { type Confidence, certainByte, certaintyAbove } from "#geometry/confidence.ts";
import { type ConnectedRuns, connectedRuns, runsOfRegion } from "#geometry/regions/connected-components.ts";
import type { Runs } from "#geometry/regions/runs.ts";

/** From this part of the lower surface on, a region counts in full: tumours may lie on the diaphragm with the rest. */
const fullSupport = 0.3;
/** A voxel counts by this power of its confidence: at a low operating point a wide doubtful region has many voxels. */
const certaintyPower = 4;
/** What a region without any lung below counts. */
const leastWeight = 0.02;

export type WeighedRegions = {
  readonly regions: ConnectedRuns;
  /** How sure each region 1 .. count is; the first entry is for no region. */
  readonly weights: Float64Array;
};

/** The regions of bytes from `level` (1 to 255) on. The CT is upright. `lungs` is asked only where there is a choice; undefined where there are none. */
export function weighRegions(
  { grid, data }: Confidence,
  level: number,
  lungs: () => CoarseLungs | undefined,
): WeighedRegions {
  const regions = connectedRuns({ grid, data }, { level });
  const weights = weightsOf(data, level, regions);
  const coarseLungs = regions.count > 1 ? lungs() : undefined;
  if (coarseLungs !== undefined) {
    lungSupport(coarseLungs, regions, grid, (at) => data[at] >= level).forEach((part, label) => {
      weights[label] *= leastWeight + (1 - leastWeight) * Math.min(1, part / fullSupport);
    });
  }
  return { regions, weights };
}

/** The number of the surest one; 0 where there is none. */
export function surestOf({ weights }: WeighedRegions): number {
  return indexOfGreatest(weights);
}

/**
 * Of the regions of bytes from `level` on the one that has the most certainty in common with `contour`, which is empty or not; none
 * where none has any. `certainty`: of a byte.
 */
export function regionOf(
  { grid, data }: Confidence,
  level: number,
  contour: Runs,
  certainty: (byte: number) => number,
): Runs {
  const regions = connectedRuns({ grid, data }, { level });
  const { starts, ends, labels, count } = regions;
  const shared = new Float64Array(count + 1);
  for (let run = 0, first = 0; run < starts.length; run++) {
    while (first < contour.starts.length && contour.ends[first] <= starts[run]) first++;
    for (let other = first; other < contour.starts.length && contour.starts[other] < ends[run]; other++) {
      const end = Math.min(ends[run], contour.ends[other]);
      for (let at = Math.max(starts[run], contour.starts[other]); at < end; at++)
        shared[labels[run]] += certainty(data[at]);
    }
  }
  return runsOfRegion(regions, indexOfGreatest(shared));
}

/** For each region 1 .. count the certainty in it, the doubtful for little; the first entry is 0. */
function weightsOf(data: Uint8Array, level: number, regions: ConnectedRuns): Float64Array {
  const ofByte = Float64Array.from(
    { length: certainByte + 1 },
    (_, byte) => certaintyAbove(byte, level) ** certaintyPower,
  );
  const weights = new Float64Array(regions.count + 1);
  regions.labels.forEach((label, run) => {
    for (let at = regions.starts[run]; at < regions.ends[run]; at++) weights[label] += ofByte[data[at]];
  });
  return weights;
}
