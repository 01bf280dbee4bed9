/**
 * Notches and spurs of a contour that a disc of 4 mm does not fit into, slice by slice as contours are drawn: closing and opening, as
 * mathematical morphology calls them. A minimum cut goes round each vessel and each bay of lung that the image shows; who draws a
 * target by hand goes past them. Measured: docs/decisions/0050-notches-are-closed.md.
 */
import { applyPatch } from "#editing/patch/mask-patch.ts";
import { keepLargest } from "#editing/tools/keep-largest.ts";
import { type Box, boundingBox, boxFrom, cropMask, uncropVoxels } from "#geometry/crop.ts";
import { erodedBy, withinDistance } from "#geometry/distances/within-distance.ts";
import type { Mask } from "#geometry/mask.ts";

const discMm = 4;

/** The mask and its notches. */
export function closeNotches(mask: Mask): Mask {
  return onSlices(mask, (part) => erodedBy({ ...part, data: withinDistance(part, discMm) }, discMm));
}

/** The largest part of the mask without spurs; the mask where it is thinner than that everywhere. */
export function cutSpurs(mask: Mask): Mask {
  const opened = onSlices(mask, (part) => ({
    ...part,
    data: withinDistance(erodedBy(part, discMm), discMm),
  }));
  if (!opened.data.includes(1)) return mask;
  applyPatch(opened, keepLargest(opened));
  return opened;
}

/** What `change` makes of the mask in its box, on slices so far apart that none reaches another. */
function onSlices(mask: Mask, change: (part: Mask) => Mask): Mask {
  const extent = boundingBox(mask);
  if (extent === undefined) return mask;
  const [dx, dy] = mask.grid.spacingMm;
  const { from, to } = extent;
  // Room to be widened and narrowed again, also at the image's edge.
  const [x, y] = [Math.ceil(discMm / dx) + 1, Math.ceil(discMm / dy) + 1];
  const around: Box = { from: [from[0] - x, from[1] - y, from[2]], to: [to[0] + x, to[1] + y, to[2]] };
  const { grid, data } = cropMask(mask, around);
  const changed = change({ grid: { ...grid, spacingMm: [dx, dy, 2 * discMm] }, data });
  const inside = cropMask(changed, boxFrom(around.from, extent));
  return { grid: mask.grid, data: uncropVoxels(inside.data, extent, mask.grid.size) };
}
