/** The validation of a training after each epoch: its patients, its log, and the best weights kept in a file. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { TrainingConfiguration } from "#contract/training-configuration.ts";
import type { InputSize, Network } from "#engine/emit.ts";
import { emitValidation } from "#engine/emit-validation.ts";
import type { SessionOptions } from "#engine/runtime/session.ts";
import { createValidator } from "#engine/runtime/validator.ts";
import type { CohortPatient } from "#patients/cohort/open-cohort.ts";
import { writeFileAtomic } from "#platform/write-file.ts";
import type { Normalisation } from "#preprocess/normalise.ts";
import { imageMatrix } from "#preprocess/prompt-view.ts";
import type { EpochReport } from "#training/loop.ts";
import { lossNamed } from "#training/losses/losses.ts";
import { keepNearSlices } from "#training/prompts/near-slices.ts";
import { decodeTensors, encodeTensors, type NamedTensor } from "#training/safetensors.ts";
import { createTrainingSet, type PatientImages } from "#training/training-set.ts";
import { type Validation, validate } from "#training/validate.ts";
import { type ImageWork, loadPatientImages } from "./load-training-set.ts";
import { openEpochLog } from "./logs/epoch-log.ts";

type Tensors = ReadonlyMap<string, NamedTensor>;

export type TrainingValidation = {
  readonly patients: readonly PatientImages[];
  run(weights: Tensors): Promise<Validation>;
  /** Writes the epoch's line, and the weights if it is the best epoch so far. */
  keep(report: EpochReport, weights: Tensors): Promise<void>;
  /** The weights of the best epoch. */
  best(): Promise<Tensors>;
};

/** Loads the validation patients. Their images are normalised with the training's statistics, as any CT will be. */
export async function openValidation(
  options: {
    readonly cohort: string;
    readonly patients: readonly CohortPatient[];
    readonly out: string;
    /** See `loadPatientImages`. */
    readonly spare: string;
    readonly configuration: TrainingConfiguration;
    readonly normalisation: Normalisation;
    readonly network: Network;
    readonly size: InputSize;
    readonly threshold: number;
    /** Epochs validated before, from a checkpoint. */
    readonly doneEpochs: number;
    readonly session: SessionOptions;
  },
  work: ImageWork,
): Promise<TrainingValidation> {
  const { configuration, normalisation, network, size, threshold } = options;
  // Batches as the training computes them: their loss is the training's.
  const parts = { ...configuration, batch: configuration.batch / configuration.accumulate };
  const matrix = imageMatrix(configuration);
  const { cohort, patients, spare } = options;
  const images = await loadPatientImages({ ...configuration, size: matrix, cohort, patients, spare }, work);
  const all = createTrainingSet(matrix, images);
  const set = { ...(configuration.view === "click" ? keepNearSlices(all) : all), normalisation };
  const loss = lossNamed(configuration.loss, configuration.lossParameters);
  const log = await openEpochLog(
    join(options.out, "epochs.csv"),
    options.doneEpochs,
    set.patients.map(({ name }) => name),
  );
  const bestPath = join(options.out, "best.safetensors");
  return {
    patients: images,
    run: async (weights) => {
      const data = new Map([...weights].map(([name, tensor]) => [name, tensor.data]));
      const graph = emitValidation(network, size, data, { batch: parts.batch, loss });
      const validator = await createValidator(graph, options.session);
      const result = await validate(set, parts, threshold, validator.step);
      await validator.dispose();
      return result;
    },
    keep: async (report, weights) => {
      await log.add(report);
      if (!report.isBest) return;
      const metadata = {
        format: "delineate-weights-1",
        epoch: String(report.epoch),
        steps: String(report.step),
        configuration: JSON.stringify(configuration),
      };
      await writeFileAtomic(bestPath, encodeTensors({ tensors: weights, metadata }), { force: true });
    },
    best: async () => decodeTensors(await readFile(bestPath), bestPath).tensors,
  };
}
