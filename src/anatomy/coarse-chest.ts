/**
 * A CT and a mask at about 3 mm in the plane: block means, on which lungs, chest wall and mediastinum are found a hundred
 * times faster than on the scanner's own pixels, with noise averaged out. Slices stay as they are.
 */
import { voxelPoint } from "#core/coordinates.ts";
import { blockCounts, blockMeans } from "#geometry/block-means.ts";
import type { CtImage } from "#geometry/ct-image.ts";
import { type Grid, voxelToPatient } from "#geometry/grid.ts";
import { type Mask, maskWhere } from "#geometry/mask.ts";

/** Smaller than a segmental bronchus' wall matters here, larger than a pixel's noise. */
const pixelMm = 3;

export type CoarseCt = {
  readonly grid: Grid;
  /** Mean HU of each block, in memory order of `grid`. */
  readonly hu: Float32Array;
  /** Pixels of the CT along a block's side. */
  readonly factor: number;
};

export type CoarseChest = CoarseCt & {
  /** Inside where at least half of the block is; where any of it is if that leaves nothing. */
  readonly tumour: Mask;
};

export function coarsenCt(ct: CtImage): CoarseCt {
  const factor = Math.max(1, Math.round(pixelMm / Math.max(ct.grid.spacingMm[0], ct.grid.spacingMm[1])));
  const grid = coarseGrid(ct.grid, factor);
  return { grid, hu: blockMeans(ct.hu, ct.grid.size, [factor, factor, 1]), factor };
}

/** `mask` lies on the CT's grid. */
export function coarsen(ct: CtImage, mask: Mask): CoarseChest {
  const coarse = coarsenCt(ct);
  const { grid, factor } = coarse;
  const parts = blockMeans(mask.data, ct.grid.size, [factor, factor, 1]);
  const half = maskWhere(grid, (at) => parts[at] >= 0.5);
  const tumour = half.data.includes(1) ? half : maskWhere(grid, (at) => parts[at] > 0);
  return { ...coarse, tumour };
}

function coarseGrid(grid: Grid, factor: number): Grid {
  const middle = (factor - 1) / 2;
  return {
    size: blockCounts(grid.size, [factor, factor, 1]),
    spacingMm: [grid.spacingMm[0] * factor, grid.spacingMm[1] * factor, grid.spacingMm[2]],
    origin: voxelToPatient(grid, voxelPoint(middle, middle, 0)),
    axes: grid.axes,
  };
}
