/**
 * The border of a contour moved to where the image has one. Networks that see half of the pixels leave their border a voxel or
 * two off; where the density jumps, to lung or air, that is where a physician draws. Within a band along the network's border
 * the cheapest separation is sought (editing/region-cut/minimum-cut.ts): confidence says which side a voxel is wanted on, parting two
 * voxels costs their common face, next to nothing where the density jumps. Beyond the band nothing changes.
 */

import { applyPatch } from "#editing/patch/mask-patch.ts";
import { certain, partingCosts } from "#editing/region-cut/cut-region.ts";
import { minimumCut } from "#editing/region-cut/minimum-cut.ts";
import { cropImage, type RegionImage } from "#editing/region-cut/region-image.ts";
import { fillHoles } from "#editing/tools/fill-holes.ts";
import { type Confidence, leaning } from "#geometry/confidence.ts";
import { type Box, uncropVoxels } from "#geometry/crop.ts";
import type { CtImage } from "#geometry/ct-image.ts";
import { erodedBy, withinDistance } from "#geometry/distances/within-distance.ts";
import { emptyMask, type Mask } from "#geometry/mask.ts";
import { boxOfRuns, maskOfRuns, partOfRuns, type Runs } from "#geometry/regions/runs.ts";
import type { OwnBytes } from "./own-border.ts";

/** How far the border may move. */
export const bandMm = 6;
/** What a cubic millimetre of full confidence, and of lung, weighs against a square millimetre of cut, 1/mm. */
const weights = { confidence: 0.4, lung: 0.3 } as const;
/** HU of lung, which is wanted outside, and of tissue, which is not. */
const lungHu = { full: -800, none: -500 } as const;

/**
 * All on one grid, the patient upright. `ownBytes`: what each byte of the confidence stands for (own-border.ts), itself by default. Nothing
 * stays nothing, and no region becomes so: it stays as it is where the cheapest separation would leave nothing of it, as of a small
 * tumour that is hardly denser than lung.
 */
export function sharpenBorder(ct: CtImage, confidence: Confidence, region: Runs, ownBytes?: OwnBytes): Mask {
  const extent = boxOfRuns(region, ct.grid.size);
  if (extent === undefined) return emptyMask(ct.grid);
  const { spacingMm } = ct.grid;
  const grow = spacingMm.map((mm) => Math.ceil(bandMm / mm) + 1);
  const wanted: Box = {
    from: [extent.from[0] - grow[0], extent.from[1] - grow[1], extent.from[2] - grow[2]],
    to: [extent.to[0] + grow[0], extent.to[1] + grow[1], extent.to[2] + grow[2]],
  };
  const image = cropImage(ct, confidence, wanted);
  const before = partOfRuns(ct.grid, region, image.box);
  const nearInside = withinDistance(before, bandMm);
  const deepInside = erodedBy(before, bandMm).data;
  const voxelMm3 = spacingMm[0] * spacingMm[1] * spacingMm[2];
  const preference = new Float32Array(image.hu.length);
  for (let at = 0; at < preference.length; at++) {
    if (deepInside[at] === 1) preference[at] = certain;
    else if (nearInside[at] === 0) preference[at] = -certain;
    else {
      const byte = image.confidence?.[at] ?? 0;
      const sure = leaning(ownBytes === undefined ? byte : ownBytes[byte]);
      const lung = Math.min(1, Math.max(0, (lungHu.none - image.hu[at]) / (lungHu.none - lungHu.full)));
      preference[at] = voxelMm3 * (weights.confidence * sure - weights.lung * lung);
    }
  }
  const part: Mask = { grid: image.grid, data: cheapestBorder(image, preference, before.data) };
  if (!part.data.includes(1)) return maskOfRuns(ct.grid, region);
  applyPatch(part, fillHoles(part));
  return { grid: ct.grid, data: uncropVoxels(part.data, image.box, ct.grid.size) };
}

/**
 * 1 inside the cheapest separation of an image by `preference` (overwritten) and the image's own borders. The outermost layer
 * takes no part in it and stays as it was `before`, where the CT ends in it.
 */
export function cheapestBorder(image: RegionImage, preference: Float32Array, before: Uint8Array): Uint8Array {
  const { size } = image.grid;
  const [width, height, depth] = size;
  const inside = minimumCut({ size, parting: partingCosts(image, preference), preference });
  for (let k = 0, row = 0; k < depth; k++) {
    for (let j = 0; j < height; j++, row += width) {
      const atEnd = k === 0 || j === 0 || k === depth - 1 || j === height - 1;
      const step = atEnd ? 1 : Math.max(1, width - 1);
      for (let i = 0; i < width; i += step) inside[row + i] = before[row + i];
    }
  }
  return inside;
}
