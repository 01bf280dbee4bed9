/**
 * Notches that no physician draws. A minimum cut goes round each vessel and each bay of lung that the image shows; who draws a target by
 * hand goes past them. Measured: docs/decisions/0050-notches-are-closed.md.
 */
import { type Box, boundingBox, boxFrom, cropMask, uncropVoxels } from "#geometry/crop.ts";
import { erodedBy, withinDistance } from "#geometry/distances/within-distance.ts";
import type { Mask } from "#geometry/mask.ts";

/** No disc of this radius fits into a notch that is closed. */
const discMm = 4;

/** The mask and its notches, slice by slice as contours are drawn: a closing, as mathematical morphology calls it. */
export function closeNotches(mask: Mask): Mask {
  const extent = boundingBox(mask);
  if (extent === undefined) return mask;
  const [dx, dy] = mask.grid.spacingMm;
  const { from, to } = extent;
  // Room to be widened and narrowed again, also at the image's edge.
  const [x, y] = [Math.ceil(discMm / dx) + 1, Math.ceil(discMm / dy) + 1];
  const around: Box = { from: [from[0] - x, from[1] - y, from[2]], to: [to[0] + x, to[1] + y, to[2]] };
  const part = cropMask(mask, around);
  // Slices so far apart that none reaches another.
  const grid = { ...part.grid, spacingMm: [dx, dy, 2 * discMm] as const };
  const closed = erodedBy({ grid, data: withinDistance({ ...part, grid }, discMm) }, discMm);
  const inside = cropMask(closed, boxFrom(around.from, extent));
  return { grid: mask.grid, data: uncropVoxels(inside.data, extent, mask.grid.size) };
}
