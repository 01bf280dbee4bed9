/**
 * Questions to a model that answers prompts: on this slice, given this click or that contour on another slice, which pixels
 * belong to the tumour? A question's view is a square of the slice; its answer is a probability per pixel of that square.
 */
import { type ChestCt, discOn, fillAorta } from "#anatomy/aorta/aorta.ts";
import { DelineateError } from "#core/errors.ts";
import type { CtImage } from "#geometry/ct-image.ts";
import type { ModelInput, Predict } from "#model/model-input.ts";
import type { AffineMap } from "#preprocess/affine-map.ts";
import { type GreyLevels, levelOf, outsideLevel } from "#preprocess/grey-levels.ts";
import { normaliseInto } from "#preprocess/normalise.ts";
import { clickChannel, contourChannel, promptChannels, viewOf } from "#preprocess/prompt-view.ts";
import { reverseRows } from "#segment/mirror.ts";

export type PromptModel = { readonly input: ModelInput; readonly predict: Predict };

/** A square of an axial slice: its middle in voxels of the slice, its pixels in millimetres. */
export type View = { readonly centre: readonly [i: number, j: number]; readonly pixelMm: number };

/** Probabilities per pixel of a view on slice `k`, row by row. */
export type Answer = { readonly k: number; readonly view: View; readonly probability: Float32Array };

type Question = {
  readonly k: number;
  readonly view: View;
  /** A click on this slice, in voxels; or the contour on another, where the answer's probability is 0.5 or more. */
  readonly prompt: { readonly click: readonly [i: number, j: number] } | { readonly contour: Answer };
};

/** Pixels that a model was trained on, as parts of its own (training/prompts/prompt-batch.ts). */
const trainedScales = [0.65, 1.6] as const;
/** The part of a view that a contour fills, where those scales allow it. */
const filledPart = 0.4;

export function ownPixelMm({ input: { viewMm, size } }: PromptModel): number {
  if (viewMm === undefined)
    throw new DelineateError(
      "bad-model",
      "This model sees whole slices and answers no clicks: train with --set view=click.",
    );
  return viewMm / size;
}

/** How views follow a contour. */
export function viewLimits(model: PromptModel) {
  const [least, most] = trainedScales.map((scale) => scale * ownPixelMm(model));
  return { part: filledPart, pixelMm: [least, most] as const };
}

/** From pixels of a view of `size` pixels a side to voxels of the slice. */
export function voxelsOf(
  { centre, pixelMm }: View,
  size: number,
  { grid }: Pick<CtImage, "grid">,
): AffineMap {
  const [sx, sy] = [pixelMm / grid.spacingMm[0], pixelMm / grid.spacingMm[1]];
  const middle = (size - 1) / 2;
  return { xx: sx, xy: 0, x0: centre[0] - sx * middle, yx: 0, yy: sy, y0: centre[1] - sy * middle };
}

/**
 * The answers in the order of the questions. `alsoMirrored`: each question is asked as it is and mirrored, and the answers are the
 * means of both. No pixel in the aorta belongs to the tumour.
 */
export async function ask(
  ct: ChestCt,
  { input, predict }: PromptModel,
  questions: readonly Question[],
  alsoMirrored: boolean,
): Promise<Answer[]> {
  const { size } = input;
  const area = size * size;
  const views = alsoMirrored ? 2 : 1;
  const images = new Float32Array(views * questions.length * promptChannels * area);
  questions.forEach((question, index) => {
    channelsOf(ct, input, question).forEach((channel, at) => {
      const start = (views * index * promptChannels + at) * area;
      images.set(channel, start);
      if (alsoMirrored) images.set(reverseRows(channel, size), start + promptChannels * area);
    });
  });
  const probabilities = await predict(images, views * questions.length);
  return questions.map(({ k, view }, index) => {
    const from = views * index * area;
    const probability = probabilities.slice(from, from + area);
    if (alsoMirrored) {
      const back = reverseRows(probabilities.subarray(from + area, from + 2 * area), size);
      for (let at = 0; at < area; at++) probability[at] = (probability[at] + back[at]) / 2;
    }
    clearAorta(ct, { k, view, probability }, size);
    return { k, view, probability };
  });
}

