/**
 * Holes of axial slices filled: background that no path within its slice leads out of. Steps go over voxel faces only, as
 * contours run along them: background that touches the outside by a corner alone is a hole.
 */

import { connectedComponents } from "../geometry/connected-components.ts";
import { type Box, boundingBox, cropMask } from "../geometry/crop.ts";
import type { Mask } from "../geometry/mask.ts";
import { patchInBox } from "./between-masks.ts";
import type { MaskPatch } from "./mask-patch.ts";

/** In all slices, or in those given. */
export function fillHoles(mask: Mask, slices?: readonly number[]): MaskPatch {
  const box = boundingBox(mask);
  if (box === undefined) return [];
  const patch: MaskPatch[number][] = [];
  for (let k = box.from[2]; k < box.to[2]; k++) {
    if (slices !== undefined && !slices.includes(k)) continue;
    const sliceBox: Box = { from: [box.from[0], box.from[1], k], to: [box.to[0], box.to[1], k + 1] };
    const after = filled(cropMask(mask, sliceBox, 1));
    patch.push(...patchInBox(mask, sliceBox, after));
  }
  return patch;
}

/** The middle slice of a part with a border of background, without that border, holes filled. */
function filled({ grid, data }: Mask): Uint8Array {
  const [width, height] = grid.size;
  const background = data.subarray(width * height, 2 * width * height).map((value) => 1 - value);
  const { labels } = connectedComponents({ grid: { ...grid, size: [width, height, 1] }, data: background });
  const after = new Uint8Array((width - 2) * (height - 2));
  for (let y = 1; y < height - 1; y++) {
    // The corner's component is the outside.
    for (let x = 1; x < width - 1; x++)
      after[x - 1 + (width - 2) * (y - 1)] = labels[x + width * y] === 1 ? 0 : 1;
  }
  return after;
}
