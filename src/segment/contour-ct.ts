/**
 * The heart of contouring a CT: confidence, then the tumour's mask and what it is worth, whoever asks: the command line or
 * the workspace. All between sees the patient upright (geometry/upright.ts), however the CT is stored.
 */

import { noAorta } from "#anatomy/aorta/aorta.ts";
import { findAorta } from "#anatomy/aorta/find-aorta.ts";
import { checkInput, refuseErrors } from "#anatomy/check-input.ts";
import { coarsenCt } from "#anatomy/coarse-chest.ts";
import { findCoarseLungs } from "#anatomy/lung-support.ts";
import type { Finding } from "#core/findings.ts";
import { type Progress, silentProgress } from "#core/progress.ts";
import type { Confidence } from "#geometry/confidence.ts";
import type { Box } from "#geometry/crop.ts";
import type { CtImage } from "#geometry/ct-image.ts";
import { type Mask, volumeCc } from "#geometry/mask.ts";
import { storedMask, type Turn, turnOf, uprightCt } from "#geometry/upright.ts";
import type { ContouringModel } from "#model/model-input.ts";
import { clearAorta, leftInAorta } from "#segment/beside-aorta.ts";
import { type CleanUp, toMask } from "#segment/clean-up.ts";
import { type ContourFeatures, contourFeatures, type SeenContour } from "#segment/contour-features.ts";
import { type Expectation, expectedDsc } from "#segment/expected-dsc.ts";
import { meanConfidence, seenInMirror } from "#segment/mirror.ts";
import { predictVolume } from "#segment/prediction/predict-volume.ts";
import { apartMm } from "#segment/prediction/slices-looked-at.ts";
import type { AskSecond } from "#segment/second-look/second-opinion.ts";
import { chestOf, tumourRegion } from "#segment/tumour-region.ts";

export type ContouredCt = {
  readonly confidence: Confidence;
  readonly mask: Mask;
  /** Regions that clean-up left out. */
  readonly leftOut: number;
  readonly expected: Expectation;
  /** What that is made of, the patient upright; undefined for an empty mask. */
  readonly features: ContourFeatures | undefined;
  /** What is odd about the image as an input (anatomy/check-input.ts). */
  readonly findings: readonly Finding[];
};

type ContourOptions = {
  readonly cleanUp: CleanUp;
  /** What the network sees: what is near the lungs (tumour-region.ts), and not every one of thin slices (slices-looked-at.ts), if left out. */
  readonly region?: "all";
  readonly progress: Progress;
  readonly shouldStop?: () => boolean;
};

/**
 * On the CT's own grid, voxel by voxel. Throws `cancelled` when `shouldStop` says so, between batches, and
 * `not-hu` for a CT without air. Findings of the CT's reading, where there are any, may make the contour doubtful.
 */
export async function contourCt(
  ct: CtImage & { readonly findings?: readonly Finding[] },
  model: ContouringModel,
  { cleanUp, region: wantedRegion, progress, shouldStop }: ContourOptions,
): Promise<ContouredCt> {
  progress.report("finding the lungs", 0, 1);
  const turn = turnOf(ct.grid);
  const upright = uprightCt(ct, turn);
  const coarse = coarsenCt(upright);
  const findings = checkInput(upright, coarse);
  refuseErrors(findings, ct.findings ?? []);
  const lungs = findCoarseLungs(upright, coarse);
  const { grid } = upright;
  const whole: Box = { from: [0, 0, 0], to: grid.size };
  const nearLungs = tumourRegion(lungs, grid);
  const region = wantedRegion === "all" ? whole : nearLungs;
  const aorta = cleanUp === "tumour" ? findAorta(upright, lungs) : noAorta;
  progress.report("finding the lungs", 1, 1);
  const batch = Math.min(4, model.largestBatch ?? 4);
  const apart = wantedRegion === "all" || model.everySlice ? 0 : apartMm;
  const chest = chestOf(lungs, grid);
  const predicting = { progress, shouldStop, region, chest, batch, apartMm: apart };
  const plain = await predictVolume(upright, model, predicting);
  const views: SeenContour["views"] = model.flips
    ? [plain, await predictVolume(upright, { ...model, predict: seenInMirror(model) }, predicting)]
    : undefined;
  const [foundInAorta] = (views ?? [plain]).map((view) => clearAorta(view, aorta));
  const confidence = views === undefined ? plain : meanConfidence(views[0], views[1], model.input.threshold);
  const { second } = model;
  // On the slices of the box, which are seen as those of the first are: a network needs what lies round a tumour.
  const askSecond: AskSecond | undefined =
    second &&
    (async ({ from, to }) => {
      const secondModel = await second();
      const [low, high] = [region.from, region.to];
      const slices: Box = { from: [low[0], low[1], from[2]], to: [high[0], high[1], to[2]] };
      const again = { ...predicting, progress: silentProgress, region: slices };
      const opinion = await predictVolume(upright, secondModel, again);
      clearAorta(opinion, aorta);
      return { confidence: opinion, threshold: secondModel.input.threshold };
    });
  // Takes seconds on a large CT; who waits should not take it for a standstill.
  progress.report("finding the tumour", 0, 1);
  const { mask, leftOut, ...regions } = await toMask(confidence, cleanUp, {
    hu: upright.hu,
    aorta,
    threshold: model.input.threshold,
    lungs: () => lungs,
    clicks: model.clicks,
    askSecond,
  });
  progress.report("finding the tumour", 1, 1);
  const features = contourFeatures({ confidence, mask, views, hu: upright.hu, lungs });
  const { perSlice, ...expected } = expectedDsc(features, model.quality, {
    findings: [...(ct.findings ?? []), ...findings],
    volumeCc: volumeCc(mask),
    ...regions,
    inAorta: leftInAorta(mask, foundInAorta),
  });
  return {
    confidence: storedMask(confidence, turn),
    mask: storedMask(mask, turn),
    leftOut,
    expected: { ...expected, perSlice: perSlice && storedSlices(perSlice, turn) },
    features,
    findings,
  };
}

/** Of the upright patient's slices for the CT's own; null where those are no axial ones. */
function storedSlices<T>(values: readonly T[], { axes, reversed }: Turn): readonly T[] | null {
  if (axes[2] !== 2) return null;
  return reversed[2] ? values.toReversed() : values;
}