function clearAorta(ct: ChestCt, { k, view, probability }: Answer, size: number): void {
  const disc = discOn(ct.aorta, k);
  if (disc === undefined) return;
  const map = voxelsOf(view, size, ct);
  const seen = { ...disc, i: (disc.i - map.x0) / map.xx, j: (disc.j - map.y0) / map.yy };
  const grid = { size: [size, size, 1], spacingMm: [view.pixelMm, view.pixelMm, 1] } as const;
  fillAorta({ firstSlice: 0, discs: [seen] }, { grid, data: probability }, 0);
}

function channelsOf(ct: CtImage, input: ModelInput, { k, view, prompt }: Question): Float32Array[] {
  const { size } = input;
  const levelsOf = (slice: number): Float32Array => {
    const levels = levelsIn(ct, slice, view, input);
    normaliseInto(levels, levels, input.normalisation);
    return levels;
  };
  const ownLevels = levelsOf(k);
  if ("click" in prompt) {
    const map = voxelsOf(view, size, ct);
    const place = [(prompt.click[0] - map.x0) / map.xx, (prompt.click[1] - map.y0) / map.yy] as const;
    return [ownLevels, ownLevels, clickChannel(size, place)];
  }
  const { contour } = prompt;
  return [
    ownLevels,
    contour.k === k ? ownLevels : levelsOf(contour.k),
    contourChannel(seenFrom(contour, view, size, ct)),
  ];
}

/** An answer's probability in the pixels of another view; 0 outside its own. */
export function seenFrom(
  { view: from, probability }: Pick<Answer, "view" | "probability">,
  to: View,
  size: number,
  ct: Pick<CtImage, "grid">,
): Float32Array {
  const [fromMap, toMap] = [voxelsOf(from, size, ct), voxelsOf(to, size, ct)];
  const map: AffineMap = {
    ...{ xx: toMap.xx / fromMap.xx, xy: 0, x0: (toMap.x0 - fromMap.x0) / fromMap.xx },
    ...{ yx: 0, yy: toMap.yy / fromMap.yy, y0: (toMap.y0 - fromMap.y0) / fromMap.yy },
  };
  return viewOf({ data: probability, width: size, height: size }, map, size, 0);
}

/** Grey levels of a view. Only the part of the slice that it shows is looked at. */
function levelsIn(
  { grid, hu }: CtImage,
  k: number,
  view: View,
  { size, intensity }: ModelInput,
): Float32Array {
  const levels: GreyLevels = "levels" in intensity ? intensity : { ...intensity, levels: 256 };
  const map = voxelsOf(view, size, { grid });
  const [ni, nj] = grid.size;
  // Two more on each side: for interpolation, and for a plane that is halved.
  const first = (from: number, count: number): number => Math.min(count, Math.max(0, Math.floor(from) - 2));
  const last = (to: number, count: number): number => Math.max(0, Math.min(count, Math.ceil(to) + 3));
  const [i0, j0] = [first(map.x0, ni), first(map.y0, nj)];
  const [i1, j1] = [last(map.x0 + map.xx * size, ni), last(map.y0 + map.yy * size, nj)];
  const [width, height] = [Math.max(0, i1 - i0), Math.max(0, j1 - j0)];
  const data = new Float32Array(width * height);
  for (let j = 0; j < height; j++) {
    const from = i0 + ni * (j0 + j + nj * k);
    for (let i = 0; i < width; i++) data[i + width * j] = Math.round(levelOf(hu[from + i], levels));
  }
  const inPart = { ...map, x0: map.x0 - i0, y0: map.y0 - j0 };
  return viewOf({ data, width, height }, inPart, size, outsideLevel(levels));
}
