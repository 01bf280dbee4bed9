/**
 * A structure cut back from another one by a distance, and the ring round one. A voxel lies within a distance of a structure
 * if their voxels' centres do, exactly (geometry/distances/distance-transform.ts), slices included. This is no margin: a margin expands
 * the body that the voxels were sampled from (geometry/margins/).
 */
import { DelineateError } from "#core/errors.ts";
import type { MaskPatch } from "#editing/patch/mask-patch.ts";
import { type Box, boundingBox, cropMask, growBox } from "#geometry/crop.ts";
import { distanceToMask } from "#geometry/distances/distance-transform.ts";
import { emptyMask, type Mask } from "#geometry/mask.ts";
import { patchBetween, patchInBox } from "./between-masks.ts";
import { requireSameGrid } from "./combine-masks.ts";

/** More is a slip of the keyboard. */
export const largestDistanceMm = 100;
/** Distances that are equal but for rounding are equal: 3 columns of 0.9 mm are within 2.7 mm. */
const roundingMm = 1e-4;

/**
 * `mask` without what lies within `mm` of the other one; 0 takes away what is in it. Throws `invalid-value` for a distance below
 * 0 or above `largestDistanceMm`, and a plain `Error` for masks of two grids.
 */
export function cropNear(mask: Mask, other: Mask, mm: number): MaskPatch {
  requireSameGrid(mask, other);
  requireDistance(mm);
  const extent = boundingBox(mask);
  if (extent === undefined) return [];
  const box = growBox(extent, mm + roundingMm, mask.grid);
  const after = cropMask(mask, box).data;
  const awayMm = distanceToMask(cropMask(other, box));
  for (let at = 0; at < after.length; at++) if (awayMm[at] <= mm + roundingMm) after[at] = 0;
  return patchInBox(mask, box, after);
}

/**
 * `mask` becomes the ring round the other one: what lies farther than `fromMm` and within `toMm` of it. From 0 the ring begins
 * at the structure, which is never in it. Empty round an empty one. Throws as `cropNear`, and `invalid-value` unless the ring
 * ends beyond its beginning.
 */
export function ringAround(
  mask: Mask,
  other: Mask,
  { fromMm, toMm }: { readonly fromMm: number; readonly toMm: number },
): MaskPatch {
  requireSameGrid(mask, other);
  requireDistance(fromMm);
  requireDistance(toMm);
  if (toMm <= fromMm)
    throw new DelineateError(
      "invalid-value",
      `A ring must end farther out than it begins; this one is from ${fromMm} to ${toMm} mm.`,
    );
  const ring = emptyMask(mask.grid);
  const inner = boundingBox(other);
  if (inner !== undefined) {
    const box = growBox(inner, toMm + roundingMm, mask.grid);
    const awayMm = distanceToMask(cropMask(other, box));
    const inside = Uint8Array.from(awayMm, (away) =>
      Number(away > fromMm + roundingMm && away <= toMm + roundingMm),
    );
    placeIn(ring, box, inside);
  }
  return patchBetween(mask.data, ring.data, mask.grid);
}

/** Copies a box's voxels, i fastest, to their place in a mask. */
function placeIn({ grid, data }: Mask, { from, to }: Box, voxels: Uint8Array): void {
  const [ni, nj] = grid.size;
  let at = 0;
  for (let k = from[2]; k < to[2]; k++)
    for (let j = from[1]; j < to[1]; j++)
      for (let i = from[0]; i < to[0]; i++, at++) data[i + ni * (j + nj * k)] = voxels[at];
}

function requireDistance(mm: number): void {
  if (!(mm >= 0 && mm <= largestDistanceMm))
    throw new DelineateError(
      "invalid-value",
      `A distance must be between 0 and ${largestDistanceMm} mm; this one is ${mm} mm.`,
    );
}
