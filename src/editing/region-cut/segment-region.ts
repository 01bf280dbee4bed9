/**
 * A target in a box from the CT itself: for tumours that the model did not find. Tissue as dense as the surest place is wanted, less so the farther from it; parting two voxels costs their common face, next to nothing where
 * the density jumps. The cheapest separation (minimum-cut.ts) follows the border to lung and crosses to chest wall or
 * mediastinum at the narrowest place. The outermost layer of the box is never inside. A model's confidence, where there
 * is any, weighs in, but tumours without any are found as well.
 *
 * A draft for a person to correct, no measured segmentation: where a tumour lies broadly against tissue of its own density
 * the border there is a guess of its shape.
 */

import type { MaskPatch } from "#editing/patch/mask-patch.ts";
import { patchInBox } from "#editing/tools/between-masks.ts";
import { type Confidence, certaintyAbove } from "#geometry/confidence.ts";
import type { Box } from "#geometry/crop.ts";
import type { CtImage } from "#geometry/ct-image.ts";
import type { Mask } from "#geometry/mask.ts";
import { cutRound } from "./cut-region.ts";
import { cropImage, placesOf, type RegionImage } from "./region-image.ts";
import { depthInTissueMm, hasTissue } from "./tissue-depth.ts";

/** What was found in a box of the CT. */
export type Region = {
  readonly box: Box;
  /** 1 inside: the box's voxels, i fastest. */
  readonly inside: Uint8Array;
};

/** Tissue of a tumour's usual density, and of ground glass. */
const usualTissueHu = [-400, -650] as const;
const leastDepthMm = 4;
/** The target's reach in a box: to its faces and a little into its corners. */
const reachOfBox = 1.15;

/** In a box that the tumour fills for the most part. Nothing inside where the box shows nothing denser than lung. */
export function segmentInBox(ct: CtImage, confidence: Pick<Confidence, "data"> | null, box: Box): Region {
  return segmentBoxImage(cropImage(ct, confidence, box));
}

/** The same of what was cut from a CT; the region's box is the image's. */
export function segmentBoxImage(image: RegionImage): Region {
  const half = image.grid.size.map((count, axis) => (count * image.grid.spacingMm[axis]) / 2);
  const nothing: Region = { box: image.box, inside: new Uint8Array(image.hu.length) };
  const tissueHu = usualTissueHu.find((level) => hasTissue(image, level));
  if (tissueHu === undefined) return nothing;
  const depthMm = depthInTissueMm(image, tissueHu);
  const middle = image.grid.size.map((count) => (count - 1) / 2);
  const farOf = placesOf(image.grid, middle, half);
  let [seed, best] = [-1, 0];
  for (let at = 0; at < depthMm.length; at++) {
    const score = depthMm[at] * (1 - farOf(at) ** 2) + surePart(image, at) * leastDepthMm;
    if (score > best) [seed, best] = [at, score];
  }
  if (seed < 0) return nothing;
  const pull = (at: number): number => 1 - (farOf(at) / reachOfBox) ** 2;
  return {
    box: image.box,
    inside: cutRound(image, { seed, seedRadiusMm: Math.max(2, depthMm[seed] / 2), pull }),
  };
}

function surePart({ confidence }: RegionImage, at: number): number {
  return confidence === null ? 0 : certaintyAbove(confidence[at]);
}

/** The region in place of what the mask had in the box, or added to it. */
export function regionPatch(mask: Mask, { box, inside }: Region, how: "replace" | "add"): MaskPatch {
  if (how === "replace" || inside.length === 0) return patchInBox(mask, box, inside);
  const [ni, nj] = mask.grid.size;
  const after = inside.slice();
  const [width, height] = [box.to[0] - box.from[0], box.to[1] - box.from[1]];
  for (let at = 0; at < after.length; at++) {
    const i = box.from[0] + (at % width);
    const j = box.from[1] + (Math.floor(at / width) % height);
    const k = box.from[2] + Math.floor(at / (width * height));
    after[at] |= mask.data[i + ni * (j + nj * k)];
  }
  return patchInBox(mask, box, after);
}
