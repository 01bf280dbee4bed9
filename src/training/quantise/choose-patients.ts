/** Whose images give a model's values their ranges, and on whom the loss is measured: no patient is both. */
import { basename, resolve } from "node:path";
import type { ModelMetadata } from "#contract/model-metadata.ts";
import { DelineateError } from "#core/errors.ts";
import type { CohortPatient } from "#patients/cohort/open-cohort.ts";
import {
  type CalibrationCohort,
  chooseCalibrationPatients,
  evenly,
  namedPatients,
} from "#training/calibrate/choose-calibration.ts";

export type ChosenPatient = { readonly patient: CohortPatient; readonly cohort: string };

type ChosenPatients = {
  readonly ranges: readonly ChosenPatient[];
  /** None that the model was trained on. */
  readonly heldOut: readonly ChosenPatient[];
};

/** Fewer say nothing of the worst. */
const fewestHeldOut = 5;

/**
 * At most `most` of each cohort, evenly spaced. Throws what choosing patients for a calibration throws, `usage` for ranges of a cohort
 * that the model does not know or of held-out patients, `bad-cohort` for too few held out.
 */
export async function choosePatients(
  request: {
    readonly cohorts: readonly CalibrationCohort[];
    readonly heldOut: readonly CalibrationCohort[];
    readonly most: number;
  },
  model: { readonly path: string; readonly metadata: ModelMetadata },
): Promise<ChosenPatients> {
  const ranges: ChosenPatient[] = [];
  for (const one of request.cohorts) {
    refuseUnknown(one, model);
    ranges.push(...placed(one, evenly(await namedPatients(one), request.most)));
  }
  const heldOut: ChosenPatient[] = [];
  for (const one of request.heldOut)
    heldOut.push(...placed(one, await chooseCalibrationPatients(one, model, request.most)));
  const person = ({ patient, cohort }: ChosenPatient): string => `${cohort}/${patient.group}`;
  const measured = new Set(heldOut.map(person));
  const both = ranges.find((chosen) => measured.has(person(chosen)));
  if (both !== undefined) {
    throw new DelineateError(
      "usage",
      `${both.patient.name} of ${both.cohort} is held out and gives ranges too: name other patients for one of them, --cohort ${both.cohort},FILE.`,
    );
  }
  if (measured.size < fewestHeldOut) {
    throw new DelineateError(
      "bad-cohort",
      `There are ${measured.size} patients held out; at least ${fewestHeldOut} are needed. Name more, or more cohorts.`,
    );
  }
  return { ranges, heldOut };
}

function placed({ cohort }: CalibrationCohort, patients: readonly CohortPatient[]): ChosenPatient[] {
  return patients.map((patient) => ({ patient, cohort: basename(resolve(cohort)) }));
}

/** Test patients should give nothing to a model. Who names patients in a file is believed. */
function refuseUnknown(
  { cohort, names }: CalibrationCohort,
  { path, metadata }: { readonly path: string; readonly metadata: ModelMetadata },
): void {
  const { trainedOn, quality } = metadata;
  const known = [
    trainedOn.cohort,
    ...trainedOn.sources.map((source) => source.cohort),
    ...(quality?.calibration.cohorts ?? []),
  ];
  const name = basename(resolve(cohort));
  if (names !== undefined || known.includes(name)) return;
  throw new DelineateError(
    "usage",
    `${path} was neither trained nor calibrated on a cohort ${name} (but on ${[...new Set(known)].join(", ")}): take ranges from one of those, or name patients in a file, --cohort ${cohort},FILE.`,
  );
}
