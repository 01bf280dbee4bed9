/**
 * Which slices of a CT can show a tumour of the lung: those with lung, and some beyond. A planning CT reaches into the neck and the
 * abdomen; a network need not look there, and finds only what is no tumour.
 */
import type { CoarseLungs } from "#anatomy/lung-support.ts";
import type { Grid } from "#geometry/grid.ts";

/** Slice indices, from <= k < to, the patient upright. */
export type SliceRange = { readonly from: number; readonly to: number };

/** A tumour at the apex or the diaphragm may leave the lung's slices by this much. */
const beyondMm = 40;
/** Lungs of less height are a crop, or collapsed: what was found then says nothing of where they should end. */
const leastHeightMm = 150;

/** Of an upright CT's grid; all slices where no lungs were found, or not enough of them to go by. */
export function tumourSlices(lungs: CoarseLungs | undefined, grid: Grid): SliceRange {
  const [count, spacingMm] = [grid.size[2], grid.spacingMm[2]];
  const all: SliceRange = { from: 0, to: count };
  if (lungs === undefined) return all;
  const area = lungs.grid.size[0] * lungs.grid.size[1];
  const first = Math.floor(lungs.labels.findIndex((side) => side > 0) / area);
  const last = Math.floor(lungs.labels.findLastIndex((side) => side > 0) / area);
  if ((last + 1 - first) * spacingMm < leastHeightMm) return all;
  const beyond = Math.ceil(beyondMm / spacingMm);
  return { from: Math.max(0, first - beyond), to: Math.min(count, last + 1 + beyond) };
}
