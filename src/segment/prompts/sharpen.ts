/**
 * A region known by its probability, its border moved to where the image has one: the minimum cut (editing/region-cut/minimum-cut.ts)
 * in the band of voxels of which the model is not sure, with the probability as the preference and the costs of parting two
 * voxels as everywhere in region cutting. What is much denser than the region, bone and contrast in vessels, is not taken.
 */

import { type ChestCt, fillAorta } from "#anatomy/aorta/aorta.ts";
import { indexOfGreatest } from "#core/greatest.ts";
import { applyPatch } from "#editing/patch/mask-patch.ts";
import { certain } from "#editing/region-cut/cut-region.ts";
import { cropImage } from "#editing/region-cut/region-image.ts";
import type { Region } from "#editing/region-cut/segment-region.ts";
import { fillHoles } from "#editing/tools/fill-holes.ts";
import { connectedComponents } from "#geometry/regions/connected-components.ts";
import { cheapestBorder } from "#segment/border/sharpen-border.ts";
import type { ProbabilityInBox } from "./answers-on-grid.ts";
import { insideOf } from "./contour-part.ts";

/** Beyond these probabilities nothing is asked of the image. */
const unsure = { from: 0.15, to: 0.85 } as const;
/** What a cubic millimetre of certainty weighs against a square millimetre of cut, 1/mm. */
const certainty = 0.5;
/** Lung is no tumour where the model is unsure; HU below this are lung. */
const lungBelowHu = -600;
const lungPenalty = 0.3;

/** The largest part, holes of its slices filled but for the aorta. Nothing inside where no probability is 0.5 or more. */
export function sharpen(ct: ChestCt, { box, probability }: ProbabilityInBox): Region {
  const image = cropImage(ct, null, box);
  const { spacingMm } = image.grid;
  const voxelMm3 = spacingMm[0] * spacingMm[1] * spacingMm[2];
  const preference = Float32Array.from(probability, (value, at) => {
    if (value <= unsure.from) return -certain;
    if (value >= unsure.to) return certain;
    const lung = image.hu[at] < lungBelowHu ? lungPenalty : 0;
    return voxelMm3 * certainty * (2 * value - 1 - lung);
  });
  const predicted = insideOf(probability);
  const inside = cheapestBorder(image, preference, predicted);
  const mask = { grid: image.grid, data: inside };
  const { labels, sizes } = connectedComponents(mask, "corners");
  const largest = indexOfGreatest(sizes) + 1;
  for (let at = 0; at < inside.length; at++) if (labels[at] !== largest) inside[at] = 0;
  applyPatch(mask, fillHoles(mask));
  fillAorta(ct.aorta, { grid: image.grid, data: inside, corner: image.box.from }, 0);
  return { box: image.box, inside };
}
