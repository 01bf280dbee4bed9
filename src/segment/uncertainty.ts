/**
 * Where a model doubts, slice by slice: what a reviewer should have looked at even where there is no contour. Pure numbers
 * over the confidence; the contour itself is clean-up.ts.
 *
 * Doubt is a probability between half the threshold and half way from it to 1: at the usual threshold of 0.5 between 0.25
 * and 0.75, odds of less than three to one either way. The confidence is linear on either side of the threshold, so that
 * the band is the middle half of its bytes whatever the threshold is. Patches in a slice that are smaller than a disc
 * of 5 mm are speckle and left out: no target is drawn that small, and the rim that every sharp contour has by
 * interpolation mostly falls apart into such patches.
 */
import { connectedComponents } from "../geometry/connected-components.ts";
import { type Mask, maskSlice } from "../geometry/mask.ts";
import { type Confidence, insideFrom } from "./segment-volume.ts";

/** The middle half of the bytes: 64 to 191. */
const doubtFrom = insideFrom / 2;
const doubtBelow = insideFrom + insideFrom / 2;
/** In the slice: a disc of 5 mm. */
const speckleMm2 = Math.PI * 2.5 ** 2;

export type UncertaintyProfile = {
  /** For each slice from the feet up: voxels inside. */
  readonly gtvVoxels: readonly number[];
  /** For each slice: voxels in doubt, whether inside or not. */
  readonly uncertainVoxels: readonly number[];
};

/** Both masks lie on one grid. Zeros for an empty mask and a model that is sure of everything. */
export function uncertaintyProfile(confidence: Confidence, mask: Mask): UncertaintyProfile {
  const [ni, nj, nk] = confidence.grid.size;
  const [spacingI, spacingJ] = confidence.grid.spacingMm;
  const sliceGrid = { ...confidence.grid, size: [ni, nj, 1] as const };
  const leastVoxels = speckleMm2 / (spacingI * spacingJ);
  const gtvVoxels: number[] = [];
  const uncertainVoxels: number[] = [];
  for (let k = 0; k < nk; k++) {
    const inside = maskSlice(mask, k);
    const levels = confidence.data.subarray(k * ni * nj, (k + 1) * ni * nj);
    const doubtful = new Uint8Array(ni * nj);
    let [gtv, doubts] = [0, 0];
    for (let at = 0; at < levels.length; at++) {
      gtv += inside[at];
      if (levels[at] < doubtFrom || levels[at] >= doubtBelow) continue;
      doubtful[at] = 1;
      doubts++;
    }
    gtvVoxels.push(gtv);
    if (doubts >= leastVoxels) {
      const { sizes } = connectedComponents({ grid: sliceGrid, data: doubtful });
      doubts = sizes.filter((size) => size >= leastVoxels).reduce((sum, size) => sum + size, 0);
    } else doubts = 0;
    uncertainVoxels.push(doubts);
  }
  return { gtvVoxels, uncertainVoxels };
}
