/** What the file of a trained model says of it. */
import { basename, resolve } from "node:path";
import type { ModelMetadata } from "#contract/model-metadata.ts";
import { researchUse } from "#contract/research-use.ts";
import type { ValidationState } from "#training/loop.ts";
import { imageCount, type TrainingSet } from "#training/training-set.ts";
import { describeSources, describeTrainingSet, validationMetrics } from "./describe-training.ts";
import type { SettledTraining } from "./start/settle.ts";
import type { TrainRequest } from "./train-request.ts";

/** How the training ended. */
type Ended = {
  readonly steps: number;
  /** Mean over the last 100 steps. */
  readonly loss: number;
  readonly best?: ValidationState["best"];
};

/** Reads the cohorts' licences. */
export async function describeModel(
  request: TrainRequest,
  { configuration, additions, validation, model }: SettledTraining,
  set: TrainingSet,
  { steps, loss, best }: Ended,
): Promise<ModelMetadata> {
  return {
    format: 2,
    name: model.name,
    version: model.version,
    configuration,
    normalisation: set.normalisation,
    ...(configuration.frame === "slice" ? {} : { frame: configuration.frame }),
    threshold: model.threshold,
    trainedOn: {
      cohort: basename(resolve(request.cohort)),
      patients: set.patients.length,
      images: imageCount(set),
      sources: await describeSources(set, [{ cohort: request.cohort, weight: 1 }, ...additions]),
      ...(model.startedFrom === undefined ? {} : { startedFrom: model.startedFrom }),
      steps: best?.step ?? steps,
      finalLoss: loss,
      ...(best === undefined ? {} : { validation: { patients: validation.length, meanDsc: best.meanDsc } }),
    },
    intendedUse: researchUse,
    cohort: describeTrainingSet(set),
    metrics: validationMetrics(best, validation.length),
    trainingData: [],
    limitations: [],
  };
}
