/** Whose images give a model's values their ranges, and on whom the loss is measured: no patient is both. */
import { basename, resolve } from "node:path";
import type { ModelMetadata } from "#contract/model-metadata.ts";
import { counted } from "#core/counted.ts";
import { DelineateError } from "#core/errors.ts";
import type { Finding } from "#core/findings.ts";
import type { CohortPatient } from "#patients/cohort/open-cohort.ts";
import {
  type CalibrationCohort,
  chooseCalibrationPatients,
  evenly,
  namedPatients,
  type OfCohort,
  personOfBoth,
  refuseTwice,
} from "#training/calibrate/choose-calibration.ts";

export type ChosenPatient = {
  readonly patient: CohortPatient;
  /** Name of its folder. */
  readonly cohort: string;
  readonly path: string;
};

type ChosenPatients = {
  readonly ranges: readonly ChosenPatient[];
  /** None that the model was trained on. */
  readonly heldOut: readonly ChosenPatient[];
  /** That it is not known, or not of all, whom the model was trained on. */
  readonly findings: readonly Finding[];
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
  for (const cohort of request.cohorts) {
    refuseUnknown(cohort, model);
    ranges.push(...placed(cohort, evenly(await namedPatients(cohort), request.most)));
  }
  const heldOut: ChosenPatient[] = [];
  const named: OfCohort[] = [];
  const findings: Finding[] = [];
  for (const cohort of request.heldOut) {
    const choice = await chooseCalibrationPatients(cohort, model, request.most);
    heldOut.push(...placed(cohort, choice.patients));
    named.push({ path: resolve(cohort.cohort), patients: choice.patients });
    findings.push(...choice.findings);
  }
  await refuseTwice(named);
  await refuseBoth(ranges, heldOut);
  const measured = new Set(heldOut.map(({ patient, path }) => `${path}/${patient.group}`));
  if (measured.size < fewestHeldOut) {
    throw new DelineateError(
      "bad-cohort",
      `Only ${counted(measured.size, "patient is", "patients are")} held out; at least ${fewestHeldOut} are needed. Name more, or more cohorts.`,
    );
  }
  return { ranges, heldOut, findings };
}

function placed({ cohort }: CalibrationCohort, patients: readonly CohortPatient[]): ChosenPatient[] {
  const path = resolve(cohort);
  return patients.map((patient) => ({ patient, cohort: basename(path), path }));
}

/** Throws `usage`. */
async function refuseBoth(
  ranges: readonly ChosenPatient[],
  heldOut: readonly ChosenPatient[],
): Promise<void> {
  // Cohort by cohort: case-0001 of one is not case-0001 of another.
  for (const ours of byCohort(ranges)) {
    for (const theirs of byCohort(heldOut)) {
      const both = await personOfBoth(ours, theirs);
      if (both === undefined) continue;
      const cohort = basename(ours.path);
      throw new DelineateError(
        "usage",
        `${both} of ${cohort} is held out and gives ranges too: name other patients for one of them, --cohort ${cohort},FILE.`,
      );
    }
  }
}

function byCohort(chosen: readonly ChosenPatient[]): OfCohort[] {
  return [...Map.groupBy(chosen, ({ path }) => path)].map(([path, members]) => ({
    ...{ path, patients: members.map(({ patient }) => patient) },
  }));
}

/** Test patients should give nothing to a model. Who names patients in a file is believed. */
function refuseUnknown(
  { cohort, names }: CalibrationCohort,
  { path, metadata }: { readonly path: string; readonly metadata: ModelMetadata },
): void {
  const { trainedOn, quality } = metadata;
  const knownCohorts = [
    trainedOn.cohort,
    ...trainedOn.sources.map((source) => source.cohort),
    ...(quality?.calibration.cohorts ?? []),
  ];
  const name = basename(resolve(cohort));
  if (names !== undefined || knownCohorts.includes(name)) return;
  throw new DelineateError(
    "usage",
    `${path} was neither trained nor calibrated on a cohort ${name} (but on ${[...new Set(knownCohorts)].join(", ")}): take ranges from one of those, or name patients in a file, --cohort ${cohort},FILE.`,
  );
}
