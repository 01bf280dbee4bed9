/** Cohorts as options name them, repeated: a folder, or a folder and a file of its patients. */
import { InvalidArgumentError } from "commander";
import { type CalibrationCohort, parseCalibrationCohort } from "#training/calibrate/choose-calibration.ts";

export function collectCohorts(text: string, before: CalibrationCohort[] | undefined): CalibrationCohort[] {
  const calibration = parseCalibrationCohort(text);
  if (calibration.cohort === "") throw new InvalidArgumentError("Expected a folder, or a folder and a file.");
  return [...(before ?? []), calibration];
}
