/** What is said of a region that was found: how far it reaches, and where its box may have cut it off. */
import { cutAt, reachOf } from "#editing/region-cut/region-reach.ts";
import type { Region } from "#editing/region-cut/segment-region.ts";
import { type Box, boxSize } from "#geometry/crop.ts";
import type { Grid } from "#geometry/grid.ts";

export function foundAtClick(region: Region, grid: Grid, how: "add" | "replace"): string | undefined {
  const reach = reachOf(region, grid);
  if (reach === undefined) return undefined;
  return `${how === "add" ? "Added" : "Replaced by"} a region of ${inWords(reach, grid)}`;
}

/** `drawn`: the box that was asked for. */
export function foundInBox(region: Region, grid: Grid, drawn: Box): string {
  const drawnSlices = boxSize(drawn)[2];
  const grew = boxSize(region.box)[2] > drawnSlices ? "The box grew with the tumour, to " : "Searched in ";
  const cut = cutAt(region, grid).some(({ first, last }) => first || last);
  const end = cut ? ". The contour ends at the box: draw a larger one if the tumour goes on" : "";
  return `${grew}${inWords(region.box, grid)}${end}`;
}

/** As "45 × 38 × 50 mm, slices 12 to 21". */
function inWords(box: Box, { spacingMm }: Grid): string {
  const mm = boxSize(box).map((count, axis) => (count * spacingMm[axis]).toFixed(0));
  return `${mm.join(" × ")} mm, slices ${box.from[2] + 1} to ${box.to[2]}`;
}
