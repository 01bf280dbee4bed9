/** `delineate experiment` on the command line. */
import { type Command, Option } from "commander";
import {
  type NetworkName,
  networkNames,
  type TrainingConfiguration,
} from "#contract/training-configuration.ts";
import { quotedWords } from "#core/command-words.ts";
import { DelineateError } from "#core/errors.ts";
import { findingIn } from "#core/findings.ts";
import { runExperiment, type ShareFolds } from "#experiment/experiment.ts";
import { resultSentence } from "#experiment/report/sections/summary.ts";
import type { ExperimentRequest } from "#experiment/request.ts";
import { uNetWidthBeside } from "#networks/networks.ts";
import { readSplitOf } from "#patients/cohort/describe/read-split.ts";
import { openCohort } from "#patients/cohort/open-cohort.ts";
import { interruptSignal } from "#platform/interrupt.ts";
import { createTerminalProgress } from "#platform/terminal-progress.ts";
import type { Work } from "#platform/work.ts";
import { databaseAddress, decimalNumber, oneOf, wholeNumber } from "./arguments/options.ts";
import { addPlanOptions, type PlanOptions, planOf } from "./arguments/plan-options.ts";
import { printResult, sayFindings } from "./output.ts";

type Options = PlanOptions & {
  out: string;
  networks: NetworkName[];
  uNetWidth?: number;
  protocol?: "zhang2020";
  split?: string;
  test: number;
  validation: number;
  folds: number;
  splitSeed: number;
  stress: number;
  checkpointEvery: number;
  threads?: number;
  database?: string;
  json?: boolean;
};

export function experimentVerb(command: Command): void {
  command.requiredOption("--out <DIR>", "folder of the experiment");
  addPlanOptions(command, ["roi", "epochs", "seed"])
    .addOption(
      new Option("--networks <NAMES>", "the first is compared with the others")
        .argParser(listOfNetworks)
        .default([...networkNames], networkNames.join(",")),
    )
    .option("--u-net-width <N>", uNetWidthHelp, wholeNumber(4, 256))
    .option("--protocol <NAME>", protocolHelp, oneOf(["zhang2020"]))
    .addOption(
      new Option("--split <FILE>", "split.json of `delineate cohort split`, instead of a draw").conflicts([
        "test",
        "validation",
        "folds",
        "splitSeed",
      ]),
    )
    .option("--test <X>", "fraction tested, drawn by volume and lobe", decimalNumber(0.001, 0.999), 0.25)
    .option("--validation <X>", "fraction on which the best epoch is chosen", decimalNumber(0, 0.9), 0)
    .option("--folds <K>", "cross-validation: each patient is tested once", wholeNumber(0, 100), 0)
    .option("--split-seed <N>", "seed of the draw", wholeNumber(0), 1)
    .option("--stress <N>", "synthetic patients in each group of the stress set", wholeNumber(0, 1000), 8)
    .option("--checkpoint-every <STEPS>", "steps between checkpoints", wholeNumber(1), 200)
    .option("--threads <N>", "threads to compute with (default: all cores)", wholeNumber(1, 1024))
    .option("--database <URL>", databaseHelp, databaseAddress)
    .option("--json", "print the result as JSON")
    .addHelpText("after", examples)
    .action(runFromOptions);
}

const uNetWidthHelp = "channels of the U-Net's first stage (default: 7/16 of width)";
const protocolHelp = "zhang2020: a page that puts the figures beside the paper's";

const databaseHelp =
  "share the work with every delineate worker --work trainings on this PostgreSQL server that sees the same folders at the same paths (its password in PGPASSWORD)";

const examples = `
Examples:
  $ delineate experiment cohort --protocol zhang2020 --out experiment
  $ delineate experiment cohort --set size=128 --set width=8 --epochs 10 --out reduced
  $ delineate experiment cohort --plan plan.json --folds 5 --out cross-validation
  $ delineate experiment /s/cohort --folds 5 --out /s/folds --database postgres://me@db/delineate`;

async function runFromOptions(cohort: string, options: Options, command: Command): Promise<void> {
  if (options.folds === 1)
    throw new DelineateError(
      "usage",
      "One fold would test every patient and train none: expected 0, or 2 or more.",
    );
  if (options.folds > 0 && command.getOptionValueSource("test") === "cli")
    throw new DelineateError(
      "usage",
      "With --folds every patient is tested once, and --test would be ignored: leave one of them out.",
    );
  const configuration = await planOf(options);
  const { splitSeed, test, validation, folds } = options;
  const split =
    options.split === undefined
      ? { seed: splitSeed, test, validation, folds }
      : await readSplitOf(await openCohort(cohort), options.split);
  const signal = interruptSignal("Saving what was done; the same command goes on from there.");
  const request = {
    cohort,
    out: options.out,
    networks: options.networks,
    configuration: { ...configuration, network: options.networks[0] },
    widths: { "u-net": options.uNetWidth ?? uNetWidth(configuration, options.networks) },
    protocol: options.protocol ?? "own",
    split,
    stressPatients: options.stress,
    checkpointEvery: options.checkpointEvery,
    threads: options.threads,
    commands: [typed()],
  } as const;
  const progress = createTerminalProgress();
  const share =
    options.database === undefined
      ? undefined
      : await sharing(options.database, request, { progress, signal });
  const { files, result } = await runExperiment(request, progress, signal, share);
  for (const { patient, findings = [] } of result.patients)
    sayFindings(findings.map((item) => findingIn(patient, item)));
  const lines = [...result.comparisons.map(resultSentence), `Report: ${files.report}`];
  printResult(options.json, { files, comparisons: result.comparisons }, lines.join("\n"));
}

/** Loaded when needed: the database's client takes a fraction of a second. */
async function sharing(database: string, request: ExperimentRequest, work: Work): Promise<ShareFolds> {
  const { shareFolds } = await import("#workspace/experiments/share-folds.ts");
  return shareFolds(database, request, work);
}

/** Throws `usage` where the plan is of a U-Net, and so does not say how wide the modified ResNet34 is. */
function uNetWidth({ network, width }: TrainingConfiguration, networks: readonly NetworkName[]): number {
  if (network !== "u-net") return uNetWidthBeside(width);
  if (networks.every((name) => name === "u-net")) return width;
  throw new DelineateError(
    "usage",
    `The plan's network is u-net, of width ${width}; an experiment with ${networks.join(" and ")} needs the plan of the modified ResNet34.`,
  );
}

/** Throws `usage` for an unknown network or one named twice. */
function listOfNetworks(text: string): NetworkName[] {
  const words = text.split(",").map((name) => name.trim());
  const names = words.flatMap((word) => networkNames.filter((known) => known === word));
  const unknown = words.find((word) => !networkNames.some((known) => known === word));
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

/** The command as typed, words with spaces in quotes; without the database, which may hold a password and changes no result. */
function typed(): string {
  const words = process.argv.slice(2);
  const at = words.indexOf("--database");
  const keptWords = words.filter(
    (word, index) => !word.startsWith("--database=") && (at < 0 || (index !== at && index !== at + 1)),
  );
  return ["delineate", ...quotedWords(keptWords)].join(" ");
}
