/** `delineate cohort segment` on the command line. */
import type { Command } from "commander";
import { counted } from "#core/counted.ts";
import { DelineateError } from "#core/errors.ts";
import { chooseDevice, type DeviceChoice, deviceChoices } from "#engine/runtime/devices.ts";
import { type CohortPatient, openCohort, patientsNamed } from "#patients/cohort/open-cohort.ts";
import { interruptSignal } from "#platform/interrupt.ts";
import { createTerminalProgress } from "#platform/terminal-progress.ts";
import { type SegmentedCohort, segmentCohort } from "#segment/run/segment-cohort.ts";
import { foldOf } from "#training/run/choose-patients.ts";
import { deviceHelp, namesList, oneOf, refuseWithout, wholeNumber } from "../arguments/options.ts";
import { modelLine, printResult, say, sayFindings } from "../output.ts";

type Options = {
  out: string;
  model?: string;
  split?: string;
  fold?: number;
  patients?: string[];
  device: DeviceChoice;
  json?: boolean;
};

/** Which patients: a fold's test patients, or those of the names. */
type Who = {
  readonly split: string | undefined;
  readonly fold: number | undefined;
  readonly names: readonly string[] | undefined;
};

export function addSegment(cohort: Command): void {
  cohort
    .command("segment <COHORT_DIR>")
    .description(
      "Contour patients of a cohort, each into a file of its name, for evaluate and compare. The same command goes on after an interruption.",
    )
    .requiredOption("--out <DIR>", "folder to write")
    .option("--model <FILE>", "model to use (default: the shipped one, for research only)")
    .option("--split <FILE>", "contour a split file's test patients")
    .option("--fold <N>", "which fold of the split, from 1", wholeNumber(1))
    .option("--patients <NAMES>", "contour these patients, comma-separated (default: all)", namesList)
    .option("--device <NAME>", deviceHelp, oneOf(deviceChoices), "auto")
    .option("--json", "print the result as JSON")
    .addHelpText(
      "after",
      "\nExamples:\n  $ delineate cohort segment cohort --split split.json --out before\n  $ delineate cohort segment cohort --split split.json --model own.onnx --out after",
    )
    .action(async (path: string, { split, fold, patients: names, ...options }: Options, command: Command) => {
      refuseWithout(command, "split", ["fold"]);
      const signal = interruptSignal("Stopping; the patients that are written are kept.");
      if (split !== undefined && names !== undefined)
        throw new DelineateError("usage", "--split and --patients both say who: leave one of them out.");
      const patients = await patientsOf(path, { split, fold, names });
      const { device, sentence } = await chooseDevice(options.device);
      say(sentence);
      const request = { ...options, cohort: path, patients, device };
      const result = await segmentCohort(request, createTerminalProgress(), signal);
      sayFindings([...result.findings, ...result.failures]);
      printResult(options.json, result, described(result));
      if (result.failures.length > 0) process.exitCode = 1;
    });
}

/** All where nothing says which. Throws `bad-cohort` for a name that the cohort lacks, and for a split without test patients. */
async function patientsOf(path: string, { split, fold = 1, names }: Who): Promise<readonly CohortPatient[]> {
  const all = await openCohort(path);
  if (names !== undefined) return patientsNamed(all, names, { source: "--patients", path });
  if (split === undefined) return all;
  const { test } = await foldOf(all, split, fold);
  if (test.length === 0)
    throw new DelineateError("bad-cohort", `${split} names no test patients: name others with --patients.`);
  return patientsNamed(all, test, { source: split, path });
}

function described({ out, model, written, kept }: SegmentedCohort): string {
  return [
    modelLine(model),
    `${counted(written, "patient")} contoured${kept > 0 ? `, ${counted(kept, "was", "were")} there already` : ""}: ${out}`,
  ].join("\n");
}
