/** Options that say how a network learns: the same for one training and for an experiment's. Defaults are the paper's. */
import type { Command } from "commander";
import {
  defaultTraining as defaults,
  type TrainingConfiguration,
} from "../contract/training-configuration.ts";
import { decimalNumber, wholeNumber } from "./options.ts";
import {
  addPreprocessingOptions,
  type PreprocessingOptions,
  preprocessingOf,
} from "./preprocessing-options.ts";

export type TrainingOptions = PreprocessingOptions & {
  width: number;
  epochs: number;
  batch: number;
  learningRate: number;
  schedule: "constant" | "cosine";
  l2: number;
  dropout: number;
  augmented: number;
  emptySlices: number;
  balancePatients: boolean;
  seed: number;
  checkpointEvery: number;
};

export function addTrainingOptions(command: Command): Command {
  return addPreprocessingOptions(command)
    .option("--width <N>", "channels of the first stage", wholeNumber(4, 256), defaults.width)
    .option("--epochs <N>", "passes over the cohort", wholeNumber(1), defaults.epochs)
    .option("--batch <N>", "images a step", wholeNumber(1, 256), defaults.batch)
    .option("--learning-rate <X>", "step size of Adam", decimalNumber(0, 1), defaults.learningRate)
    .option("--schedule <NAME>", "constant or cosine", defaults.schedule)
    .option("--l2 <X>", "L2 regularisation of the convolutions", decimalNumber(0, 1), defaults.l2)
    .option("--dropout <X>", "part of the feature maps left out", decimalNumber(0, 0.9), defaults.dropout)
    .option(
      "--empty-slices <X>",
      "slices without target for each with target",
      decimalNumber(0, 100),
      defaults.emptySlices,
    )
    .option(
      "--augmented <X>",
      "part of an epoch's images that is augmented",
      decimalNumber(0, 1),
      defaults.augmented,
    )
    .option(
      "--balance-patients",
      "as many slices with target of every patient, however long its tumour",
      false,
    )
    .option("--seed <N>", "seed of weights, order and augmentation", wholeNumber(0), defaults.seed)
    .option("--checkpoint-every <STEPS>", "steps between checkpoints", wholeNumber(1), 200);
}

/** The configuration but for its network. */
export function trainingOf(options: TrainingOptions): Omit<TrainingConfiguration, "network"> {
  const { width, epochs, batch, learningRate, schedule, l2, dropout, seed } = options;
  const { augmented, emptySlices, balancePatients } = options;
  const learning = { width, epochs, batch, learningRate, schedule, l2, dropout, seed };
  const images = { augmented, emptySlices, balancePatients };
  return { ...defaults, ...preprocessingOf(options), ...learning, ...images };
}
