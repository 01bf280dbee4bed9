/**
 * A CT and a mask at about 3 mm in the plane: block means, on which lungs, chest wall and mediastinum are found a hundred
 * times faster than on the scanner's own pixels, with noise averaged out. Slices stay as they are.
 */
import { voxelPoint } from "#core/coordinates.ts";
import type { CtImage } from "#geometry/ct-image.ts";
import { type Grid, voxelCount, voxelToPatient } from "#geometry/grid.ts";
import { type Mask, maskWhere } from "#geometry/mask.ts";

/** Smaller than a segmental bronchus' wall matters here, larger than a pixel's noise. */
const pixelMm = 3;

type CoarseCt = {
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
  return { grid, hu: blockMeans(ct.hu, ct.grid, grid, factor), factor };
}

/** `mask` lies on the CT's grid. */
export function coarsen(ct: CtImage, mask: Mask): CoarseChest {
  const coarse = coarsenCt(ct);
  const { grid, factor } = coarse;
  const parts = blockMeans(mask.data, ct.grid, grid, factor);
  const half = maskWhere(grid, (at) => parts[at] >= 0.5);
  const tumour = half.data.includes(1) ? half : maskWhere(grid, (at) => parts[at] > 0);
  return { ...coarse, tumour };
}

function coarseGrid(grid: Grid, factor: number): Grid {
  const [columns, rows, slices] = grid.size;
  const middle = (factor - 1) / 2;
  return {
    size: [Math.ceil(columns / factor), Math.ceil(rows / factor), slices],
    spacingMm: [grid.spacingMm[0] * factor, grid.spacingMm[1] * factor, grid.spacingMm[2]],
    origin: voxelToPatient(grid, voxelPoint(middle, middle, 0)),
    axes: grid.axes,
  };
}

/** Means over blocks of factor x factor pixels; those at the far border have fewer. */
function blockMeans(values: ArrayLike<number>, from: Grid, to: Grid, factor: number): Float32Array {
  const [columns, rows, slices] = from.size;
  const [width, height] = to.size;
  const sums = new Float32Array(voxelCount(to));
  for (let k = 0; k < slices; k++) {
    for (let j = 0; j < rows; j++) {
      const source = columns * (j + rows * k);
      const target = width * (Math.floor(j / factor) + height * k);
      for (let i = 0; i < columns; i++) sums[target + Math.floor(i / factor)] += values[source + i];
    }
  }
  const covered = (block: number, count: number): number => Math.min(factor, count - block * factor);
  for (let index = 0; index < sums.length; index++) {
    const x = index % width;
    const y = Math.floor(index / width) % height;
    sums[index] /= covered(x, columns) * covered(y, rows);
  }
  return sums;
}
