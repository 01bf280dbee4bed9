/** Where a person who points at a region would click: what the network that answers clicks is asked of a region that is known. */
import { type VoxelPoint, voxelPoint } from "#core/coordinates.ts";
import { indexOfGreatest } from "#core/greatest.ts";
import { type Box, boundingBox, boxSize, cropVoxels } from "#geometry/crop.ts";
import { distanceToMask } from "#geometry/distances/distance-transform.ts";
import { countInside, countVoxels, type Mask, maskSlice, maskWhere } from "#geometry/mask.ts";

/** A region is clicked on where so much of its volume lies below: in its middle first. */
const clickedAt = [0.5, 0.25, 0.75] as const;

/** The deepest place of each of three slices of a region, the middle one's first; none of an empty one. */
export function clicksInside(region: Mask): VoxelPoint[] {
  const box = boundingBox(region);
  if (box === undefined) return [];
  const total = countVoxels(region);
  return clickedAt.map((part) => {
    let k = box.from[2];
    for (let below = countInside(maskSlice(region, k)); below < part * total; )
      below += countInside(maskSlice(region, ++k));
    return deepestPlace(region, box, k);
  });
}

/** The place on slice `k`, where the region is, that is farthest from its border there. */
function deepestPlace(region: Mask, { from, to }: Box, k: number): VoxelPoint {
  const { size } = region.grid;
  // One more on each side: the region ends where the image ends.
  const around: Box = { from: [from[0] - 1, from[1] - 1, k], to: [to[0] + 1, to[1] + 1, k + 1] };
  const part = { ...region.grid, size: boxSize(around) };
  const inside = cropVoxels(region.data, size, around);
  const depthMm = distanceToMask(maskWhere(part, (at) => inside[at] === 0));
  const deepest = indexOfGreatest(depthMm);
  return voxelPoint(
    around.from[0] + (deepest % part.size[0]),
    around.from[1] + Math.floor(deepest / part.size[0]),
    k,
  );
}
