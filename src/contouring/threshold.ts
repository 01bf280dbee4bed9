/**
 * A mask from a model's confidence at another level than the model's own: lower takes in what the model doubts. Levels are
 * bytes of the confidence (geometry/confidence.ts).
 */
import type { Confidence } from "../geometry/confidence.ts";
import { connectedComponents } from "../geometry/connected-components.ts";
import { boundingBox, cropMask } from "../geometry/crop.ts";
import { emptyMask, type Mask, maskWhere } from "../geometry/mask.ts";

/**
 * Inside from `level` (1 to 255) on. `keepSurest` leaves the connected region that holds the most confidence above the level:
 * volume alone would prefer a large doubtful region. Empty where nothing reaches the level.
 */
export function thresholdMask(
  confidence: Confidence,
  level: number,
  { keepSurest }: { readonly keepSurest: boolean },
): Mask {
  const { grid, data } = confidence;
  // Level 0 would be the whole image.
  const from = Math.max(1, level);
  const all = maskWhere(grid, (at) => data[at] >= from);
  const box = keepSurest ? boundingBox(all) : undefined;
  if (box === undefined) return all;
  const part = cropMask(all, box);
  const { labels, count } = connectedComponents(part);
  if (count < 2) return all;
  const [ni, nj] = grid.size;
  const [width, height] = part.grid.size;
  /** Place in the whole grid of a voxel of the part. */
  const placeOf = (at: number): number =>
    box.from[0] +
    (at % width) +
    ni *
      (box.from[1] +
        (Math.floor(at / width) % height) +
        nj * (box.from[2] + Math.floor(at / (width * height))));
  const certainty = new Float64Array(count + 1);
  for (let at = 0; at < labels.length; at++) {
    if (labels[at] > 0) certainty[labels[at]] += data[placeOf(at)] - from + 1;
  }
  const surest = certainty.indexOf(Math.max(...certainty));
  const kept = emptyMask(grid);
  for (let at = 0; at < labels.length; at++) if (labels[at] === surest) kept.data[placeOf(at)] = 1;
  return kept;
}
