/** Which voxels of a region are tissue as dense as a tumour, and how deep in it they lie. */
import { distanceToMask } from "#geometry/distances/distance-transform.ts";
import { maskWhere } from "#geometry/mask.ts";
import { placesOf, type RegionImage } from "./region-image.ts";

/** Lung where the region shows none. */
const usualLungHu = -850;
/** Voxels below this are lung or air. */
const lungBelowHu = -700;
/** Less tissue than this is no tumour. */
const fewestVoxels = 8;

export function hasTissue({ hu }: RegionImage, levelHu: number): boolean {
  let count = 0;
  for (const value of hu) if (value >= levelHu) count++;
  return count >= fewestVoxels;
}

/** The median of what is lung in the region. */
export function lungLevelHu({ hu }: RegionImage): number {
  const lung = hu.filter((value) => value < lungBelowHu && value > -1000).sort();
  return lung.length < fewestVoxels ? usualLungHu : lung[lung.length >> 1];
}

/** The median HU of a ball. */
export function medianNear({ grid, hu }: RegionImage, at: number, radiusMm: number): number {
  const [width, height] = grid.size;
  const centre = [at % width, Math.floor(at / width) % height, Math.floor(at / (width * height))];
  const awayOf = placesOf(grid, centre, [radiusMm, radiusMm, radiusMm]);
  const near = hu.filter((_, place) => awayOf(place) <= 1).sort();
  return near[near.length >> 1];
}

/** Millimetres to the nearest voxel that is less dense than the level, 0 in such voxels; the region's border counts for nothing. */
export function depthInTissueMm({ grid, hu }: RegionImage, levelHu: number): Float32Array {
  const longestMm = Math.max(...grid.size.map((count, axis) => (count * grid.spacingMm[axis]) / 2));
  return distanceToMask(maskWhere(grid, (at) => hu[at] < levelHu)).map((mm) => Math.min(mm, longestMm));
}
