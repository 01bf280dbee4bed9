/** In which slices a contour is, as a person counts them: from 1 at the feet, however the CT is stored. */
import { filledSlices, type Mask } from "#geometry/mask.ts";
import { turnOf, uprightMask } from "#geometry/upright.ts";

/** First and last are 0 where nothing was found. */
export type SliceRange = { readonly first: number; readonly last: number; readonly count: number };

export function sliceRange(mask: Mask): SliceRange {
  const filled = filledSlices(uprightMask(mask, turnOf(mask.grid)));
  return { first: (filled[0] ?? -1) + 1, last: (filled.at(-1) ?? -1) + 1, count: filled.length };
}
