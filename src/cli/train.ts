/** `delineate train` on the command line. */
import type { Command } from "commander";
import { defaultTraining as defaults } from "../contract/training-configuration.ts";
import { networkNames } from "../networks/networks.ts";
import { interruptSignal } from "../node/interrupt.ts";
import { createTerminalProgress } from "../node/terminal-progress.ts";
import { trainModel } from "../workflows/train.ts";
import { decimalNumber } from "./options.ts";
import { printResult } from "./output.ts";
import { addTrainingOptions, type TrainingOptions, trainingOf } from "./training-options.ts";

type Options = TrainingOptions & {
  network: string;
  out: string;
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
  addTrainingOptions(command)
    .requiredOption("--out <DIR>", "folder of the run: checkpoint, loss.csv, model.onnx")
    .option("--network <NAME>", networkNames.join(" or "), defaults.network)
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
      const { network } = options;
      const configuration = { ...trainingOf(options), network };
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
