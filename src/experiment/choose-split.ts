/** Which patients train, validate and test, drawn by seed from what the tumours are like. */
import type { CohortSplit, SplitParts } from "#contract/cohort-split.ts";
import { DelineateError } from "#core/errors.ts";
import type { PatientDescription } from "#evaluate/correlate-table.ts";
import { type SplitPatient, splitFolds, splitPatients } from "#patients/cohort/describe/split-patients.ts";

export type SplitChoice = {
  readonly seed: number;
  /** Part of the persons that is tested, when there are no folds. */
  readonly test: number;
  /** Part of the persons that validates: the model is then that of the best epoch. */
  readonly validation: number;
  /** 0 or at least 2. */
  readonly folds: number;
};

/**
 * By person, stratified by volume and lobe (src/patients/cohort/describe/split-patients.ts). Each patient is in one part; with folds, each is
 * tested once. Throws `bad-cohort` if there are too few persons for the parts.
 */
export function drawSplit(
  patients: readonly PatientDescription[],
  groups: ReadonlyMap<string, string>,
  { seed, test, validation, folds }: SplitChoice,
): CohortSplit {
  const members = patients.map(
    ({ patient, values: { volumeCc, voxels, lobe } }): SplitPatient => ({
      name: patient,
      group: groups.get(patient) ?? patient,
      volume: [volumeCc, voxels].find((value) => typeof value === "number"),
      position: typeof lobe === "string" ? lobe : undefined,
    }),
  );
  const persons = new Set(members.map(({ group }) => group)).size;
  const parts = folds > 0 ? folds + +(validation > 0) : 2 + +(validation > 0);
  if (persons < parts || test + validation >= 1) {
    throw new DelineateError(
      "bad-cohort",
      `The cohort has ${persons} persons: too few for ${parts} parts, or --test and --validation leave none to train.`,
    );
  }
  return folds > 0
    ? splitFolds(members, { folds, validation }, seed)
    : splitPatients(members, { test, validation }, seed);
}

/**
 * Of a split that a person may have written. Results are kept by a patient's name: one who is tested in two folds would be counted
 * twice, with the contours of the first fold's models. Throws `bad-cohort`, also for a fold in which nobody trains or is tested.
 */
export function refuseUntestable(folds: readonly SplitParts[]): void {
  const tested = new Set<string>();
  for (const [index, { train, test }] of folds.entries()) {
    const fold = folds.length > 1 ? `Fold ${index + 1} of the split` : "The split";
    for (const [what, names] of [
      ["train on", train],
      ["test", test],
    ] as const) {
      if (names.length === 0)
        throw new DelineateError(
          "bad-cohort",
          `${fold} has no patient to ${what}: an experiment needs both.`,
        );
    }
    const again = test.find((name) => tested.has(name));
    if (again !== undefined)
      throw new DelineateError(
        "bad-cohort",
        `${fold} tests ${again}, whom an earlier fold tests too: an experiment tests each patient once. Leave it out of one of them.`,
      );
    for (const name of test) tested.add(name);
  }
}
