/** In which slices a contour is, as a person counts them: from 1 at the feet, however the CT is stored. */
import { type Mask, maskSlice } from "#geometry/mask.ts";
import { turnOf, uprightMask } from "#geometry/upright.ts";

/** First and last are 0 where nothing was found. */
export type SliceRange = { readonly first: number; readonly last: number; readonly count: number };

export function sliceRange(mask: Mask): SliceRange {
  const upright = uprightMask(mask, turnOf(mask.grid));
  const numbers = Array.from({ length: upright.grid.size[2] }, (_, k) => k + 1);
  const filled = numbers.filter((number) => maskSlice(upright, number - 1).includes(1));
  return { first: filled[0] ?? 0, last: filled.at(-1) ?? 0, count: filled.length };
}
