/** `delineate phantom` on the command line. */
import type { Command } from "commander";
import { interruptSignal } from "../node/interrupt.ts";
import { createTerminalProgress } from "../node/terminal-progress.ts";
import { type Variety, varieties } from "../phantom/variety.ts";
import { makePhantoms } from "../workflows/phantom.ts";
import { oneOf, wholeNumber } from "./options.ts";
import { printResult } from "./output.ts";

type Options = {
  patients: number;
  first: number;
  seed: number;
  size: number;
  variety: Variety;
  out: string;
  json?: boolean;
};

export function addPhantomCommand(program: Command): void {
  program
    .command("phantom")
    .description(
      "Make synthetic patients: thorax CTs in DICOM with an RTSTRUCT of the GTV. A seed gives the same patients again.",
    )
    .requiredOption("--out <DIR>", "folder of the cohort; patients that are there already are kept")
    .option("--patients <N>", "how many", wholeNumber(1), 12)
    .option("--first <N>", "number of the first patient", wholeNumber(1), 1)
    .option("--seed <N>", "seed of the cohort", wholeNumber(0), 1)
    .option("--size <N>", "rows and columns of the images", wholeNumber(64, 1024), 512)
    .option(
      "--variety <KIND>",
      "paper: tumours as in the paper's Table 1, 5 mm slices; wide: all sizes and places alike, many kinds of scans",
      oneOf(varieties),
      "paper",
    )
    .option("--json", "print the result as JSON")
    .addHelpText(
      "after",
      "\nExamples:\n  $ delineate phantom --patients 12 --seed 1 --size 512 --out cohort\n  $ delineate phantom --patients 2 --size 256 --out small\n  $ delineate phantom --patients 64 --size 256 --variety wide --out many-scanners",
    )
    .action(async (options: Options) => {
      const signal = interruptSignal("Finishing the patients in work; run the same command again to go on.");
      const result = await makePhantoms(options, createTerminalProgress(), signal);
      printResult(
        options.json,
        result,
        `${result.made} patients made, ${result.kept} were there already: ${result.cohort}`,
      );
    });
}
