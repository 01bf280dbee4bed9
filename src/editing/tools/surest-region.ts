/**
 * From confidences to one tumour, at the model's own level or another: the same for the model's contour (segment/clean-up.ts)
 * and for the level that a person tries (level-contours.ts). A network that sees single slices finds scattered bits; the
 * primary tumour is one body, the one with the most confidence in it: volume alone would prefer a large doubtful region to a
 * small certain one. A region with hardly any lung below it counts for little (anatomy/lung-support.ts), and is kept if there
 * is no other.
 */
import { type CoarseLungs, lungSupport } from "#anatomy/lung-support.ts";
import { type Confidence, certainByte, certaintyAbove } from "#geometry/confidence.ts";
import { type ConnectedRuns, connectedRuns, maskOfRegion } from "#geometry/connected-components.ts";
import { emptyMask, type Mask } from "#geometry/mask.ts";

/** From this part of the lower surface on, a region counts in full: tumours may lie on the diaphragm with the rest. */
const fullSupport = 0.3;
/** A voxel counts by this power of its confidence: at a low operating point a wide doubtful region has many voxels. */
const certaintyPower = 4;
/** What a region without any lung below counts. */
const leastWeight = 0.02;

/**
 * The region of bytes from `level` (1 to 255) on that is surest, and how many others were left out; an empty mask where
 * nothing reaches the level. The CT is upright. `lungs` is asked only where there is a choice; undefined where there are none.
 */
export function surestRegion(
  confidence: Confidence,
  level: number,
  lungs: () => CoarseLungs | undefined,
): { readonly mask: Mask; readonly leftOut: number } {
  const { grid, data } = confidence;
  const regions = connectedRuns(confidence, { level });
  if (regions.count === 0) return { mask: emptyMask(grid), leftOut: 0 };
  const weights = weightsOf(data, level, regions);
  const found = regions.count > 1 ? lungs() : undefined;
  if (found !== undefined) {
    lungSupport(found, regions, grid, (at) => data[at] >= level).forEach((part, label) => {
      weights[label] *= leastWeight + (1 - leastWeight) * Math.min(1, part / fullSupport);
    });
  }
  const surest = weights.indexOf(Math.max(...weights));
  return { mask: maskOfRegion(grid, regions, surest), leftOut: regions.count - 1 };
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
