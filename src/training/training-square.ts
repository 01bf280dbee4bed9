/** The square of a patient's slices that a training shows its network: the one that a prediction with its model will see. */
import { findCoarseLungs } from "#anatomy/lung-support.ts";
import type { TrainingConfiguration } from "#contract/training-configuration.ts";
import type { CtImage } from "#geometry/ct-image.ts";
import { type Frame, findBodyFrame, wholeSquare } from "#segment/prediction/body-frame.ts";
import { chestOf } from "#segment/tumour-region.ts";

/** The CT is upright. */
export function trainingSquare(ct: CtImage, frame: TrainingConfiguration["frame"]): Frame {
  return frame === "body" ? findBodyFrame(ct, chestOf(findCoarseLungs(ct), ct.grid)) : wholeSquare(ct.grid);
}
