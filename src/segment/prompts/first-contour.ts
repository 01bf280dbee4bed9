/** The contour with which following a tumour begins: on the slice of a click, or on the middle slice of a box. */
import type { ChestCt } from "#anatomy/aorta/aorta.ts";
import type { VoxelPoint } from "#core/coordinates.ts";
import type { Box } from "#geometry/crop.ts";
import type { CtImage } from "#geometry/ct-image.ts";
import { extentOf, insideProbability, keepRegions } from "./contour-part.ts";
import {
  type Answer,
  ask,
  ownPixelMm,
  type PromptModel,
  seenFrom,
  viewLimits,
  voxelsOf,
} from "./prompt-model.ts";

/** The views in which a click is asked about, as parts of the model's own. */
const clickScales = [0.7, 1, 1.4] as const;
/** How far from the click its region is looked for: a click on a bronchus is meant for the tumour round it. */
const nearestMm = 14;
/** A box is a little larger than the tumour, and a tumour less than the ellipse in the box. */
const ellipsePart = 0.8;

/** The mean of the answers at several scales, in the widest view; undefined where nothing lies near the click. */
export async function contourAtClick(
  ct: ChestCt,
  model: PromptModel,
  click: VoxelPoint,
  alsoMirrored: boolean,
): Promise<Answer | undefined> {
  const { size } = model.input;
  const k = Math.round(click[2]);
  const centre = [click[0], click[1]] as const;
  const questions = clickScales.map((scale) => ({
    k,
    view: { centre, pixelMm: ownPixelMm(model) * scale },
    prompt: { click: centre },
  }));
  const answers = await ask(ct, model, questions, alsoMirrored);
  const { view } = answers[answers.length - 1];
  const weightedAnswers = answers.map((answer) => ({
    probability: seenFrom(answer, view, size, ct),
    // 1 where this view shows anything.
    weight: seenFrom({ ...answer, probability: answer.probability.map(() => 1) }, view, size, ct),
  }));
  const mean = new Float32Array(size * size);
  for (let at = 0; at < mean.length; at++) {
    const weight = weightedAnswers.reduce((sum, answer) => sum + answer.weight[at], 0);
    if (weight > 0)
      mean[at] = weightedAnswers.reduce((sum, { probability }) => sum + probability[at], 0) / weight;
  }
  return regionAtMiddle({ k, view, probability: mean }, size);
}

/** The region at the middle of the view, or the nearest one. */
function regionAtMiddle(answer: Answer, size: number): Answer | undefined {
  const middle = (size - 1) / 2;
  let [nearest, least] = [-1, nearestMm / answer.view.pixelMm];
  answer.probability.forEach((value, at) => {
    const away = Math.hypot((at % size) - middle, Math.floor(at / size) - middle);
    if (value >= insideProbability && away < least) [nearest, least] = [at, away];
  });
  return nearest < 0 ? undefined : keepRegions(answer, size, (pixel) => pixel === nearest);
}

/** The answer on the middle slice, where the ellipse in the box is the prompt; undefined where nothing is found. */
export async function contourInBox(ct: ChestCt, model: PromptModel, box: Box): Promise<Answer | undefined> {
  const { size } = model.input;
  const k = Math.floor((box.from[2] + box.to[2] - 1) / 2);
  const ellipse = ellipseIn(ct, model, box, k);
  const [answer] = await ask(ct, model, [{ k, view: ellipse.view, prompt: { contour: ellipse } }], true);
  const first = cutToBox(ct, answer, size, box);
  return extentOf(first, size) === undefined ? undefined : first;
}

function ellipseIn(ct: CtImage, model: PromptModel, { from, to }: Box, k: number): Answer {
  const { size } = model.input;
  const halfMm = [0, 1].map((axis) => (ellipsePart * (to[axis] - from[axis]) * ct.grid.spacingMm[axis]) / 2);
  const { part, pixelMm: range } = viewLimits(model);
  const pixelMm = Math.min(range[1], Math.max(range[0], (2 * Math.max(...halfMm)) / part / size));
  const probability = new Float32Array(size * size);
  for (let at = 0; at < probability.length; at++) {
    const x = ((at % size) - (size - 1) / 2) * pixelMm;
    const y = (Math.floor(at / size) - (size - 1) / 2) * pixelMm;
    if (Math.hypot(x / halfMm[0], y / halfMm[1]) <= 1) probability[at] = 1;
  }
  const centre = [(from[0] + to[0] - 1) / 2, (from[1] + to[1] - 1) / 2] as const;
  return { k, view: { centre, pixelMm }, probability };
}

/** Nothing beside the box. */
export function cutToBox(ct: CtImage, answer: Answer, size: number, { from, to }: Box): Answer {
  const map = voxelsOf(answer.view, size, ct);
  const probability = answer.probability.map((value, at) => {
    const i = map.x0 + map.xx * (at % size);
    const j = map.y0 + map.yy * Math.floor(at / size);
    return i < from[0] || j < from[1] || i > to[0] - 1 || j > to[1] - 1 ? 0 : value;
  });
  return { ...answer, probability };
}
