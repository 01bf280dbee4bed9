/**
 * One patient at many operating points: the network runs once, and everything after it (interpolation to the CT's matrix,
 * threshold, clean-up) again at each threshold, by the one way in which a CT is contoured. The threshold meets the network's
 * probabilities, not the bytes of a confidence, which are spread about the model's own threshold.
 */
import { silentProgress } from "#core/progress.ts";
import type { CtImage } from "#geometry/ct-image.ts";
import type { Mask } from "#geometry/mask.ts";
import { volumeOverlap } from "#geometry/overlap.ts";
import type { Predict } from "#model/model-input.ts";
import type { RunnableModel } from "#model/run/load-model.ts";
import { contourCt } from "#segment/contour-ct.ts";

/** DSC at each threshold, in their order; 0 where nothing of the tumour is found. */
export async function sweepThresholds(
  { ct, target }: { readonly ct: CtImage; readonly target: Mask },
  model: RunnableModel,
  thresholds: readonly number[],
): Promise<readonly number[]> {
  const predict = remembered(model.predict);
  const overlaps: number[] = [];
  for (const threshold of thresholds) {
    const at = { ...model, input: { ...model.input, threshold }, predict: predict.fromTheStart() };
    const { mask } = await contourCt(ct, at, { cleanUp: "tumour", progress: silentProgress });
    overlaps.push(volumeOverlap(target, mask).dsc ?? 0);
  }
  return overlaps;
}

/** The answers of a network to one CT, which is asked for in the same batches each time. */
function remembered(predict: Predict): { fromTheStart(): Predict } {
  const answers: Float32Array[] = [];
  return {
    fromTheStart: () => {
      let next = 0;
      return async (images, batch) => {
        const index = next++;
        answers[index] ??= await predict(images, batch);
        return answers[index];
      };
    },
  };
}
