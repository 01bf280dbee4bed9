/** `delineate train` on the command line. */
import type { Command } from "commander";
import { defaultTraining as defaults } from "../contract/training-configuration.ts";
import { networkNames } from "../networks/networks.ts";
import { interruptSignal } from "../node/interrupt.ts";
import { createTerminalProgress } from "../node/terminal-progress.ts";
import { trainModel } from "../workflows/train.ts";
import { decimalNumber, wholeNumber } from "./options.ts";
import { printResult } from "./output.ts";
import {
  addPreprocessingOptions,
  type PreprocessingOptions,
  preprocessingOf,
} from "./preprocessing-options.ts";

type Options = PreprocessingOptions & {
  network: string;
  out: string;
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
  name?: string;
  modelVersion: string;
  threshold: number;
  resume: boolean;
  json?: boolean;
};

export function addTrainCommand(program: Command): void {
  const command = program
    .command("train <COHORT_DIR>")
    .description(
      "Train a network on a cohort: one folder a patient, with CT and RTSTRUCT. Defaults are the paper's.",
    );
  addPreprocessingOptions(command)
    .requiredOption("--out <DIR>", "folder of the run: checkpoint, loss.csv, model.onnx")
    .option("--network <NAME>", networkNames.join(" or "), defaults.network)
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
    .option("--checkpoint-every <STEPS>", "steps between checkpoints", wholeNumber(1), 200)
    .option("--name <NAME>", "name of the model (default: the network's)")
    .option("--model-version <TEXT>", "version of the model", "1")
    .option(
      "--threshold <P>",
      "probability above which a voxel is target, stored in the model; choose it on patients of neither training nor test",
      decimalNumber(0.001, 0.999),
      0.5,
    )
    .option("--resume", "go on from the checkpoint in --out, with the options it was begun with", false)
    .option("--json", "print the result as JSON")
    .addHelpText(
      "after",
      "\nExamples:\n  $ delineate train cohort --network modified-resnet34 --roi 'GTV.*' --out run\n  $ delineate train cohort --out run --resume\n  $ delineate train small --size 128 --width 16 --epochs 2 --batch 4 --out try",
    )
    .action(async (cohort: string, options: Options) => {
      const {
        network,
        width,
        epochs,
        batch,
        learningRate,
        schedule,
        l2,
        dropout,
        seed,
        augmented,
        emptySlices,
        balancePatients,
      } = options;
      const configuration = {
        ...defaults,
        ...preprocessingOf(options),
        network,
        width,
        epochs,
        batch,
        learningRate,
        schedule,
        l2,
        dropout,
        seed,
        augmented,
        emptySlices,
        balancePatients,
      };
      const signal = interruptSignal("Saving a checkpoint after this step; --resume goes on from it.");
      const request = {
        cohort,
        out: options.out,
        configuration,
        resume: options.resume,
        checkpointEvery: options.checkpointEvery,
        name: options.name ?? network,
        version: options.modelVersion,
        threshold: options.threshold,
      };
      const result = await trainModel(request, createTerminalProgress(), signal);
      const text =
        result.model === undefined
          ? `Stopped after step ${result.steps} of ${result.total}. Go on with: delineate train ${cohort} --out ${options.out} --resume`
          : `Trained ${result.steps} steps, loss ${result.loss.toFixed(5)}: ${result.model}`;
      printResult(options.json, result, text);
    });
}
