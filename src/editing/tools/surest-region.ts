/**
 * From confidences to one tumour, at the model's own level or another: the same for the model's contour (segment/clean-up.ts)
 * and for the level that a person tries (level-contours.ts). A network that sees single slices finds scattered bits; the
 * primary tumour is one body, the one with the most confidence in it: volume alone would prefer a large doubtful region to a
 * small certain one. A region with hardly any lung below it counts for little (anatomy/lung-support.ts), and is kept if there
 * is no other.
 */
import { type CoarseLungs, lungSupport } from "#anatomy/lung-support.ts";
import { atLeast, type Confidence, certainByte, certaintyAbove } from "#geometry/confidence.ts";
import { type Components, connectedComponents } from "#geometry/connected-components.ts";
import { type Box, boundingBox, cropMask } from "#geometry/crop.ts";
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
  const { grid } = confidence;
  const all = { grid, data: atLeast(confidence, level) };
  const box = boundingBox(all);
  if (box === undefined) return { mask: all, leftOut: 0 };
  const regions = connectedComponents(cropMask(all, box));
  if (regions.count < 2) return { mask: all, leftOut: 0 };
  const weights = weightsOf(confidence, level, regions, box);
  const found = lungs();
  if (found !== undefined) {
    lungSupport(found, regions, box).forEach((part, label) => {
      weights[label] *= leastWeight + (1 - leastWeight) * Math.min(1, part / fullSupport);
    });
  }
  const surest = weights.indexOf(Math.max(...weights));
  const mask = emptyMask(grid);
  eachVoxel(regions, box, grid.size, (label, at) => {
    if (label === surest) mask.data[at] = 1;
  });
  return { mask, leftOut: regions.count - 1 };
}

/** For each region 1 .. count the certainty in it, the doubtful for little; the first entry is 0. */
function weightsOf({ grid, data }: Confidence, level: number, regions: Components, box: Box): Float64Array {
  const ofByte = Float64Array.from(
    { length: certainByte + 1 },
    (_, byte) => certaintyAbove(byte, level) ** certaintyPower,
  );
  const weights = new Float64Array(regions.count + 1);
  eachVoxel(regions, box, grid.size, (label, at) => {
    weights[label] += ofByte[data[at]];
  });
  return weights;
}

/** Each voxel of a region, `at` being its place in the whole grid. */
function eachVoxel(
  { labels }: Components,
  { from, to }: Box,
  [ni, nj]: readonly [number, number, number],
  use: (label: number, at: number) => void,
): void {
  let index = 0;
  for (let k = from[2]; k < to[2]; k++) {
    for (let j = from[1]; j < to[1]; j++) {
      for (let i = from[0]; i < to[0]; i++, index++) {
        if (labels[index] > 0) use(labels[index], i + ni * (j + nj * k));
      }
    }
  }
}
