/** The heart of contouring a CT: confidence, then the tumour's mask, whoever asks: the command line or the workspace. */
import type { Progress } from "../core/progress.ts";
import type { CtImage } from "../geometry/ct-image.ts";
import type { Mask } from "../geometry/mask.ts";
import type { RunnableModel } from "../node/load-model.ts";
import { type CleanUp, toMask } from "../segment/clean-up.ts";
import type { SeenContour } from "../segment/contour-features.ts";
import { type Expectation, expectedDsc } from "../segment/expected-dsc.ts";
import { meanConfidence, seenInMirror } from "../segment/mirror.ts";
import { type Confidence, predictVolume } from "../segment/segment-volume.ts";

export type ContouredCt = {
  readonly confidence: Confidence;
  readonly mask: Mask;
  /** The image and its mirror image, where the model looks at both: `confidence` is their mean. */
  readonly views: SeenContour["views"];
  /** Regions that clean-up left out. */
  readonly leftOut: number;
  readonly expected: Expectation;
  readonly msPerSlice: number;
};

/** Throws `cancelled` when `shouldStop` says so, between batches. */
export async function contourCt(
  ct: CtImage,
  model: RunnableModel,
  options: { readonly cleanUp: CleanUp; readonly progress: Progress; readonly shouldStop?: () => boolean },
): Promise<ContouredCt> {
  const before = performance.now();
  const predicting = { ...options, batch: Math.min(4, model.largestBatch ?? 4) };
  const plain = await predictVolume(ct, model, predicting);
  const views: SeenContour["views"] = model.flips
    ? [plain, await predictVolume(ct, { ...model, predict: seenInMirror(model) }, predicting)]
    : undefined;
  const confidence = views === undefined ? plain : meanConfidence(views[0], views[1], model.input.threshold);
  const msPerSlice = (performance.now() - before) / ct.grid.size[2];
  // Takes seconds on a large CT; who waits should not take it for a standstill.
  options.progress.report("finding the tumour", 0, 1);
  const { mask, leftOut } = toMask(confidence, options.cleanUp, ct.hu);
  options.progress.report("finding the tumour", 1, 1);
  const expected = expectedDsc({ confidence, mask, views }, model.quality, []);
  return { confidence, mask, views, leftOut, expected, msPerSlice };
}

/** DICOM's LO, into which it goes. */
const longestProvenance = 64;

/** What made a contour, at most 64 characters: the model's name as far as it goes, its version, its digest's beginning. */
export function provenance(
  { name, version, digest }: Pick<RunnableModel, "name" | "version" | "digest">,
  suffix = "",
): string {
  const rest = ` ${version} sha256:${digest.slice(0, 12)}${suffix}`;
  return `${name.slice(0, longestProvenance - rest.length)}${rest}`;
}
