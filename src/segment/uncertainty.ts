/**
 * Where a model doubts, slice by slice: what a reviewer should have looked at even where there is no contour. Pure numbers
 * over the confidence; the contour itself is clean-up.ts.
 *
 * A voxel is in doubt if its probability lies near the threshold, on either side (the middle quarter of the confidence's
 * bytes: at a threshold of 0.5 from 0.375 to 0.625), or if it lies above the threshold and clean-up left it out: the model
 * found something there that the contour does not show. Only patches that hold a disc of 10 mm count: no target is
 * drawn smaller, and the rim of doubt that every contour has by interpolation is thinner.
 */

import { type Confidence, insideFrom } from "#geometry/confidence.ts";
import { boundingBox, cropMask } from "#geometry/crop.ts";
import { distanceToMask } from "#geometry/distances/distance-transform.ts";
import { type Mask, maskSlice } from "#geometry/mask.ts";
import { connectedComponents } from "#geometry/regions/connected-components.ts";

/** The middle quarter of the bytes: 96 to 159. */
const doubtFrom = (insideFrom * 3) / 4;
const doubtBelow = (insideFrom * 5) / 4;
/** In the slice. */
const discDiameterMm = 10;

type UncertaintyProfile = {
  /** For each slice from the feet up: voxels inside. */
  readonly gtvVoxels: readonly number[];
  /** For each slice: voxels in doubt, whether inside or not. */
  readonly uncertainVoxels: readonly number[];
};

/** Both masks lie on one grid. Zeros for an empty mask and a model that is sure of everything. */
export function uncertaintyProfile(confidence: Confidence, mask: Mask): UncertaintyProfile {
  const [ni, nj, nk] = confidence.grid.size;
  const sliceGrid = { ...confidence.grid, size: [ni, nj, 1] as const };
  const gtvVoxels: number[] = [];
  const uncertainVoxels: number[] = [];
  for (let k = 0; k < nk; k++) {
    const inside = maskSlice(mask, k);
    const levels = confidence.data.subarray(k * ni * nj, (k + 1) * ni * nj);
    const doubtful: Mask = { grid: sliceGrid, data: new Uint8Array(ni * nj) };
    let gtv = 0;
    for (let at = 0; at < levels.length; at++) {
      gtv += inside[at];
      const above = levels[at] >= insideFrom && inside[at] === 0;
      if (above || (levels[at] >= doubtFrom && levels[at] < doubtBelow)) doubtful.data[at] = 1;
    }
    gtvVoxels.push(gtv);
    uncertainVoxels.push(voxelsOfWidePatches(doubtful));
  }
  return { gtvVoxels, uncertainVoxels };
}

/** Voxels of the connected patches of one slice that hold a disc. */
function voxelsOfWidePatches(doubtful: Mask): number {
  const box = boundingBox(doubtful);
  if (box === undefined) return 0;
  const padded = cropMask(doubtful, box, 1);
  const [width, height] = padded.grid.size;
  // The padding above and below is none of the slice.
  const data = maskSlice(padded, 1);
  const patches: Mask = { grid: { ...padded.grid, size: [width, height, 1] }, data };
  const outside = { grid: patches.grid, data: data.map((value) => 1 - value) };
  const depthMm = distanceToMask(outside);
  const { labels, sizes } = connectedComponents(patches);
  // Between voxel centres: the nearest voxel outside begins half a voxel nearer.
  const halfVoxelMm = (patches.grid.spacingMm[0] + patches.grid.spacingMm[1]) / 4;
  const wide = new Set<number>();
  for (let at = 0; at < data.length; at++) {
    if (labels[at] > 0 && depthMm[at] - halfVoxelMm >= discDiameterMm / 2) wide.add(labels[at]);
  }
  return [...wide].reduce((sum, label) => sum + sizes[label - 1], 0);
}
