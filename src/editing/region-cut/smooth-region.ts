/** A found region as a change of a mask: its border smoothed first, for the cut follows rows and columns where it guesses. */
import type { Vector3 } from "#core/coordinates.ts";
import { applyPatch, type MaskPatch } from "#editing/patch/mask-patch.ts";
import { patchInBox } from "#editing/tools/between-masks.ts";
import { smooth } from "#editing/tools/smooth.ts";
import { boundingBox, boxFrom, boxSize, cropMask, cropVoxels, unionBox } from "#geometry/crop.ts";
import type { Grid } from "#geometry/grid.ts";
import type { Mask } from "#geometry/mask.ts";
import { connectedComponents } from "#geometry/regions/connected-components.ts";
import { type Region, regionPatch } from "./segment-region.ts";

/** A person would not draw corners smaller than this. */
const smoothingMm = 5;

/** What is in the region's box becomes the region, the rest stays. */
export function replaceRegion(mask: Mask, region: Region): MaskPatch {
  return regionPatch(mask, smoothRegion(mask.grid, region), "replace");
}

/** What the mask had stays. */
export function addRegion(mask: Mask, region: Region): MaskPatch {
  return regionPatch(mask, smoothRegion(mask.grid, region), "add");
}

/**
 * The region takes the place of the parts of the mask that it meets, and of the one at `click`: all of each part, wherever it
 * reaches, so that nothing of it is left cut off at a box. Other parts stay.
 */
export function replaceParts(mask: Mask, region: Region, click: Vector3): MaskPatch {
  const smoothed = smoothRegion(mask.grid, region);
  const box = unionBox(boundingBox(mask), smoothed.box);
  if (box === undefined || !smoothed.inside.includes(1)) return [];
  const before = cropMask(mask, box).data;
  const after = cropVoxels(smoothed.inside, boxSize(smoothed.box), boxFrom(smoothed.box.from, box));
  const size = boxSize(box);
  const { labels } = connectedComponents({ grid: { size }, data: before }, "corners");
  // A click beside all of it meets no part: what is asked for is one more.
  const met = new Set<number>();
  const [x, y, z] = [0, 1, 2].map((axis) => click[axis] - box.from[axis]);
  const within = [x, y, z].every((place, axis) => place >= 0 && place < size[axis]);
  if (within) met.add(labels[x + size[0] * (y + size[1] * z)]);
  for (let at = 0; at < labels.length; at++) if (after[at] === 1) met.add(labels[at]);
  for (let at = 0; at < labels.length; at++) if (before[at] === 1 && !met.has(labels[at])) after[at] = 1;
  return patchInBox(mask, box, after);
}

function smoothRegion(grid: Grid, { box, inside }: Region): Region {
  if (inside.length === 0) return { box, inside };
  const size: Vector3 = [box.to[0] - box.from[0], box.to[1] - box.from[1], box.to[2] - box.from[2]];
  const mask: Mask = { grid: { ...grid, size }, data: inside.slice() };
  applyPatch(mask, smooth(mask, { radiusMm: smoothingMm, within: "slice" }));
  return { box, inside: mask.data };
}
