/**
 * Holes of axial slices filled: background that no path within its slice leads out of. Steps go over voxel faces only, as
 * contours run along them: background that touches the outside by a corner alone is a hole.
 */

import type { MaskPatch } from "#editing/patch/mask-patch.ts";
import { type Box, boundingBox, cropMask } from "#geometry/crop.ts";
import type { Mask } from "#geometry/mask.ts";
import { connectedComponents } from "#geometry/regions/connected-components.ts";
import { patchInBox } from "./between-masks.ts";

/** In all slices, or in those given. */
export function fillHoles(mask: Mask, slices?: readonly number[]): MaskPatch {
  const box = boundingBox(mask);
  if (box === undefined) return [];
  const patch: MaskPatch[number][] = [];
  for (let k = box.from[2]; k < box.to[2]; k++) {
    if (slices !== undefined && !slices.includes(k)) continue;
    const sliceBox: Box = { from: [box.from[0], box.from[1], k], to: [box.to[0], box.to[1], k + 1] };
    patch.push(...patchInBox(mask, sliceBox, fillSlice(cropMask(mask, sliceBox))));
  }
  return patch;
}

/** One slice (a grid of size 1 along k) with all background that leads to none of its borders; a new array. */
export function fillSlice({ grid, data }: Mask): Uint8Array {
  const [width, height] = grid.size;
  const { labels, count } = connectedComponents({ grid, data: data.map((value) => 1 - value) });
  const open = new Uint8Array(count + 1);
  for (let x = 0; x < width; x++) for (const y of [0, height - 1]) open[labels[x + width * y]] = 1;
  for (let y = 0; y < height; y++) for (const x of [0, width - 1]) open[labels[x + width * y]] = 1;
  return data.map((value, at) => (value === 1 || open[labels[at]] === 0 ? 1 : 0));
}
