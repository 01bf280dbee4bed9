/** One patient's images for a training, from the source files, on a worker thread. */

import { volumeCc } from "#geometry/mask.ts";
import { patientInWorker } from "#patients/cohort/patient-in-worker.ts";
import { answerTasks } from "#platform/worker-task.ts";
import { networkMask, networkSlices } from "#preprocess/network-input.ts";
import { cropToFrame, findBodyFrame, frameVoxels, wholeSquare } from "#segment/body-frame.ts";
import type { PatientImages } from "#training/training-set.ts";
import { type ImageSettings, openTrainingCache } from "./training-cache.ts";

export type PrepareTask = {
  readonly cohort: string;
  readonly name: string;
  readonly settings: ImageSettings;
};

/** Writes them to the cache as well. Throws what loading the patient throws. */
async function prepareImages({ cohort, name, settings }: PrepareTask): Promise<PatientImages> {
  const { size, roi, greyLevels, frame } = settings;
  const patient = await patientInWorker(cohort, name);
  const { ct, target } = await patient.load(roi);
  const square = frame === "body" ? findBodyFrame(ct) : wholeSquare(ct.grid);
  const seen = cropToFrame(ct, square);
  const images = {
    name,
    sliceCount: ct.grid.size[2],
    sliceSpacingMm: ct.grid.spacingMm[2],
    pixelMm: (seen.grid.spacingMm[0] * seen.grid.size[0]) / size,
    targetCc: volumeCc(target),
    levels: networkSlices(seen.grid, seen.hu, greyLevels, size),
    mask: networkMask(seen.grid, frameVoxels(target.data, ct.grid.size, square), size),
  };
  await openTrainingCache(cohort, settings).write(patient, images);
  return images;
}

answerTasks(prepareImages);
