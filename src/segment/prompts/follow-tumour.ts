/**
 * A tumour from a click inside it: found on the click's slice, at several scales, then from slice to slice, each contour the
 * prompt of the next, upwards and downwards until nothing is found any more. No largest size: the view follows the contour.
 */
import type { ChestCt } from "#anatomy/aorta/aorta.ts";
import type { VoxelPoint } from "#core/coordinates.ts";
import type { Box } from "#geometry/crop.ts";
import { dice } from "#geometry/overlap.ts";
import { contourChannel } from "#preprocess/prompt-view.ts";
import { extentOf, keepRegions, viewRound } from "./contour-part.ts";
import { contourAtClick, contourInBox, cutToBox } from "./first-contour.ts";
import { lumpLength } from "./lump.ts";
import {
  type Answer,
  ask,
  type PromptModel,
  seenFrom,
  type View,
  viewLimits,
  voxelsOf,
} from "./prompt-model.ts";

/** How closely a tumour is followed. */
export type Pace = {
  /** Slices closer than this are not asked about one by one; what lies between two is the mean of both. Wider in large tumours. */
  readonly strideMm: { readonly least: number; readonly most: number };
  /** Each slice is asked about as it is and mirrored. */
  readonly alsoMirrored: boolean;
  /** A neck is narrow beside the greatest contour on either side of the first one, or else on its own side alone. */
  readonly necksBothWays: boolean;
};
/** For a contour that is kept. */
export const closely: Pace = {
  strideMm: { least: 2.5, most: 5 },
  alsoMirrored: true,
  necksBothWays: true,
};
/** For one of several that are kept together, and where a contour is not kept: half of the time. */
export const unmirrored: Pace = { ...closely, alsoMirrored: false };
/** To see whether it agrees with another contour: a quarter of the time. What goes on past a neck tells that it does not. */
export const briefly: Pace = {
  strideMm: { least: 5, most: 6 },
  alsoMirrored: false,
  necksBothWays: false,
};
/** The stride as a part of the contour's width. */
const stridePart = 1 / 15;
/** Less on a slice is no tumour. */
const leastAreaMm2 = 12;
/** Contours of neighbouring slices overlap by this DSC at least. */
const leastOverlap = 0.25;

type Limits = { readonly box: Box; readonly limit: (answer: Answer) => Answer };

/** Per slice on which the model was asked, from the lowest to the highest; empty where it found nothing at the click. */
export async function followFromClick(
  ct: ChestCt,
  model: PromptModel,
  click: VoxelPoint,
  pace = closely,
): Promise<Answer[]> {
  const seen = await contourAtClick(ct, model, click, pace.alsoMirrored);
  if (seen === undefined) return [];
  // Once more from the contour, in the view that suits its size.
  const question = { k: seen.k, view: nextView(ct, model, seen), prompt: { contour: seen } };
  const [again] = await ask(ct, model, [question], pace.alsoMirrored);
  return follow(ct, model, goOn(ct, model, seen, again) ?? seen, { pace });
}

/**
 * The same in a box that the tumour fills for the most part: first on the middle slice, then to the box's ends at most. Nothing
 * beside the box is inside.
 */
export async function followInBox(ct: ChestCt, model: PromptModel, box: Box, pace: Pace): Promise<Answer[]> {
  const first = await contourInBox(ct, model, box);
  const limit = (answer: Answer): Answer => cutToBox(ct, answer, model.input.size, box);
  return first === undefined ? [] : follow(ct, model, first, { pace, limits: { box, limit } });
}

/** One way from a first contour. */
type Front = {
  /** In slices, up or down. */
  readonly step: number;
  readonly followedAnswers: Answer[];
  readonly areas: number[];
};

async function follow(
  ct: ChestCt,
  model: PromptModel,
  first: Answer,
  { pace, limits }: { readonly pace: Pace; readonly limits?: Limits },
): Promise<Answer[]> {
  const [lowest, highest] = [limits?.box.from[2] ?? 0, (limits?.box.to[2] ?? ct.grid.size[2]) - 1];
  const stride = strideOf(ct, model, first, pace);
  const stepMm = stride * ct.grid.spacingMm[2];
  const both = [stride, -stride].map(
    (step): Front => ({ step, followedAnswers: [first], areas: [areaMm2(first, model)] }),
  );
  const lump = (front: Front): number => {
    if (!pace.necksBothWays) return lumpLength(front.areas, stepMm);
    const [{ areas }] = both.filter((other) => other !== front);
    return lumpLength(front.areas, stepMm, Math.max(...areas.slice(0, lumpLength(areas, stepMm))));
  };
  for (let fronts = both; fronts.length > 0; ) {
    const asked = fronts.map(({ followedAnswers, step }) => {
      const last = followedAnswers[followedAnswers.length - 1];
      const k = Math.min(highest, Math.max(lowest, last.k + step));
      return { k, view: nextView(ct, model, last), prompt: { contour: last } };
    });
    const answers = await ask(ct, model, asked, pace.alsoMirrored);
    fronts = fronts.filter((front, index) => {
      const { followedAnswers, areas } = front;
      const last = followedAnswers[followedAnswers.length - 1];
      const answer = limits === undefined ? answers[index] : limits.limit(answers[index]);
      const next = answer.k === last.k ? undefined : goOn(ct, model, last, answer);
      if (next !== undefined) {
        followedAnswers.push(next);
        areas.push(areaMm2(next, model));
      }
      return next !== undefined && lump(front) === areas.length;
    });
  }
  const beyond = both.flatMap((front) => front.followedAnswers.slice(1, lump(front)));
  return [first, ...beyond].sort((a, b) => a.k - b.k);
}

/** In slices. */
function strideOf(ct: ChestCt, model: PromptModel, first: Answer, { strideMm }: Pace): number {
  const widthMm = 2 * Math.sqrt(areaMm2(first, model) / Math.PI);
  const mm = Math.min(strideMm.most, Math.max(strideMm.least, stridePart * widthMm));
  return Math.max(1, Math.round(mm / ct.grid.spacingMm[2]));
}

/** What goes on of a contour in the answer on the next slice; undefined where the tumour has ended. */
function goOn(ct: ChestCt, model: PromptModel, last: Answer, answer: Answer): Answer | undefined {
  const { size } = model.input;
  const before = contourChannel(seenFrom(last, answer.view, size, ct));
  const keptRegions = keepRegions(answer, size, (pixel) => before[pixel] > 0);
  const extent = extentOf(keptRegions, size);
  if (extent === undefined || extent.pixels * answer.view.pixelMm ** 2 < leastAreaMm2) return undefined;
  const after = contourChannel(keptRegions.probability);
  let [both, sum] = [0, 0];
  for (let at = 0; at < after.length; at++) {
    both += after[at] * before[at];
    sum += after[at] + before[at];
  }
  return (dice(both, sum) ?? 0) < leastOverlap ? undefined : keptRegions;
}

function areaMm2(answer: Answer, { input: { size } }: PromptModel): number {
  return (extentOf(answer, size)?.pixels ?? 0) * answer.view.pixelMm ** 2;
}

function nextView(ct: ChestCt, model: PromptModel, last: Answer): View {
  const { size } = model.input;
  const extent = extentOf(last, size);
  if (extent === undefined) return last.view;
  return viewRound(extent, { view: last.view, size, map: voxelsOf(last.view, size, ct) }, viewLimits(model));
}
