/** `delineate train` on the command line. */
import { type Command, InvalidArgumentError } from "commander";
import { chooseDevice, type DeviceChoice, deviceChoices } from "#engine/runtime/devices.ts";
import { networkNames } from "#networks/networks.ts";
import { interruptSignal } from "#platform/interrupt.ts";
import { createTerminalProgress } from "#platform/terminal-progress.ts";
import { readFold } from "#training/run/choose-patients.ts";
import type { AddedCohort } from "#training/run/load-training-set.ts";
import { type TrainResult, trainModel } from "#training/run/train-model.ts";
import { createTrainingView } from "#training/run/training-view.ts";
import { decimalNumber, deviceHelp, namesList, oneOf, wholeNumber } from "./options.ts";
import { printResult, say } from "./output.ts";
import { addTrainingOptions, type TrainingOptions, trainingOf } from "./training-options.ts";

type Options = TrainingOptions & {
  network: (typeof networkNames)[number];
  out: string;
  patients?: string[];
  validation?: string[];
  split?: string;
  fold?: number;
  startFrom?: string;
  with: AddedCohort[];
  threads?: number;
  device: DeviceChoice;
  name?: string;
  modelVersion: string;
  threshold: number;
  resume: boolean;
  json?: boolean;
};

export function trainVerb(command: Command): void {
  addTrainingOptions(command)
    .requiredOption("--out <DIR>", "folder of the run: checkpoints, loss.csv, epochs.csv, model.onnx")
    .option("--network <NAME>", networkNames.join(" or "), oneOf(networkNames), "modified-resnet34")
    .option("--patients <NAMES>", "patients to train on, with commas (default: all others)", namesList)
    .option(
      "--validation <NAMES>",
      "patients to validate on after each epoch; the best epoch is the model",
      namesList,
    )
    .option("--split <FILE>", "take both from a split file; its test patients stay unseen")
    .option("--fold <N>", "which fold of the split, from 1", wholeNumber(1))
    .option(
      "--with <COHORT_DIR:WEIGHT>",
      "also train on all patients of this cohort; weight: its slices with target per such slice of the first cohort; may be given several times",
      addedCohort,
      [],
    )
    .option("--start-from <FILE>", "a model or checkpoint whose weights are taken where they fit")
    .option("--device <NAME>", deviceHelp, oneOf(deviceChoices), "auto")
    .option("--threads <N>", "threads to compute with (default: all cores)", wholeNumber(1, 1024))
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
      "\nExamples:\n  $ delineate train cohort --network modified-resnet34 --roi 'GTV.*' --out run\n  $ delineate train cohort --out run --resume\n  $ delineate train cohort --split split.json --loss dice-cross-entropy --context 1 --attention --patience 10 --out run\n  $ delineate train patients --with phantoms:0.5 --with inserted:1 --frame body --start-from model.onnx --out mixed\n  $ delineate train cohort --batch 8 --accumulate 4 --start-from run/model.onnx --out fine-tuned\n  $ delineate train small --size 128 --width 16 --epochs 2 --batch 4 --out try",
    )
    .action(async (cohort: string, options: Options) => {
      const signal = interruptSignal("Saving a checkpoint after this step; --resume goes on from it.");
      const parts =
        options.split === undefined ? undefined : await readFold(cohort, options.split, options.fold ?? 1);
      const { device, sentence } = await chooseDevice(options.device);
      say(device === "cpu" ? sentence : `${sentence} The optimiser runs on the CPU.`);
      const request = {
        cohort,
        additions: options.with,
        device,
        patients: parts?.train ?? options.patients,
        validation: parts?.validation ?? options.validation,
        out: options.out,
        configuration: { ...trainingOf(options), network: options.network },
        resume: options.resume,
        startFrom: options.startFrom,
        checkpointEvery: options.checkpointEvery,
        threads: options.threads,
        name: options.name ?? options.network,
        version: options.modelVersion,
        threshold: options.threshold,
      };
      const result = await trainModel(request, createTerminalProgress(), signal, createTrainingView());
      printResult(options.json, result, describeResult(result, cohort, options.out));
    });
}

/** "DIR:WEIGHT", after those that were given before it. */
function addedCohort(text: string, before: AddedCohort[]): AddedCohort[] {
  const at = text.lastIndexOf(":");
  const weight = decimalNumber(0.001, 100)(text.slice(at + 1));
  if (at < 1) throw new InvalidArgumentError("Expected a folder and a weight, such as phantoms:0.5.");
  return [...before, { cohort: text.slice(0, at), weight }];
}

function describeResult(result: TrainResult, cohort: string, out: string): string {
  const { steps, total, loss, model, ended, best } = result;
  if (model === undefined) {
    return `Stopped after step ${steps} of ${total}. Go on with: delineate train ${cohort} --out ${out} --resume`;
  }
  const early = ended === "early" ? ` of ${total}: the validation got no better` : "";
  const trained = `Trained ${steps} steps${early}, loss ${loss.toFixed(5)}: ${model}`;
  if (best === undefined) return trained;
  const dsc = best.meanDsc === null ? "undefined" : best.meanDsc.toFixed(3);
  return `${trained}\nBest epoch ${best.epoch}: validation DSC ${dsc} (mean of patients), loss ${best.loss.toFixed(5)}; the model has its weights.`;
}
