/** One patient's images for a training, from the source files into a file, on a worker thread. */
import { DelineateError } from "#core/errors.ts";
import { volumeCc } from "#geometry/mask.ts";
import { openPatient } from "#patients/cohort/open-cohort.ts";
import { answerTasks } from "#platform/worker-task.ts";
import { networkMask, networkSlices } from "#preprocess/network-input.ts";
import { cropToFrame, frameVoxels } from "#segment/prediction/body-frame.ts";
import { trainingSquare } from "#training/training-square.ts";
import { type ImageSettings, openTrainingCache } from "./training-cache.ts";

export type PrepareTask = {
  readonly cohort: string;
  readonly name: string;
  readonly settings: ImageSettings;
  /** Where the images may be kept; the first that can be written to is taken. */
  readonly folders: readonly string[];
};

/** The folder that now has the images. Throws `file-unwritable`, and what loading the patient throws. */
async function prepareImages({ cohort, name, settings, folders }: PrepareTask): Promise<string> {
  const { size, roi, greyLevels, frame } = settings;
  const patient = await openPatient(cohort, name);
  const { ct, target, findings } = await patient.load(roi);
  const square = trainingSquare(ct, frame);
  const framed = cropToFrame(ct, square);
  const images = {
    sliceSpacingMm: ct.grid.spacingMm[2],
    pixelMm: (framed.grid.spacingMm[0] * framed.grid.size[0]) / size,
    targetCc: volumeCc(target),
    levels: networkSlices(framed.grid, framed.hu, greyLevels, size),
    mask: networkMask(framed.grid, frameVoxels(target.data, ct.grid.size, square), size),
  };
  for (const folder of folders)
    if (await openTrainingCache(folder, settings).write(patient, images, findings)) return folder;
  throw new DelineateError(
    "file-unwritable",
    `The images of ${name} can be written neither to ${folders.join(" nor to ")}: make room on the disk.`,
  );
}

answerTasks(prepareImages);
