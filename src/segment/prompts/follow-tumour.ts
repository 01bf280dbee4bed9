/**
 * A tumour from a click inside it: found on the click's slice, at several scales, then from slice to slice, each contour the
 * prompt of the next, upwards and downwards until nothing is found any more. No largest size: the view follows the contour.
 */
import type { VoxelPoint } from "../../core/coordinates.ts";
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
/** Less on a slice is no tumour. */
const leastAreaMm2 = 12;

/** Per slice on which the model was asked, from the lowest to the highest; empty where it found nothing at the click. */
export async function followTumour(ct: CtImage, model: PromptModel, click: VoxelPoint): Promise<Answer[]> {
  const first = await firstContour(ct, model, click);
  if (first === undefined) return [];
  const stride = Math.max(1, Math.round(leastStrideMm / ct.grid.spacingMm[2]));
  const found = [first];
  let fronts = [
    { last: first, step: stride },
    { last: first, step: -stride },
  ];
  while (fronts.length > 0) {
    const inside = fronts.filter(({ last, step }) => last.k + step >= 0 && last.k + step < ct.grid.size[2]);
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
      const next = goOn(ct, model, last, answers[index]);
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
