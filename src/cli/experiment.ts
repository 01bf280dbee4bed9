/** `delineate experiment` on the command line. */
import type { Command } from "commander";
import { defaultTraining } from "#contract/training-configuration.ts";
import { DelineateError } from "#core/errors.ts";
import { runExperiment } from "#experiment/experiment.ts";
import { resultSentence } from "#experiment/report/sections/summary.ts";
import { networkNames, uNetWidthBeside } from "#networks/networks.ts";
import { readSplit } from "#patients/cohort/describe/read-split.ts";
import { openCohort } from "#patients/cohort/open-cohort.ts";
import { interruptSignal } from "#platform/interrupt.ts";
import { createTerminalProgress } from "#platform/terminal-progress.ts";
import { decimalNumber, oneOf, wholeNumber } from "./options.ts";
import { printResult } from "./output.ts";
import { addTrainingOptions, type TrainingOptions, trainingOf } from "./training-options.ts";

type Options = TrainingOptions & {
  out: string;
  networks: string[];
  uNetWidth?: number;
  protocol?: "zhang2020";
  split?: string;
  test: number;
  validation: number;
  folds: number;
  splitSeed: number;
  stress: number;
  threads?: number;
  json?: boolean;
};

export function experimentVerb(command: Command): void {
  addTrainingOptions(command)
    .requiredOption("--out <DIR>", "folder of the experiment")
    .option(
      "--networks <NAMES>",
      "which, with commas; the first is compared with the others",
      listOfNetworks,
      [...networkNames],
    )
    .option(
      "--u-net-width <N>",
      "channels of the U-Net's first stage (default: 7/16 of --width, at which its times are to the modified ResNet34's as the paper's)",
      wholeNumber(4, 256),
    )
    .option(
      "--protocol <NAME>",
      "zhang2020: all options as the paper unless given, and a page that puts the figures beside the paper's",
      oneOf(["zhang2020"]),
    )
    .option("--split <FILE>", "split.json of `delineate cohort split`, instead of a draw")
    .option(
      "--test <X>",
      "part of the patients that is tested, drawn by volume and lobe",
      decimalNumber(0.001, 0.999),
      0.25,
    )
    .option(
      "--validation <X>",
      "part of the patients held out: the model is that of the epoch that is best on them",
      decimalNumber(0, 0.9),
      0,
    )
    .option(
      "--folds <K>",
      "cross-validation: each patient is tested once (0: one split)",
      wholeNumber(0, 100),
      0,
    )
    .option("--split-seed <N>", "seed of the draw", wholeNumber(0), 1)
    .option("--stress <N>", "synthetic patients in each group of the stress set", wholeNumber(0, 1000), 8)
    .option("--threads <N>", "threads to compute with (default: all cores)", wholeNumber(1, 1024))
    .option("--json", "print the result as JSON")
    .addHelpText(
      "after",
      "\nExamples:\n  $ delineate experiment cohort --protocol zhang2020 --out experiment\n  $ delineate experiment cohort --size 128 --width 8 --epochs 10 --out reduced\n  $ delineate experiment cohort --folds 5 --out cross-validation",
    )
    .action(async (cohort: string, options: Options) => {
      if (options.folds === 1)
        throw new DelineateError(
          "usage",
          "One fold would test every patient and train none: expected 0, or 2 or more.",
        );
      const { splitSeed, test, validation, folds } = options;
      const split =
        options.split === undefined
          ? { seed: splitSeed, test, validation, folds }
          : await readSplit(
              options.split,
              (await openCohort(cohort)).map(({ name }) => name),
            );
      const signal = interruptSignal("Saving what was done; the same command goes on from there.");
      const request = {
        cohort,
        out: options.out,
        networks: options.networks,
        configuration: { ...trainingOf(options), network: defaultTraining.network },
        widths: { "u-net": options.uNetWidth ?? uNetWidthBeside(options.width) },
        protocol: options.protocol ?? "own",
        split,
        stressPatients: options.stress,
        checkpointEvery: options.checkpointEvery,
        threads: options.threads,
        commands: [typed()],
      } as const;
      const { files, result } = await runExperiment(request, createTerminalProgress(), signal);
      const lines = [...result.comparisons.map(resultSentence), `Report: ${files.report}`];
      printResult(options.json, { files, comparisons: result.comparisons }, lines.join("\n"));
    });
}

/** Throws `usage` for an unknown network or one named twice. */
function listOfNetworks(text: string): string[] {
  const names = text.split(",").map((name) => name.trim());
  const unknown = names.find((name) => !networkNames.some((known) => known === name));
  if (unknown !== undefined) {
    throw new DelineateError(
      "usage",
      `There is no network ${unknown}; expected some of ${networkNames.join(", ")}.`,
    );
  }
  if (new Set(names).size < names.length)
    throw new DelineateError("usage", `--networks names one twice: ${text}.`);
  return names;
}

/** The command as typed, words with spaces in quotes. */
function typed(): string {
  const words = process.argv.slice(2).map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word}'`));
  return ["delineate", ...words].join(" ");
}
