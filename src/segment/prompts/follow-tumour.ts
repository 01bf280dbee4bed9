/**
 * A tumour from a click inside it: found on the click's slice, at several scales, then from slice to slice, each contour the
 * prompt of the next, upwards and downwards until nothing is found any more. No largest size: the view follows the contour.
 */
import type { VoxelPoint } from "../../core/coordinates.ts";
import type { Box } from "../../geometry/crop.ts";
import type { CtImage } from "../../geometry/ct-image.ts";
import { contourChannel } from "../../preprocess/prompt-view.ts";
import { extentOf, insideFrom, keepRegions, viewRound } from "./contour-part.ts";
import { type Answer, ask, type PromptModel, seenFrom, type View, voxelsOf } from "./prompt-model.ts";

/** The views of the first questions, as parts of the model's own: the scales at which it was trained. */
const firstScales = [0.7, 1, 1.4] as const;
/** Pixels that the model was trained on, as parts of its own. */
const trainedScales = [0.65, 1.6] as const;
/** The part of a view that a contour fills, where the trained scales allow it. */
const filledPart = 0.4;
/** Slices closer than this are not asked about one by one; what lies between two is the mean of both. */
const leastStrideMm = 2.5;
/** A box is a little larger than the tumour, and a tumour less than the ellipse in the box. */
const ellipsePart = 0.8;
/** Less on a slice is no tumour. */
const leastAreaMm2 = 12;

/** Per slice on which the model was asked, from the lowest to the highest; empty where it found nothing at the click. */
export async function followFromClick(ct: CtImage, model: PromptModel, click: VoxelPoint): Promise<Answer[]> {
  const first = await firstContour(ct, model, click);
  return first === undefined ? [] : follow(ct, model, first);
}

/**
 * The same in a box that the tumour fills for the most part: first on the middle slice, where the ellipse in the box is the
 * prompt, then to the box's ends at most. Nothing beside the box is inside.
 */
export async function followInBox(ct: CtImage, model: PromptModel, box: Box): Promise<Answer[]> {
  const { size } = model.input;
  const k = Math.floor((box.from[2] + box.to[2] - 1) / 2);
  const ellipse = ellipseIn(ct, model, box, k);
  const limit = (answer: Answer): Answer => cutToBox(ct, answer, size, box);
  const [first] = (await ask(ct, model, [{ k, view: ellipse.view, prompt: { contour: ellipse } }])).map(
    limit,
  );
  return extentOf(first, size) === undefined ? [] : follow(ct, model, first, { box, limit });
}

type Limits = { readonly box: Pick<Box, "from" | "to">; readonly limit: (answer: Answer) => Answer };

async function follow(ct: CtImage, model: PromptModel, first: Answer, limits?: Limits): Promise<Answer[]> {
  const [lowest, highest] = [limits?.box.from[2] ?? 0, (limits?.box.to[2] ?? ct.grid.size[2]) - 1];
  const stride = Math.max(1, Math.round(leastStrideMm / ct.grid.spacingMm[2]));
  const found = [first];
  let fronts = [
    { last: first, step: stride },
    { last: first, step: -stride },
  ];
  while (fronts.length > 0) {
    const inside = fronts.filter(({ last, step }) => last.k + step >= lowest && last.k + step <= highest);
    if (inside.length === 0) break;
    const answers = await ask(
      ct,
      model,
      inside.map(({ last, step }) => ({
        k: last.k + step,
        view: nextView(ct, model, last),
        prompt: { contour: last },
      })),
    );
    fronts = inside.flatMap(({ last, step }, index) => {
      const answer = limits === undefined ? answers[index] : limits.limit(answers[index]);
      const next = goOn(ct, model, last, answer);
      if (next === undefined) return [];
      found.push(next);
      return [{ last: next, step }];
    });
  }
  return found.sort((a, b) => a.k - b.k);
}

