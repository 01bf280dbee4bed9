/**
 * The ball that pushes a border, as planning systems have it: put down inside a contour it pushes the border outwards, put
 * down outside it pushes it inwards. Which of the two is decided where it is put down and stays so until it is lifted.
 */
import type { VoxelPoint } from "#core/coordinates.ts";
import type { MaskPatch } from "#editing/patch/mask-patch.ts";
import { insideGrid, nearestVoxel } from "#geometry/grid.ts";
import type { Mask } from "#geometry/mask.ts";
import { type BrushStroke, brushStroke } from "./brush.ts";

/** 1: the ball is inside and pushes outwards; 0: it is outside, or beside the CT, and pushes inwards. */
export type Push = 0 | 1;

/** Which way a ball pushes that is put down at `centre`, by the voxel that its centre lies in. */
export function pushFrom({ grid, data }: Mask, centre: VoxelPoint): Push {
  if (!insideGrid(grid, centre)) return 0;
  const [i, j, k] = nearestVoxel(grid, centre);
  return data[i + grid.size[0] * (j + grid.size[1] * k)] === 1 ? 1 : 0;
}

/**
 * No border is left in what the ball passes: all of it is inside after a push outwards, outside after one inwards. A voxel is
 * passed if its centre is, as with a brush. The brush's gate on HU does not hold here: it would break the border up.
 */
export function nudge(
  mask: Mask,
  way: Pick<BrushStroke, "plane" | "from" | "to" | "radiusMm" | "shape">,
  push: Push,
): MaskPatch {
  const { plane, from, to, radiusMm, shape } = way;
  return brushStroke(mask, { plane, from, to, radiusMm, shape, value: push });
}
