/**
 * A structure made larger or smaller by a distance, by whole voxels: it grows to the voxels whose centres lie within the
 * distance of the centre of one of its own, and shrinks from those whose centres lie within the distance of the centre of one
 * outside. Exact (geometry/distances/distance-transform.ts). This is no margin: a margin expands the body that the voxels were sampled
 * from (geometry/margins/).
 */
import { DelineateError } from "#core/errors.ts";
import type { MaskPatch } from "#editing/patch/mask-patch.ts";
import { type Box, boundingBox, cropMask, growBox } from "#geometry/crop.ts";
import { distanceToMask } from "#geometry/distances/distance-transform.ts";
import type { Mask } from "#geometry/mask.ts";
import { patchInBox } from "./between-masks.ts";

/** "volume": also across slices, at the distance between them. "slice": each axial slice by itself. */
export type GrowWithin = "volume" | "slice";

/** More is a slip of the keyboard, and a margin's business. */
export const largestGrowMm = 50;
/** Distances that are equal but for rounding are equal: 3 columns of 0.9 mm are within 2.7 mm. */
const roundingMm = 1e-4;

/**
 * The patch that grows `mask` by `mm`. Empty for an empty one, and for less than the distance between two voxels. It ends at the
 * CT's edge. Throws `invalid-value` for a distance that is not above 0, or above `largestGrowMm`.
 */
export function grow(mask: Mask, mm: number, within: GrowWithin): MaskPatch {
  return reach(mask, { mm, within, to: 1 });
}

/**
 * The patch that shrinks `mask` by `mm`; all of it may go. The CT's own edge is no border: what was cut off there by the scan
 * does not end there. Throws as `grow`.
 */
export function shrink(mask: Mask, mm: number, within: GrowWithin): MaskPatch {
  return reach(mask, { mm, within, to: 0 });
}

type Reach = { readonly mm: number; readonly within: GrowWithin; readonly to: 0 | 1 };

/** What is `to` already reaches as far as the distance. */
function reach(mask: Mask, { mm, within, to }: Reach): MaskPatch {
  requireDistance(mm);
  const extent = boundingBox(mask);
  if (extent === undefined) return [];
  const box = growBox(extent, mm + roundingMm, mask.grid);
  const [first, last] = [box.from[2], box.to[2]];
  const boxes =
    within === "volume" ? [box] : Array.from({ length: last - first }, (_, at): Box => slab(box, first + at));
  return boxes.flatMap((part) => {
    const { grid, data } = cropMask(mask, part);
    const side = to === 1 ? data : data.map((value) => 1 - value);
    const awayMm = distanceToMask({ grid, data: side });
    const after = data.map((value, at) => (awayMm[at] <= mm + roundingMm ? to : value));
    return patchInBox(mask, part, after);
  });
}

function slab({ from, to }: Box, k: number): Box {
  return { from: [from[0], from[1], k], to: [to[0], to[1], k + 1] };
}

function requireDistance(mm: number): void {
  if (!(mm > 0 && mm <= largestGrowMm))
    throw new DelineateError(
      "invalid-value",
      `A structure grows or shrinks by more than 0 and at most ${largestGrowMm} mm; this is ${mm} mm.`,
    );
}
