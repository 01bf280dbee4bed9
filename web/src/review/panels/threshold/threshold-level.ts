/** The threshold slider: its levels are bytes of the confidence, its figures the model's probabilities. */
import { insideFrom, leastProbability } from "#geometry/confidence.ts";
import { formatNumber } from "../../../format.ts";

/** `proposed` is the level at which the model's contour was made. */
export const levels = { least: 4, proposed: insideFrom, most: 252, step: 4 } as const;

/** The probability from which a voxel is inside at a level, three digits: low thresholds have low levels. */
export function shownProbability(level: number, threshold: number): string {
  return formatNumber(leastProbability(level, threshold), 3);
}
