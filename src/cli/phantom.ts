/** `delineate phantom` on the command line. */
import { type Command, InvalidArgumentError, Option } from "commander";
import { counted } from "#core/counted.ts";
import { type KeptOut, readLeftOut } from "#phantom/run/backgrounds.ts";
import { insertTumours } from "#phantom/run/insert.ts";
import { makePhantoms } from "#phantom/run/phantom.ts";
import { type Variety, varieties } from "#phantom/variety.ts";
import { interruptSignal } from "#platform/interrupt.ts";
import { createTerminalProgress } from "#platform/terminal-progress.ts";
import { oneOf, refuseWithout, wholeNumber } from "./arguments/options.ts";
import { printResult } from "./output.ts";

type Options = {
  patients: number;
  first: number;
  seed: number;
  size: number;
  variety: Variety;
  out: string;
  into: string[];
  leaveOut?: string;
  keepOut: KeptOut[];
  roi: string;
  threads?: number;
  json?: boolean;
};

export function phantomVerb(command: Command): void {
  command
    .requiredOption("--out <DIR>", "folder of the cohort; existing patients are kept")
    .option("--patients <N>", "number of patients", wholeNumber(1), 12)
    .option("--first <N>", "number of the first patient", wholeNumber(1), 1)
    .option("--seed <N>", "seed of the cohort", wholeNumber(0), 1)
    .option("--size <N>", "rows and columns of the images", wholeNumber(64, 1024), 512)
    .option(
      "--variety <KIND>",
      "paper: tumours as in the paper's Table 1, 5 mm slices; wide: all sizes and places alike, many kinds of scans",
      oneOf(varieties),
      "paper",
    )
    .addOption(
      new Option(
        "--into <PATH>",
        "insert tumours into real lungs instead: a folder with one chest CT, or an imported cohort, of which the tumour-free slices are used; may be repeated",
      )
        .argParser(collect<string>((path) => path))
        .default([], "none")
        .conflicts("variety"),
    )
    .option(
      "--leave-out <FILE>",
      "with --into: patients not to use, because they are measured with: a file of names, one per line, or a split, whose validation and test patients, of all folds, are left out",
    )
    .addOption(
      new Option(
        "--keep-out <NAME=FROM..TO>",
        "with --into: slices of a CT not to use because they show a lesion, by position in mm; may be repeated",
      )
        .argParser(collect(keptOut))
        .default([], "none"),
    )
    .option(
      "--roi <PATTERN>",
      "with --into: ROIs of a cohort; slices in which they have contours are not used",
      ".*",
    )
    .option(
      "--threads <N>",
      "with --into: patients made in parallel (default: one per core)",
      wholeNumber(1, 256),
    )
    .option("--json", "print the result as JSON")
    .addHelpText(
      "after",
      "\nExamples:\n  $ delineate phantom --patients 12 --seed 1 --size 512 --out cohort\n  $ delineate phantom --patients 2 --size 256 --out small\n  $ delineate phantom --patients 64 --size 256 --variety wide --out many-scanners\n  $ delineate phantom --into patient/ct --keep-out patient=-240..-200 --into COHORT --leave-out split.json --patients 60 --size 256 --out inserted",
    )
    .action(async (options: Options, command: Command) => {
      refuseWithout(command, "into", ["leaveOut", "keepOut", "roi", "threads"]);
      const signal = interruptSignal(
        "Finishing the patients in work; run the same command again to continue.",
      );
      const progress = createTerminalProgress();
      const { into } = options;
      const leaveOut = options.leaveOut === undefined ? [] : await readLeftOut(options.leaveOut);
      const result =
        into.length > 0
          ? await insertTumours({ ...options, leaveOut }, progress, signal)
          : await makePhantoms(options, progress, signal);
      printResult(
        options.json,
        result,
        `${counted(result.made, "patient")} made, ${counted(result.kept, "was", "were")} there already: ${result.cohort}`,
      );
    });
}

/** An option's values, as often as it is given. */
function collect<T>(parse: (value: string) => T): (value: string, all: readonly T[]) => T[] {
  return (value, all) => [...all, parse(value)];
}

function keptOut(value: string): KeptOut {
  const [, name, from, to] = /^(.+)=(-?[\d.]+)\.\.(-?[\d.]+)$/.exec(value) ?? [];
  const [fromMm, toMm] = [Number(from), Number(to)];
  if (name === undefined || !(fromMm <= toMm))
    throw new InvalidArgumentError("Expected NAME=FROM..TO in mm, as in patient=-240..-200.");
  return { name, fromMm, toMm };
}
