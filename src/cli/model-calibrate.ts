/** `delineate model calibrate` on the command line. */
import type { Command } from "commander";
import type { CalibrationErrors } from "#contract/quality.ts";
import { chooseDevice, type DeviceChoice, deviceChoices } from "#engine/runtime/devices.ts";
import { interruptSignal } from "#platform/interrupt.ts";
import { createTerminalProgress } from "#platform/terminal-progress.ts";
import { type CalibrateResult, calibrateModel } from "#training/calibrate/calibrate-model.ts";
import type { CalibrationCohort } from "#training/calibrate/choose-calibration.ts";
import { collectCohorts } from "./arguments/cohorts.ts";
import { decimalNumber, deviceHelp, oneOf, wholeNumber } from "./arguments/options.ts";
import { printResult, say, sayFindings, table } from "./output.ts";

type Options = {
  cohort: CalibrationCohort[];
  roi: string;
  flips: boolean;
  secondOpinion: boolean;
  doubtBelow: number;
  most: number;
  seed: number;
  out: string;
  plot?: string;
  device: DeviceChoice;
  threads?: number;
  force: boolean;
  json?: boolean;
};

export function addCalibrateCommand(command: Command): void {
  command
    .command("calibrate <FILE>")
    .description(
      "Measure what a model's contours are worth on patients that it was not trained on, so that it gives each contour an expected DSC.",
    )
    .requiredOption(
      "--cohort <DIR[,NAMES]>",
      "cohort, or those of its patients that a text file names or a split validates on; may be repeated",
      collectCohorts,
    )
    .requiredOption("--out <FILE>", "model file to write")
    .option("--roi <PATTERN>", "ROIs that are the reference: a name or a regular expression", "GTV.*|cancer")
    .option(
      "--no-flips",
      "do not predict the mirror image as well: takes half the time, and the expected DSC is less certain",
    )
    .option(
      "--second-opinion",
      "ask the program's second network, trained on phantoms alone, what belongs to a tumour; from now on with this model",
      false,
    )
    .option("--doubt-below <DSC>", "expected DSC below which a contour is doubtful", decimalNumber(0, 1), 0.5)
    .option("--most <N>", "largest number of patients per cohort, evenly spaced", wholeNumber(1), 40)
    .option("--seed <N>", "seed of the degraded copies", wholeNumber(0), 1)
    .option("--plot <SVG>", "also draw expected against true DSC")
    .option("--device <NAME>", deviceHelp, oneOf(deviceChoices), "auto")
    .option("--threads <N>", "threads to compute with (default: all cores)", wholeNumber(1, 1024))
    .option("--force", "overwrite --out and --plot", false)
    .option("--json", "print the result as JSON")
    .addHelpText(
      "after",
      "\nExamples:\n  $ delineate model calibrate run/model.onnx --cohort others --out calibrated.onnx\n  $ delineate model calibrate run/model.onnx --cohort lung,validation.txt --cohort phantoms --out calibrated.onnx --plot dsc.svg",
    )
    .action(async (model: string, options: Options) => {
      const signal = interruptSignal("Stopping after this patient; nothing is written.");
      const { device, sentence } = await chooseDevice(options.device);
      say(sentence);
      const { cohort: cohorts, json, ...rest } = options;
      const result = await calibrateModel(
        { ...rest, model, cohorts, device },
        createTerminalProgress(),
        signal,
      );
      sayFindings(result.findings);
      printResult(json, result, describeCalibration(result));
    });
}

function describeCalibration({ rows, quality, out }: CalibrateResult): string {
  const { calibration, doubtBelow } = quality;
  const cell = (value: number | null): string => (value === null ? "-" : value.toFixed(2));
  const tableRows = rows.map(({ patient, cohort, kind, expected, dsc }) => {
    const doubt = expected !== null && expected < doubtBelow ? "doubtful" : "";
    return [patient, cohort, kind, cell(expected), cell(dsc), doubt];
  });
  const terms = (name: "contour" | "slice"): string =>
    quality[name].terms.map(({ feature, weight }) => `${feature} ${weight.toFixed(2)}`).join(", ");
  return [
    table(["patient", "cohort", "kind", "expected", "true", ""], tableRows),
    "",
    "Each patient as a fit without it expects; nothing was contoured where there is no number.",
    `contours: ${errors(calibration.contours)}`,
    ...(calibration.undegraded === undefined
      ? []
      : [`of them the patients as they are: ${errors(calibration.undegraded)}`]),
    `slices: ${errors(calibration.slices)}`,
    `weights: ${terms("contour")}; of a slice ${terms("slice")}`,
    `written: ${out}`,
  ].join("\n");
}

function errors({ count, spearman, meanAbsoluteError }: CalibrationErrors): string {
  return `${count}, Spearman ${spearman === null ? "undefined" : spearman.toFixed(2)}, mean absolute error ${meanAbsoluteError.toFixed(2)}`;
}
