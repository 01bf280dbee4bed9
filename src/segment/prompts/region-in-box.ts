/**
 * A tumour that a person draws a box round: the network that answers prompts follows it through the box, and its answer is evidence
 * beside the density of the tissue. The CT is upright; nothing in its aorta is found.
 */
import { type ChestCt, fillAorta } from "#anatomy/aorta/aorta.ts";
import { cropImage } from "#editing/region-cut/region-image.ts";
import { cutAt, reachOf } from "#editing/region-cut/region-reach.ts";
import { type Region, segmentBoxImage } from "#editing/region-cut/segment-region.ts";
import { toByte } from "#geometry/confidence.ts";
import { type Box, boxSize } from "#geometry/crop.ts";
import type { Grid } from "#geometry/grid.ts";
import { countInside } from "#geometry/mask.ts";
import { onGrid, type ProbabilityInBox } from "./answers-on-grid.ts";
import { insideProbability } from "./contour-part.ts";
import { closely, followInBox, type Pace } from "./follow-tumour.ts";
import type { PromptModel } from "./prompt-model.ts";

export const nowhere: Region = { box: { from: [0, 0, 0], to: [0, 0, 0] }, inside: new Uint8Array(0) };

/** A box is drawn on one slice: its depth is the page's guess, and grows by this much at a time, this often at most. */
const growth = { mm: 15, times: 6 } as const;
/** A region that is narrower than this part of its widest slice where the box cuts it off ends near by. */
const broadPart = 0.5;

/** In a box that the tumour fills for the most part. Where what is found is cut off by the box's first or last slice, the box grows. */
export async function regionInBox(
  ct: ChestCt,
  model: PromptModel,
  drawnBox: Box,
  pace = closely,
): Promise<Region> {
  const ask = (box: Box): Promise<Region> => regionInThisBox(ct, model, box, pace);
  let region = await ask(drawnBox);
  let [below, above] = cutOff(region, ct.grid);
  for (let grown = 0; grown < growth.times && below.slices + above.slices > 0; grown++) {
    const { from, to } = region.box;
    region = await ask({
      from: [from[0], from[1], from[2] - below.slices],
      to: [to[0], to[1], to[2] + above.slices],
    });
    const next = cutOff(region, ct.grid);
    [below, above] = [below, above].map((end, at) => (end.isLast ? { slices: 0, isLast: true } : next[at]));
  }
  return withoutSpareSlices(region, ct.grid, drawnBox);
}

/**
 * How many slices farther the box is asked for below and above: a step where it cuts the region off while that is broad; else, once, what a
 * ball of that breadth has left. None where the region ends before the box does.
 */
function cutOff(region: Region, grid: Grid) {
  const { box, inside } = region;
  const [width, height, depth] = boxSize(box);
  const area = width * height;
  const areas = Array.from({ length: depth }, (_, k) =>
    countInside(inside.subarray(k * area, (k + 1) * area)),
  );
  const widest = Math.max(...areas);
  const radiusMm = Math.sqrt((widest * grid.spacingMm[0] * grid.spacingMm[1]) / Math.PI);
  const { first, last } = cutAt(region, grid)[2];
  const filled = areas.filter((count) => count > 0);
  return [first ? filled[0] : 0, last ? filled[filled.length - 1] : 0].map((end) => {
    const isBroad = end >= broadPart * widest;
    const mm = isBroad ? growth.mm : radiusMm * (1 - Math.sqrt(1 - end / widest));
    const isLast = end > 0 && !isBroad;
    return { slices: end === 0 ? 0 : Math.max(1, Math.round(mm / grid.spacingMm[2])), isLast };
  });
}

/** Empty slices round what was found, which say that it ended there. */
const spareSlices = 2;

/** What was looked through beyond the wanted box for nothing is left out: a contour there is not contoured anew. */
function withoutSpareSlices(region: Region, grid: Grid, drawnBox: Box): Region {
  const { box, inside } = region;
  const reach = reachOf(region, grid) ?? drawnBox;
  const first = Math.max(box.from[2], Math.min(drawnBox.from[2], reach.from[2] - spareSlices));
  const last = Math.min(box.to[2], Math.max(drawnBox.to[2], reach.to[2] + spareSlices));
  const [width, height] = boxSize(box);
  const area = width * height;
  return {
    box: { from: [box.from[0], box.from[1], first], to: [box.to[0], box.to[1], last] },
    inside: inside.subarray(area * (first - box.from[2]), area * (last - box.from[2])),
  };
}

/** The network's answer is evidence beside the density of the tissue. */
async function regionInThisBox(ct: ChestCt, model: PromptModel, wanted: Box, pace: Pace): Promise<Region> {
  const image = cropImage(ct, null, wanted);
  if (image.hu.length === 0) return nowhere;
  const answers = await followInBox(ct, model, image.box, pace);
  if (answers.length === 0) return segmentBoxImage(image);
  const probabilities = onGrid(ct, answers, model.input.size, 0);
  const region = segmentBoxImage({ ...image, confidence: confidenceIn(image.box, probabilities) });
  fillAorta(ct.aorta, { grid: image.grid, data: region.inside, corner: image.box.from }, 0);
  return region;
}

/** As bytes of a confidence on another box's voxels; 0 beside `probabilities`. */
function confidenceIn(box: Box, probabilities: ProbabilityInBox): Uint8Array {
  const size = boxSize(box);
  const [width, height, depth] = boxSize(probabilities.box);
  const confidence = new Uint8Array(size[0] * size[1] * size[2]);
  for (let k = 0, at = 0; k < depth; k++) {
    const z = k + probabilities.box.from[2] - box.from[2];
    for (let j = 0; j < height; j++) {
      const y = j + probabilities.box.from[1] - box.from[1];
      for (let i = 0; i < width; i++, at++) {
        const x = i + probabilities.box.from[0] - box.from[0];
        if (x < 0 || y < 0 || z < 0 || x >= size[0] || y >= size[1] || z >= size[2]) continue;
        confidence[x + size[0] * (y + size[1] * z)] = toByte(
          probabilities.probability[at],
          insideProbability,
        );
      }
    }
  }
  return confidence;
}
