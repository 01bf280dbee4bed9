/**
 * Contouring from a click and from a box, tried on a patient with a reference: random clicks inside the reference, and the box
 * round it with some millimetres more. The clicks depend on the seed and the reference alone.
 */

import { type VoxelPoint, voxelPoint } from "#core/coordinates.ts";
import { createRandom } from "#core/random.ts";
import type { Region } from "#editing/region-cut/segment-region.ts";
import { type Box, boundingBox } from "#geometry/crop.ts";
import { distanceToMask } from "#geometry/distances/distance-transform.ts";
import { type Mask, maskWhere } from "#geometry/mask.ts";
import { overlapInBox } from "#geometry/overlap.ts";

/** Clicks are drawn evenly among the voxels that are this many pixels from the border in their slice. */
export const clickDepthPixels = 3;
export const boxRoomMm = 5;

export type Trial = { readonly dsc: number; readonly seconds: number; readonly click?: VoxelPoint };

export type ClickSummary = {
  readonly median: number;
  /** Trials below a DSC of 0.4. */
  readonly below: number;
  readonly trials: number;
  readonly fifthPercentile: number;
  readonly secondsPerClick: number;
  readonly slowest: number;
};

/** Where nothing lies so deep, the deepest places. Empty for an empty reference. */
export function drawClicks(reference: Mask, count: number, seed: number): VoxelPoint[] {
  const { grid, data } = reference;
  const [ni, nj] = grid.size;
  // Slices so far apart that the nearest voxel outside is always in the same one.
  const flat = { ...grid, spacingMm: [1, 1, ni + nj] as const };
  const depth = distanceToMask(maskWhere(flat, (at) => data[at] === 0));
  const places: number[] = [];
  let deepest = 0;
  for (let at = 0; at < data.length; at++) deepest = Math.max(deepest, depth[at]);
  if (deepest === 0) return [];
  const least = Math.min(clickDepthPixels, deepest);
  for (let at = 0; at < data.length; at++) if (data[at] === 1 && depth[at] >= least) places.push(at);
  const random = createRandom(seed).fork("clicks");
  return Array.from({ length: count }, () => {
    const at = random.pick(places);
    return voxelPoint(at % ni, Math.floor(at / ni) % nj, Math.floor(at / (ni * nj)));
  });
}

export async function clickTrials(
  reference: Mask,
  segment: (click: VoxelPoint) => Promise<Region>,
  { count, seed }: { readonly count: number; readonly seed: number },
): Promise<Trial[]> {
  const trials: Trial[] = [];
  for (const click of drawClicks(reference, count, seed))
    trials.push({ ...(await timed(reference, () => segment(click))), click });
  return trials;
}

export async function boxTrial(reference: Mask, segment: (box: Box) => Promise<Region>): Promise<Trial> {
  const box = boundingBox(reference);
  if (box === undefined) throw new Error("the reference is empty: there is no box round it");
  const room = reference.grid.spacingMm.map((mm) => Math.ceil(boxRoomMm / mm));
  const { from, to } = box;
  return timed(reference, () =>
    segment({
      from: [from[0] - room[0], from[1] - room[1], from[2] - room[2]],
      to: [to[0] + room[0], to[1] + room[1], to[2] + room[2]],
    }),
  );
}

async function timed(reference: Mask, segment: () => Promise<Region>): Promise<Trial> {
  const before = performance.now();
  const region = await segment();
  return { seconds: (performance.now() - before) / 1000, dsc: overlapInBox(reference, region).dsc ?? 0 };
}

export function summariseClicks(trials: readonly Trial[]): ClickSummary {
  const sorted = trials.map(({ dsc }) => dsc).sort((a, b) => a - b);
  const quantile = (part: number): number => {
    const place = part * (sorted.length - 1);
    const low = Math.floor(place);
    return sorted[low] + (place - low) * (sorted[Math.min(low + 1, sorted.length - 1)] - sorted[low]);
  };
  const seconds = trials.map((trial) => trial.seconds);
  return {
    median: quantile(0.5),
    below: sorted.filter((dsc) => dsc < 0.4).length,
    trials: trials.length,
    fifthPercentile: quantile(0.05),
    secondsPerClick: seconds.reduce((sum, value) => sum + value, 0) / seconds.length,
    slowest: Math.max(...seconds),
  };
}
