/** In which slices a contour is, as a person counts them: from 1 at the feet, however the CT is stored. */
import type { Mask } from "#geometry/mask.ts";
import { nextInside } from "#geometry/seek.ts";
import { turnOf, uprightMask } from "#geometry/upright.ts";

/** First and last are 0 where nothing was found. */
export type SliceRange = { readonly first: number; readonly last: number; readonly count: number };

export function sliceRange(mask: Mask): SliceRange {
  const upright = uprightMask(mask, turnOf(mask.grid));
  const [width, height, count] = upright.grid.size;
  const area = width * height;
  const numbers = Array.from({ length: count }, (_, k) => k + 1);
  const filled = numbers.filter(
    (number) => nextInside(upright.data, (number - 1) * area, number * area) < number * area,
  );
  return { first: filled[0] ?? 0, last: filled.at(-1) ?? 0, count: filled.length };
}
