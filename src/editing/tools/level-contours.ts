/**
 * The contour at each level of a model's confidence, for a person who tries them: the region that the model's own contour is
 * of, grown or shrunk. Not here: the model's contour, whose border moves to the image's as well (segment/clean-up.ts).
 */
import { type CoarseLungs, findCoarseLungs } from "#anatomy/lung-support.ts";
import type { Confidence } from "#geometry/confidence.ts";
import type { CtImage } from "#geometry/ct-image.ts";
import type { Mask } from "#geometry/mask.ts";
import { storedMask, turnOf, uprightCt, uprightMask } from "#geometry/upright.ts";
import { surestRegion } from "./surest-region.ts";

/** Of bytes from a level (1 to 255) on, on the CT's grid as it is stored; empty where nothing reaches it. */
export type LevelContours = (level: number) => Mask;

/** Both on one grid, in any orientation; the CT is whole. The lungs are found once, when there is first a choice of regions. */
export function levelContours(ct: CtImage, confidence: Confidence): LevelContours {
  const turn = turnOf(ct.grid);
  const upright = uprightMask(confidence, turn);
  let found: { readonly lungs: CoarseLungs | undefined } | undefined;
  const lungs = (): CoarseLungs | undefined => {
    found ??= { lungs: findCoarseLungs(uprightCt(ct, turn)) };
    return found.lungs;
  };
  return (level) => storedMask(surestRegion(upright, level, lungs).mask, turn);
}
