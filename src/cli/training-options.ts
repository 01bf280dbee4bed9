/**
 * Options that say what a network is like and how it learns: the same for one training and for an experiment's. What it sees
 * is preprocessing-options.ts. Defaults are the paper's.
 */
import type { Command } from "commander";
import {
  defaultTraining as defaults,
  lossNames,
  schedules,
  type TrainingConfiguration,
  views,
} from "#contract/training-configuration.ts";
import { diceDenominators } from "#training/losses/dice.ts";
import { decimalNumber, oneOf, wholeNumber } from "./options.ts";
import {
  addPreprocessingOptions,
  type PreprocessingOptions,
  preprocessingOf,
} from "./preprocessing-options.ts";

/** Options that are fields of the configuration as they are. */
const fields = [
  "width",
  "attention",
  "view",
  "viewMm",
  "context",
  "contextSpacingMm",
  "loss",
  "epochs",
  "batch",
  "accumulate",
  "learningRate",
  "schedule",
  "warmUpSteps",
  "l2",
  "dropout",
  "averageDecay",
  "patience",
  "augmented",
  "emptySlices",
  "balancePatients",
  "seed",
] as const satisfies readonly (keyof TrainingConfiguration)[];

export type TrainingOptions = PreprocessingOptions &
  Pick<TrainingConfiguration, (typeof fields)[number]> & {
    diceDenominator: TrainingConfiguration["lossParameters"]["diceDenominator"];
    focalGamma: number;
    focalAlpha: number;
    tverskyAlpha: number;
    tverskyBeta: number;
    focalTverskyGamma: number;
    checkpointEvery: number;
  };

export function addTrainingOptions(command: Command): Command {
  const { focal, tversky, diceDenominator, focalTverskyGamma } = defaults.lossParameters;
  return addPreprocessingOptions(command)
    .option("--width <N>", "channels of the first stage", wholeNumber(4, 256), defaults.width)
    .option("--attention", "attention gates on the features that are joined", defaults.attention)
    .option(
      "--view <NAME>",
      "slice: the network sees whole slices; click: the square round a click or a neighbouring slice's contour",
      oneOf(views),
      defaults.view,
    )
    .option("--view-mm <X>", "side of that square", decimalNumber(32, 1000), defaults.viewMm)
    .option("--context <K>", "2.5D: neighbouring slices on each side", wholeNumber(0, 8), defaults.context)
    .option(
      "--context-spacing-mm <X>",
      "distance of those neighbours; in a CT of other slices the nearest ones",
      decimalNumber(0.1, 100),
      defaults.contextSpacingMm,
    )
    .option("--loss <NAME>", `${lossNames.join(", ")}; the first is Eq. 1`, oneOf(lossNames), defaults.loss)
    .option(
      "--dice-denominator <NAME>",
      "squared (Milletari) or plain",
      oneOf(diceDenominators),
      diceDenominator,
    )
    .option("--focal-gamma <X>", "focus of the focal loss", decimalNumber(0, 10), focal.gamma)
    .option("--focal-alpha <X>", "its weight of the target", decimalNumber(0, 1), focal.alpha)
    .option(
      "--tversky-alpha <X>",
      "price of what is falsely found (specificity)",
      decimalNumber(0.001, 10),
      tversky.alpha,
    )
    .option(
      "--tversky-beta <X>",
      "price of what is missed (sensitivity)",
      decimalNumber(0.001, 10),
      tversky.beta,
    )
    .option(
      "--focal-tversky-gamma <X>",
      "focus of the focal Tversky loss",
      decimalNumber(1, 3),
      focalTverskyGamma,
    )
    .option("--epochs <N>", "passes over the cohort", wholeNumber(1), defaults.epochs)
    .option("--batch <N>", "images a step", wholeNumber(1, 256), defaults.batch)
    .option(
      "--accumulate <N>",
      "parts that a batch is computed in: batch 8 in the memory of batch 2 is 4",
      wholeNumber(1, 256),
      defaults.accumulate,
    )
    .option("--learning-rate <X>", "step size of Adam", decimalNumber(0, 1), defaults.learningRate)
    .option("--schedule <NAME>", `learning rate: ${schedules.join(", ")}`, oneOf(schedules), "constant")
    .option(
      "--warm-up-steps <N>",
      "steps over which the learning rate rises",
      wholeNumber(0),
      defaults.warmUpSteps,
    )
    .option("--l2 <X>", "L2 regularisation of the convolutions", decimalNumber(0, 1), defaults.l2)
    .option("--dropout <X>", "part of the feature maps left out", decimalNumber(0, 0.9), defaults.dropout)
    .option(
      "--average-decay <X>",
      "predict with a moving average of the weights, such as 0.999",
      decimalNumber(0, 0.999999),
      defaults.averageDecay,
    )
    .option(
      "--patience <EPOCHS>",
      "end after so many epochs without a better validation",
      wholeNumber(0),
      defaults.patience,
    )
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
  const chosen = Object.fromEntries(fields.map((field) => [field, options[field]]));
  return {
    ...defaults,
    ...preprocessingOf(options),
    ...(chosen as Pick<TrainingConfiguration, (typeof fields)[number]>),
    lossParameters: {
      diceDenominator: options.diceDenominator,
      focal: { gamma: options.focalGamma, alpha: options.focalAlpha },
      tversky: { alpha: options.tverskyAlpha, beta: options.tverskyBeta },
      focalTverskyGamma: options.focalTverskyGamma,
    },
  };
}
