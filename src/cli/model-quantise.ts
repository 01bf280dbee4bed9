/** `delineate model quantise` on the command line. */
import type { Command } from "commander";
import { counted } from "#core/counted.ts";
import { interruptSignal } from "#platform/interrupt.ts";
import { createTerminalProgress } from "#platform/terminal-progress.ts";
import { mean } from "#statistics/moments.ts";
import type { CalibrationCohort } from "#training/calibrate/choose-calibration.ts";
import { type QuantiseResult, quantiseModel } from "#training/quantise/quantise-model.ts";
import { collectCohorts } from "./arguments/cohorts.ts";
import { wholeNumber } from "./arguments/options.ts";
import { printResult, sayFindings, table } from "./output.ts";

type Options = {
  cohort: CalibrationCohort[];
  heldOut: CalibrationCohort[];
  roi: string;
  most: number;
  out: string;
  threads?: number;
  force: boolean;
  json?: boolean;
};

export function addQuantiseCommand(command: Command): void {
  command
    .command("quantise <FILE>")
    .description(
      "Make a model that computes in 8 bits, faster on the CPU. It is refused where contours of held-out patients become worse.",
    )
    .requiredOption(
      "--cohort <DIR[,NAMES]>",
      "patients that the model was trained or calibrated on, whose images give the ranges of its values: a cohort, or those that a text file names; may be repeated",
      collectCohorts,
    )
    .requiredOption(
      "--held-out <DIR[,NAMES]>",
      "other patients, on whom the loss is measured, such as those that a split validates on; may be repeated",
      collectCohorts,
    )
    .requiredOption("--out <FILE>", "model file to write")
    .option("--roi <PATTERN>", "ROIs that are the reference: a name or a regular expression", "GTV.*|cancer")
    .option("--most <N>", "largest number of patients per cohort, evenly spaced", wholeNumber(1), 20)
    .option("--threads <N>", "threads to compute with (default: all cores)", wholeNumber(1, 1024))
    .option("--force", "overwrite --out", false)
    .option("--json", "print the result as JSON")
    .addHelpText(
      "after",
      "\nExamples:\n  $ delineate model quantise run/model.onnx --cohort lung,training.txt --held-out lung,validation.txt --out 8-bit.onnx",
    )
    .action(async (model: string, options: Options) => {
      const signal = interruptSignal("Stopping; nothing is written.");
      const { cohort: cohorts, json, ...rest } = options;
      const result = await quantiseModel({ ...rest, model, cohorts }, createTerminalProgress(), signal);
      sayFindings(result.findings);
      printResult(json, result, describeQuantisation(result));
    });
}

function describeQuantisation({ rows, quantisation, out, metadata }: QuantiseResult): string {
  const { calibration, layers, loss } = quantisation;
  const tableRows = rows.map(({ patient, cohort, fp32, bytes, agreement }) => [
    patient,
    cohort,
    fp32.toFixed(4),
    bytes.toFixed(4),
    (fp32 - bytes).toFixed(4),
    agreement?.toFixed(4) ?? "-",
  ]);
  const ms = (which: "fp32" | "bytes"): string =>
    mean(rows.map(({ msPerSlice }) => msPerSlice[which])).toFixed(1);
  return [
    table(["patient", "cohort", "DSC fp32", "8 bits", "loss", "with each other"], tableRows),
    "",
    `${layers.inBytes} of ${layers.all} layers in 8 bits; ranges from ${counted(calibration.slices, "slice")} of ${counted(calibration.patients, "patient")}`,
    `mean DSC ${loss.meanDsc.toFixed(4)} instead of ${loss.fp32MeanDsc.toFixed(4)} over ${counted(loss.patients, "patient")}, the worst loses ${loss.worstLoss.toFixed(4)}`,
    `${ms("bytes")} ms per slice instead of ${ms("fp32")}, all of the contouring, on this machine`,
    `written: ${out}, ${metadata.name} ${metadata.version}`,
  ].join("\n");
}
