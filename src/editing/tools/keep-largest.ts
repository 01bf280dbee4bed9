/** The largest connected region of a mask in three dimensions stays, all others go. Regions share voxel faces. */

import { indexOfGreatest } from "#core/greatest.ts";
import type { MaskPatch } from "#editing/patch/mask-patch.ts";
import { boundingBox, cropMask } from "#geometry/crop.ts";
import type { Mask } from "#geometry/mask.ts";
import { connectedComponents } from "#geometry/regions/connected-components.ts";
import { patchInBox } from "./between-masks.ts";

/** Of equal ones the first in memory stays. Empty for fewer than two regions. */
export function keepLargest(mask: Mask): MaskPatch {
  const box = boundingBox(mask);
  if (box === undefined) return [];
  const { labels, sizes } = connectedComponents(cropMask(mask, box));
  if (sizes.length < 2) return [];
  const largest = indexOfGreatest(sizes) + 1;
  const after = new Uint8Array(labels.length);
  for (let at = 0; at < labels.length; at++) if (labels[at] === largest) after[at] = 1;
  return patchInBox(mask, box, after);
}
