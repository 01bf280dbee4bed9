/** What a training has in hand at its first step: its images, the state to go on from, and those that validate. */
import { join } from "node:path";
import { DelineateError } from "#core/errors.ts";
import type { StateTensor } from "#engine/emit.ts";
import { imageMatrix } from "#preprocess/prompt-view.ts";
import { keepNearSlices } from "#training/prompts/near-slices.ts";
import type { PatientImages, TrainingSet } from "#training/training-set.ts";
import type { FiledImages } from "../image-file.ts";
import { type ImageWork, loadTrainingSet } from "../load-training-set.ts";
import type { TrainRequest } from "../train-request.ts";
import { openValidation, type TrainingValidation } from "../validation.ts";
import { beginTraining } from "./begin.ts";
import type { SettledTraining } from "./settle.ts";
import type { Start } from "./start-from.ts";

export type PreparedTraining = {
  readonly set: TrainingSet<FiledImages>;
  /** Weights and all else that the training changes, by name. */
  readonly state: ReadonlyMap<string, StateTensor>;
  /** Undefined where no patient validates. */
  readonly validation: TrainingValidation | undefined;
  /** Digests of the images that train, then of those that validate. */
  readonly images: readonly string[];
};

/** Throws `cancelled`, `file-changed` where a training goes on with other images, and what reading the cohorts and the weights to start from throws. */
export async function prepareTraining(
  request: TrainRequest,
  settled: SettledTraining,
  work: ImageWork,
): Promise<PreparedTraining> {
  const { checkpoint, configuration, opened, graph, session } = settled;
  const { cohort } = request;
  const spare = join(request.out, ".images");
  const size = imageMatrix(configuration);
  const known = { ...configuration, size, cohort, spare };
  const all = await loadTrainingSet({ ...known, patients: opened.training, additions: opened.added }, work);
  const loaded = configuration.view === "click" ? keepNearSlices(all) : all;
  const start: Start =
    checkpoint === undefined
      ? await beginTraining(request, { training: graph, set: loaded, session }, work.progress)
      : { state: checkpoint.tensors, normalisation: checkpoint.normalisation };
  // Weights that exist know the images of their own training.
  const set = { ...loaded, normalisation: start.normalisation ?? loaded.normalisation };
  const validation =
    settled.validation.length === 0
      ? undefined
      : await openValidation(
          {
            ...{ cohort, patients: opened.validating, out: request.out, configuration },
            ...{ network: settled.network, size: settled.size, threshold: settled.model.threshold, session },
            ...{ normalisation: set.normalisation, spare },
            doneEpochs: checkpoint?.validation.epochs ?? 0,
          },
          work,
        );
  const seen = [...set.patients, ...(validation?.patients ?? [])];
  refuseOtherImages(seen, checkpoint?.images);
  return { set, state: start.state, validation, images: seen.map(({ sha256 }) => sha256) };
}

/** What went on with other images would be a training of neither. */
function refuseOtherImages(seen: readonly PatientImages[], begun: readonly string[] | undefined): void {
  const other = seen.find(({ sha256 }, at) => begun !== undefined && sha256 !== begun[at]);
  if (other !== undefined)
    throw new DelineateError(
      "file-changed",
      `--resume goes on with the images that the training was begun with, and those of ${other.name} are others now: put its CT and contours back as they were, or train anew into another folder.`,
    );
}
