/** `delineate train` on the command line. */
import { type Command, InvalidArgumentError, Option } from "commander";
import { quotedWords } from "#core/command-words.ts";
import { errorCodes } from "#core/errors.ts";
import { chooseDevice, type DeviceChoice, deviceChoices } from "#engine/runtime/devices.ts";
import { interruptSignal } from "#platform/interrupt.ts";
import { createTerminalProgress } from "#platform/terminal-progress.ts";
import { readFold } from "#training/run/choose-patients.ts";
import type { AddedCohort } from "#training/run/load-training-set.ts";
import { type TrainResult, trainModel } from "#training/run/train-model.ts";
import { createTrainingView } from "#training/run/training-view.ts";
import {
  decimalNumber,
  deviceHelp,
  namesList,
  oneOf,
  refuseWithout,
  wholeNumber,
} from "./arguments/options.ts";
import {
  addPlanOptions,
  modelFile,
  type PlanOptions,
  planOf,
  statedSettings,
} from "./arguments/plan-options.ts";
import { printResult, say, sayFindings } from "./output.ts";

type Options = PlanOptions & {
  out: string;
  patients?: string[];
  validation?: string[];
  split?: string;
  fold?: number;
  startFrom?: string;
  with?: AddedCohort[];
  checkpointEvery: number;
  threads?: number;
  device: DeviceChoice;
  name?: string;
  modelVersion?: string;
  threshold?: number;
  resume?: boolean;
  json?: boolean;
};

export function trainVerb(command: Command): void {
  command.requiredOption("--out <DIR>", "folder of the run: checkpoints, logs, curves.svg, model.onnx");
  addPlanOptions(command, ["roi", "epochs", "seed"])
    .option("--patients <NAMES>", "patients to train on, comma-separated (default: all others)", namesList)
    .option("--validation <NAMES>", "patients to validate on; the best epoch is the model", namesList)
    .addOption(
      new Option("--split <FILE>", "take both from a split file; its test patients stay unseen").conflicts([
        "patients",
        "validation",
      ]),
    )
    .option("--fold <N>", "which fold of the split, from 1", wholeNumber(1))
    .option("--with <COHORT_DIR:WEIGHT>", withHelp, addedCohort)
    .option("--start-from <FILE>", startFromHelp, modelFile)
    .option("--device <NAME>", deviceHelp, oneOf(deviceChoices), "auto")
    .option("--threads <N>", "threads to compute with (default: all cores)", wholeNumber(1, 1024))
    .option("--checkpoint-every <STEPS>", "steps between checkpoints", wholeNumber(1), 200)
    .option("--resume", "continue from the checkpoint in --out, by the plan it began with")
    .option("--name <NAME>", "name of the model (default: the network's)")
    .option("--model-version <TEXT>", "version of the model (default: 1)")
    .option("--threshold <P>", thresholdHelp, decimalNumber(0.001, 0.999))
    .option("--json", "print the result as JSON")
    .addHelpText("after", examples)
    .action(runTrain);
}

/** At most 70 columns each, so that the help fits on a screen. */
const withHelp = "also train on this cohort: WEIGHT slices per slice of the first";
const startFromHelp = 'model, "shipped" or checkpoint whose weights to take, or widen';
const thresholdHelp = "target where probability is above this (default: --start-from's, or 0.5)";

const examples = `
Examples:
  $ delineate train cohort --roi 'GTV.*' --out run
  $ delineate train cohort --out run --resume
  $ delineate plan --set loss=dice-cross-entropy --set patience=10 > plan.json
  $ delineate train cohort --plan plan.json --split split.json --out run
  $ delineate train patients --with phantoms:0.5 --start-from shipped --out mixed
  $ delineate train small --set size=128 --set width=16 --set batch=4 --epochs 2 --out try`;

async function runTrain(cohort: string, options: Options, command: Command): Promise<void> {
  refuseWithout(command, "split", ["fold"]);
  const configuration = await planOf(options);
  const signal = interruptSignal("Saving a checkpoint after this step; --resume goes on from it.");
  const parts =
    options.split === undefined ? undefined : await readFold(cohort, options.split, options.fold ?? 1);
  const { device, sentence } = await chooseDevice(options.device);
  say(device === "cpu" ? sentence : `${sentence} The optimiser runs on the CPU.`);
  const request = {
    cohort,
    additions: options.with ?? [],
    device,
    patients: parts?.train ?? options.patients,
    validation: parts?.validation ?? options.validation,
    out: options.out,
    configuration,
    resume: options.resume ?? false,
    stated: statedSettings(options),
    startFrom: options.startFrom,
    checkpointEvery: options.checkpointEvery,
    threads: options.threads,
    name: options.name,
    version: options.modelVersion,
    threshold: options.threshold,
  };
  const shown = { view: createTrainingView(), tell: sayFindings };
  const result = await trainModel(request, createTerminalProgress(), signal, shown);
  if (result.model === undefined) process.exitCode = errorCodes.cancelled.exitCode;
  printResult(options.json, result, describeResult(result, cohort, options));
}

/** "DIR:WEIGHT", after those that were given before it. */
function addedCohort(text: string, before: readonly AddedCohort[] = []): AddedCohort[] {
  const at = text.lastIndexOf(":");
  if (at < 1) throw new InvalidArgumentError("Expected a folder and a weight, such as phantoms:0.5.");
  const weight = decimalNumber(0.001, 100)(text.slice(at + 1));
  return [...before, { cohort: text.slice(0, at), weight }];
}

function describeResult(result: TrainResult, cohort: string, { out, threads }: Options): string {
  const { steps, total, loss, model, ended, best } = result;
  if (model === undefined) {
    // The last bits of a sum depend on how many compute it; the checkpoint does not say.
    const same = threads === undefined ? [] : ["--threads", `${threads}`];
    const again = quotedWords(["train", cohort, "--out", out, "--resume", ...same]).join(" ");
    return `Stopped after step ${steps} of ${total}. Continue with: delineate ${again}`;
  }
  const early = ended === "early" ? ` of ${total}: the validation got no better` : "";
  const trained = `Trained ${steps} steps${early}, loss ${loss.toFixed(5)}: ${model}`;
  if (best === undefined) return trained;
  const dsc = best.meanDsc === null ? "undefined" : best.meanDsc.toFixed(3);
  return `${trained}\nBest epoch ${best.epoch}: validation DSC ${dsc} (mean of patients), loss ${best.loss.toFixed(5)}; the model has its weights.`;
}
