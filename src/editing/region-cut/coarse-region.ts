/**
 * A region at half its resolution, for a first cut, and where a second cut at full resolution may still change it: a band along
 * the first one's border (Lombaert 2005). A cut of half a million voxels takes many seconds, of a band a fraction of one.
 */
import type { Vector3 } from "#core/coordinates.ts";
import { blockCounts, blockMeans } from "#geometry/block-means.ts";
import { distanceToMask } from "#geometry/distances/distance-transform.ts";
import { maskWhere } from "#geometry/mask.ts";
import type { RegionImage } from "./region-image.ts";

type CoarseRegion = {
  readonly image: RegionImage;
  /** The coarse voxel of a fine one, and the fine voxel nearest to the middle of a coarse one (places in memory). */
  readonly coarseOf: (at: number) => number;
  readonly fineOf: (at: number) => number;
};

/** Axes finer than this are halved. */
const coarsenBelowMm = 2;

export function coarsen({ box, grid, hu, confidence }: RegionImage): CoarseRegion {
  const { size, spacingMm } = grid;
  const halved = (mm: number): 1 | 2 => (mm < coarsenBelowMm ? 2 : 1);
  const step: Vector3 = [halved(spacingMm[0]), halved(spacingMm[1]), halved(spacingMm[2])];
  const coarseSize = blockCounts(size, step);
  const place = (at: number, [ni, nj]: Vector3): Vector3 => [
    at % ni,
    Math.floor(at / ni) % nj,
    Math.floor(at / (ni * nj)),
  ];
  const coarseOf = (at: number): number => {
    const [x, y, z] = place(at, size).map((value, axis) => Math.floor(value / step[axis]));
    return x + coarseSize[0] * (y + coarseSize[1] * z);
  };
  const fineOf = (at: number): number => {
    const [i, j, k] = place(at, coarseSize).map((value, axis) =>
      Math.min(size[axis] - 1, value * step[axis] + (step[axis] >> 1)),
    );
    return i + size[0] * (j + size[1] * k);
  };
  const coarseSpacing: Vector3 = [spacingMm[0] * step[0], spacingMm[1] * step[1], spacingMm[2] * step[2]];
  const image: RegionImage = {
    box,
    grid: { ...grid, size: coarseSize, spacingMm: coarseSpacing },
    hu: Int16Array.from(blockMeans(hu, size, step)),
    confidence: confidence === null ? null : Uint8Array.from(blockMeans(confidence, size, step)),
  };
  return { image, coarseOf, fineOf };
}

/** Half width of the band, in coarse voxels. */
const bandVoxels = 1.5;

/** For each fine voxel: 1 surely inside, -1 surely outside, 0 in the band along the border of the coarse cut. */
export function decided({ image, coarseOf }: CoarseRegion, inside: Uint8Array, count: number): Int8Array {
  const { grid } = image;
  const bandMm = bandVoxels * Math.max(...grid.spacingMm.slice(0, 2));
  const outward = distanceToMask({ grid, data: inside });
  const inward = distanceToMask(maskWhere(grid, (at) => inside[at] === 0));
  // Across thick slices a neighbour is always in the band.
  const reachMm = Math.max(bandMm, grid.spacingMm[2]);
  const certain = Int8Array.from(inside, (value, at) =>
    value === 1 ? (inward[at] > reachMm ? 1 : 0) : outward[at] > reachMm ? -1 : 0,
  );
  return Int8Array.from({ length: count }, (_, at) => certain[coarseOf(at)]);
}