/** The contour on the click's slice: from the click at several scales, then once more from that contour. */
async function firstContour(ct: CtImage, model: PromptModel, click: VoxelPoint): Promise<Answer | undefined> {
  const { size } = model.input;
  const ownMm = ownPixelMm(model);
  const [i, j, k] = click;
  const answers = await ask(
    ct,
    model,
    firstScales.map((scale) => ({
      k: Math.round(k),
      view: { centre: [i, j], pixelMm: ownMm * scale },
      prompt: { click: [i, j] },
    })),
  );
  // In the widest view, so that nothing of a large tumour is cut off.
  const widest = answers[answers.length - 1];
  const seen = answers.map((answer) => ({
    answer,
    probability: seenFrom(answer, widest.view, size, ct),
    known: seenFrom({ ...answer, probability: answer.probability.map(() => 1) }, widest.view, size, ct),
  }));
  const mean = widest.probability.map((_, at) => {
    const weight = seen.reduce((sum, { known }) => sum + known[at], 0);
    return weight === 0 ? 0 : seen.reduce((sum, { probability }) => sum + probability[at], 0) / weight;
  });
  const joined: Answer = { k: Math.round(k), view: widest.view, probability: mean };
  const meant = atClick(joined, size);
  if (meant === undefined) return undefined;
  const [again] = await ask(ct, model, [
    { k: meant.k, view: nextView(ct, model, meant), prompt: { contour: meant } },
  ]);
  return goOn(ct, model, meant, again) ?? meant;
}

/** The region at the middle of the view, or the nearest one: a click on a bronchus is meant for the tumour round it. */
function atClick(answer: Answer, size: number): Answer | undefined {
  const middle = (size - 1) / 2;
  let [nearest, least] = [-1, nearestPixels];
  answer.probability.forEach((value, at) => {
    const away = Math.hypot((at % size) - middle, Math.floor(at / size) - middle);
    if (value >= insideFrom && away < least) [nearest, least] = [at, away];
  });
  return nearest < 0 ? undefined : keepRegions(answer, size, (pixel) => pixel === nearest);
}
/** Pixels of the widest view within which the click's region is looked for. */
const nearestPixels = 5;

/** What goes on of a contour in the answer on the next slice; undefined where the tumour has ended. */
function goOn(ct: CtImage, model: PromptModel, last: Answer, answer: Answer): Answer | undefined {
  const { size } = model.input;
  const before = contourChannel(seenFrom(last, answer.view, size, ct));
  const kept = keepRegions(answer, size, (pixel) => before[pixel] > 0);
  const extent = extentOf(kept, size);
  return extent === undefined || extent.pixels * answer.view.pixelMm ** 2 < leastAreaMm2 ? undefined : kept;
}

/** The ellipse that touches `ellipsePart` of the box on slice k. */
function ellipseIn(ct: CtImage, model: PromptModel, { from, to }: Box, k: number): Answer {
  const { size } = model.input;
  const middle = [(from[0] + to[0] - 1) / 2, (from[1] + to[1] - 1) / 2] as const;
  const halfMm = [0, 1].map((axis) => (ellipsePart * (to[axis] - from[axis]) * ct.grid.spacingMm[axis]) / 2);
  const ownMm = ownPixelMm(model);
  const pixelMm = Math.min(
    ownMm * trainedScales[1],
    Math.max(ownMm * trainedScales[0], (2 * Math.max(...halfMm)) / filledPart / size),
  );
  const probability = new Float32Array(size * size);
  for (let at = 0; at < probability.length; at++) {
    const x = ((at % size) - (size - 1) / 2) * pixelMm;
    const y = (Math.floor(at / size) - (size - 1) / 2) * pixelMm;
    if (Math.hypot(x / halfMm[0], y / halfMm[1]) <= 1) probability[at] = 1;
  }
  return { k, view: { centre: middle, pixelMm }, probability };
}

function cutToBox(ct: CtImage, answer: Answer, size: number, { from, to }: Box): Answer {
  const map = voxelsOf(answer.view, size, ct);
  const probability = answer.probability.map((value, at) => {
    const i = map.x0 + map.xx * (at % size);
    const j = map.y0 + map.yy * Math.floor(at / size);
    return i < from[0] || j < from[1] || i > to[0] - 1 || j > to[1] - 1 ? 0 : value;
  });
  return { ...answer, probability };
}

function nextView(ct: CtImage, model: PromptModel, last: Answer): View {
  const { size } = model.input;
  const extent = extentOf(last, size);
  if (extent === undefined) return last.view;
  const ownMm = ownPixelMm(model);
  return viewRound(
    extent,
    { view: last.view, size, map: voxelsOf(last.view, size, ct) },
    { part: filledPart, pixelMm: [ownMm * trainedScales[0], ownMm * trainedScales[1]] },
  );
}

function ownPixelMm({ input: { viewMm, size } }: PromptModel): number {
  if (viewMm === undefined) throw new Error("this model sees whole slices and answers no prompts");
  return viewMm / size;
}
