/**
 * Which of the regions that a model found can be a tumour of the lung. Networks of single slices take the tops of liver,
 * spleen and stomach for tumours: round soft tissue with lung about it. In three dimensions they give themselves away:
 * there is no lung below them. The same holds for all of the abdomen, and above the lungs there is no lung beside.
 */
import type { Box } from "#geometry/crop.ts";
import type { CtImage } from "#geometry/ct-image.ts";
import type { Grid } from "#geometry/grid.ts";
import { coarsenCt } from "./coarse-chest.ts";
import { findLungs } from "./find-lungs.ts";

/** The lungs of an upright CT on blocks of its pixels (coarse-chest.ts). */
export type CoarseLungs = {
  readonly grid: Grid;
  /** Above 0 in a lung, in the grid's memory order. */
  readonly labels: Uint8Array;
  /** Pixels of the CT along a block's side. */
  readonly factor: number;
};

/** Undefined where the image shows no lungs. The CT is upright: slices count towards the head. */
export function findCoarseLungs(ct: CtImage): CoarseLungs | undefined {
  const { grid, hu, factor } = coarsenCt(ct);
  const lungs = findLungs(grid, hu);
  return lungs && { grid, labels: lungs.labels, factor };
}

/**
 * For each region 1 .. count the part of its lower surface that has lung in its slice and lung somewhere below it, 0 to 1;
 * the first entry is for no region. The first slice of a CT that begins within the lungs is not judged: nobody knows what
 * lies below. `labels` are those of the voxels in `box` of the CT, in the box's memory order; no region leaves the box.
 */
export function lungSupport(
  lungs: CoarseLungs,
  { labels, count }: { readonly labels: Int32Array; readonly count: number },
  { from, to }: Box,
): Float64Array {
  const [coarseWidth, coarseHeight] = lungs.grid.size;
  const coarseArea = coarseWidth * coarseHeight;
  const [width, height] = [to[0] - from[0], to[1] - from[1]];
  const lungBelow = new Uint8Array(coarseArea);
  const faces = new Float64Array(count + 1);
  const supported = new Float64Array(count + 1);
  for (let k = 0; k < to[2]; k++) {
    const lungHere = lungs.labels.subarray(k * coarseArea, (k + 1) * coarseArea);
    const anyLung = lungHere.some((side) => side > 0);
    const judged = k >= from[2] && !(k === 0 && anyLung);
    const start = width * height * (k - from[2]);
    for (let at = 0; judged && at < width * height; at++) {
      const label = labels[start + at];
      if (label === 0 || (k > from[2] && labels[start + at - width * height] === label)) continue;
      faces[label]++;
      const [x, y] = [from[0] + (at % width), from[1] + Math.floor(at / width)];
      const block = Math.floor(x / lungs.factor) + coarseWidth * Math.floor(y / lungs.factor);
      if (anyLung && lungBelow[block] === 1) supported[label]++;
    }
    for (let block = 0; block < coarseArea; block++) if (lungHere[block] > 0) lungBelow[block] = 1;
  }
  return supported.map((part, label) => (faces[label] > 0 ? part / faces[label] : 1));
}
