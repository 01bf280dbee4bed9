/**
 * A small tumour is looked at closer. In an image of both lungs it is a few pixels wide, and the network draws it too small: half of its
 * volume in many patients. The network that answers clicks sees it several times as large. What it finds from each of three clicks
 * inside the contour is added; nothing is taken away. In a large tumour it would be the other way round: that network does not follow
 * it to its ends. Measured: docs/decisions/0045-small-tumours-seen-closer.md.
 */
import type { ChestCt } from "#anatomy/aorta/aorta.ts";
import { applyPatch } from "#editing/patch/mask-patch.ts";
import type { Region } from "#editing/region-cut/segment-region.ts";
import { fillHoles } from "#editing/tools/fill-holes.ts";
import { type Mask, volumeCc } from "#geometry/mask.ts";
import { overlapInBox } from "#geometry/overlap.ts";
import { keepAttached } from "#geometry/regions/connected-components.ts";
import { clicksInside } from "../prompts/clicks-inside.ts";
import { regionFromClick } from "../prompts/find-region.ts";
import { unmirrored } from "../prompts/follow-tumour.ts";
import type { PromptModel } from "../prompts/prompt-model.ts";

/** A ball of 27 mm. */
export const smallCc = 10;
/** What is found from a click and has a lower DSC with the contour is something else. */
const leastAgreement = 0.4;

/** The contour with what was added. The CT is upright. `clicks` is asked for only where the tumour is small. */
export async function addSeenCloser(
  ct: ChestCt,
  contour: Mask,
  clicks: () => Promise<PromptModel>,
): Promise<Mask> {
  if (volumeCc(contour) >= smallCc) return contour;
  const regions: Region[] = [];
  for (const click of clicksInside(contour)) {
    const region = await regionFromClick(ct, await clicks(), click, unmirrored);
    if ((overlapInBox(contour, region).dsc ?? 0) < leastAgreement) return contour;
    regions.push(region);
  }
  const [first, ...others] = regions;
  if (first === undefined) return contour;
  const { grid } = contour;
  const mask: Mask = { grid, data: contour.data.slice() };
  const { from, to } = first.box;
  for (let k = from[2]; k < to[2]; k++) {
    for (let j = from[1]; j < to[1]; j++) {
      for (let i = from[0]; i < to[0]; i++)
        if (holds(first, i, j, k) && others.every((other) => holds(other, i, j, k)))
          mask.data[i + grid.size[0] * (j + grid.size[1] * k)] = 1;
    }
  }
  applyPatch(mask, fillHoles(mask));
  // Three regions may share a second place.
  keepAttached(mask, contour);
  return mask;
}

function holds({ box: { from, to }, inside }: Region, i: number, j: number, k: number): boolean {
  const [width, height] = [to[0] - from[0], to[1] - from[1]];
  const [x, y, z] = [i - from[0], j - from[1], k - from[2]];
  if (x < 0 || y < 0 || z < 0 || x >= width || y >= height || k >= to[2]) return false;
  return inside[x + width * (y + height * z)] === 1;
}
