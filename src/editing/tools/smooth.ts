/**
 * Contours made smooth without a change of volume: the mask blurred by a Gaussian in millimetres, then as many of the
 * highest voxels as the mask had (in each slice, or in all). A fixed threshold would shrink whatever is convex.
 */

import type { MaskPatch } from "#editing/patch/mask-patch.ts";
import { type Box, boundingBox, cropMask } from "#geometry/crop.ts";
import { blurVolume, gaussianReach } from "#geometry/gaussian-blur.ts";
import type { Mask } from "#geometry/mask.ts";
import { patchInBox } from "./between-masks.ts";

type Smoothing = {
  /** Bumps and notches of about this radius go; the Gaussian's standard deviation is half of it. */
  readonly radiusMm: number;
  /** "slice": each axial slice by itself, its area kept. "volume": across slices too, the volume kept. */
  readonly within: "slice" | "volume";
  /** Only these slices change ("slice" only); all if left out. */
  readonly slices?: readonly number[];
};

/** Empty for an empty mask and a radius of 0. Volume or area is kept to the voxel, except where voxels tie. */
export function smooth(mask: Mask, { radiusMm, within, slices }: Smoothing): MaskPatch {
  const box = boundingBox(mask);
  if (box === undefined || radiusMm <= 0) return [];
  const { size, spacingMm } = mask.grid;
  const sigmas = spacingMm.map((mm) => radiusMm / 2 / mm);
  if (within === "slice") sigmas[2] = 0;
  const from = box.from.map((value, axis) => Math.max(0, value - gaussianReach(sigmas[axis])));
  const to = box.to.map((value, axis) => Math.min(size[axis], value + gaussianReach(sigmas[axis])));
  const wide: Box = { from: [from[0], from[1], from[2]], to: [to[0], to[1], to[2]] };
  const part = cropMask(mask, wide);
  const values = Float32Array.from(part.data);
  blurVolume(values, part.grid.size, sigmas);
  const after = part.data.slice();
  const area = part.grid.size[0] * part.grid.size[1];
  if (within === "volume") keepHighest(after, values);
  else {
    for (let k = 0; k < part.grid.size[2]; k++) {
      if (slices !== undefined && !slices.includes(k + wide.from[2])) continue;
      keepHighest(after.subarray(k * area, (k + 1) * area), values.subarray(k * area, (k + 1) * area));
    }
  }
  return patchInBox(mask, wide, after);
}

/** Values closer than this are one value: rounding must not break the symmetry of a symmetric contour. */
const tieSteps = 1e5;

/** As many voxels as `inside` had, those of the highest values; of tied ones all or none, whichever keeps more closely. */
function keepHighest(inside: Uint8Array, values: Float32Array): void {
  const count = inside.reduce((sum, value) => sum + value, 0);
  if (count === 0) return;
  const rounded = Int32Array.from(values, (value) => Math.round(value * tieSteps));
  const level = rounded.toSorted()[rounded.length - count];
  let [above, from] = [0, 0];
  for (const value of rounded) {
    if (value > level) above++;
    if (value >= level) from++;
  }
  const least = above > 0 && count - above < from - count ? level + 1 : level;
  for (let at = 0; at < inside.length; at++) inside[at] = rounded[at] >= least ? 1 : 0;
}
