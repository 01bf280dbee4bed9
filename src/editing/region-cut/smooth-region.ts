/** A found region as a change of a mask: its border smoothed first, for the cut follows rows and columns where it guesses. */
import type { Vector3 } from "#core/coordinates.ts";
import { applyPatch, type MaskPatch } from "#editing/patch/mask-patch.ts";
import { smooth } from "#editing/tools/smooth.ts";
import type { Grid } from "#geometry/grid.ts";
import type { Mask } from "#geometry/mask.ts";
import { type Region, regionPatch } from "./segment-region.ts";

/** A person would not draw corners smaller than this. */
const smoothingMm = 5;

/** What is in the region's box becomes the region, the rest stays. */
export function replaceRegion(mask: Mask, region: Region): MaskPatch {
  return regionPatch(mask, smoothRegion(mask.grid, region), "replace");
}

/** A click into the contour asks for a better one there; a click beside it for one more. */
export function addOrReplaceRegion(mask: Mask, region: Region, [i, j, k]: Vector3): MaskPatch {
  const [ni, nj] = mask.grid.size;
  const inside = mask.data[i + ni * (j + nj * k)] === 1;
  return regionPatch(mask, smoothRegion(mask.grid, region), inside ? "replace" : "add");
}

function smoothRegion(grid: Grid, { box, inside }: Region): Region {
  if (inside.length === 0) return { box, inside };
  const size: Vector3 = [box.to[0] - box.from[0], box.to[1] - box.from[1], box.to[2] - box.from[2]];
  const mask: Mask = { grid: { ...grid, size }, data: inside.slice() };
  applyPatch(mask, smooth(mask, { radiusMm: smoothingMm, within: "slice" }));
  return { box, inside: mask.data };
}
