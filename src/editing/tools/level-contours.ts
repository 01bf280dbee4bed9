/**
 * The contour at each level of a model's confidence, for a person who tries them: the region that the model's own contour is
 * of, grown or shrunk. Not here: the model's contour, whose border moves to the image's as well (segment/clean-up.ts).
 */
import type { CoarseLungs } from "#anatomy/lung-support.ts";
import type { Confidence } from "#geometry/confidence.ts";
import type { Mask } from "#geometry/mask.ts";
import { storedMask, turnOf, uprightMask } from "#geometry/upright.ts";
import { surestRegion } from "./surest-region.ts";

/** Of bytes from a level (1 to 255) on, on the CT's grid as it is stored; empty where nothing reaches it. */
export type LevelContours = (level: number) => Mask;

/** The confidence is as the CT is stored, in any orientation; the lungs are those of the CT upright, if it shows any. */
export function levelContours(confidence: Confidence, lungs: CoarseLungs | undefined): LevelContours {
  const turn = turnOf(confidence.grid);
  const upright = uprightMask(confidence, turn);
  return (level) => storedMask(surestRegion(upright, level, () => lungs).mask, turn);
}
