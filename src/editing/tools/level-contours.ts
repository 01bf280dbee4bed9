/**
 * The contour at each level of a model's confidence, for a person who tries them: the region that the model's own contour is
 * of, grown or shrunk. Not here: the model's contour, whose border moves to the image's as well (segment/clean-up.ts).
 */
import type { CoarseLungs } from "#anatomy/lung-support.ts";
import { type Confidence, certaintyAbove } from "#geometry/confidence.ts";
import type { Mask } from "#geometry/mask.ts";
import { connectedRuns, runsOfRegion } from "#geometry/regions/connected-components.ts";
import { maskOfRuns, type Runs } from "#geometry/regions/runs.ts";
import { storedMask, turnOf, uprightMask } from "#geometry/upright.ts";
import { regionOf, surestOf, weighRegions } from "./surest-region.ts";

/** Of bytes from a level (1 to 255) on, on the CT's grid as it is stored; empty where nothing of it reaches the level. */
export type LevelContours = (level: number) => Mask;

/**
 * Confidence and the model's own contour are as the CT is stored, in any orientation; the lungs are those of the CT upright, if it
 * shows any. Where the model found nothing, the surest region at each level.
 */
export function levelContours(
  confidence: Confidence,
  modelContour: Mask,
  lungs: CoarseLungs | undefined,
): LevelContours {
  const turn = turnOf(confidence.grid);
  const upright = uprightMask(confidence, turn);
  const modelRuns = connectedRuns(uprightMask(modelContour, turn));
  const regionAt = (level: number): Runs => {
    if (modelRuns.count > 0)
      return regionOf(upright, level, modelRuns, (byte) => certaintyAbove(byte, level));
    const weighed = weighRegions(upright, level, () => lungs);
    return runsOfRegion(weighed.regions, surestOf(weighed));
  };
  return (level) => storedMask(maskOfRuns(upright.grid, regionAt(level)), turn);
}
