/** Whom a model was trained on, in words, for whoever looks at its contour: the same facts as on its card, and nothing measured. */
import type { ModelMetadata } from "#contract/model-metadata.ts";
import type { TrainedOn } from "#contract/workspace/case.ts";
import { counted } from "#core/counted.ts";

export function trainedOnWords({
  trainedOn,
  trainingData,
}: Pick<ModelMetadata, "trainedOn" | "trainingData">): TrainedOn {
  const { patients, cohort, sources } = trainedOn;
  const names = sources.length === 0 ? cohort : sources.map((source) => source.cohort).join(", ");
  const ofCohorts = sources.map(
    (source) => `${counted(source.patients, "patient")} of ${source.cohort} (${source.licence})`,
  );
  return { summary: `${counted(patients, "patient")} (${names})`, details: [...ofCohorts, ...trainingData] };
}
