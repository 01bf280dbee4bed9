/** How far a region that was found goes, and whether the box that it was looked for in cut it off. */
import type { Vector3 } from "#core/coordinates.ts";
import { type Box, boundingBox, boxSize } from "#geometry/crop.ts";
import type { Grid } from "#geometry/grid.ts";
import type { Region } from "./segment-region.ts";

/** The outermost layer of a box is never inside (segment-region.ts): what reaches the one before it may go on beyond. */
const outermost = 1;

/** The box of the region's voxels, in the CT's voxels; undefined where nothing is inside. */
export function reachOf({ box, inside }: Region, grid: Grid): Box | undefined {
  const extent = boundingBox({ grid: { ...grid, size: boxSize(box) }, data: inside });
  if (extent === undefined) return undefined;
  const placed = ({ from, to }: Box, end: "from" | "to"): Vector3 => {
    const [i, j, k] = end === "from" ? from : to;
    return [i + box.from[0], j + box.from[1], k + box.from[2]];
  };
  return { from: placed(extent, "from"), to: placed(extent, "to") };
}

/** For each axis whether the region ends at the box's first and last face there. False at the CT's own ends: there is no more. */
export function cutAt(
  region: Region,
  grid: Grid,
): readonly { readonly first: boolean; readonly last: boolean }[] {
  const reach = reachOf(region, grid);
  const { from, to } = region.box;
  return [0, 1, 2].map((axis) => ({
    first: reach !== undefined && from[axis] > 0 && reach.from[axis] - from[axis] <= outermost,
    last: reach !== undefined && to[axis] < grid.size[axis] && to[axis] - reach.to[axis] <= outermost,
  }));
}
