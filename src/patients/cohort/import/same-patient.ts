/**
 * Cases of one person in a cohort, under one ID or several (person-marks.ts), undecided ones too. A split keeps each group together.
 */
import type { CohortFile, CohortPatientFile } from "#contract/cohort-manifest.ts";
import { groupByMarks, marksOfCase } from "#patients/cohort/person-marks.ts";

export type PatientGroup = {
  /** In the order of their names. */
  readonly cases: readonly string[];
  readonly reasons: readonly string[];
};

/** Every case is in one group; most groups have one case and no reasons. */
export function groupPatients(
  { salt }: Pick<CohortFile, "salt">,
  patients: readonly CohortPatientFile[],
): PatientGroup[] {
  return groupByMarks(patients.map((patient) => marksOfCase(patient, salt))).map(({ members, reasons }) => ({
    cases: members.map((member) => patients[member].name).sort(),
    reasons,
  }));
}

/** Of each case the first one of its patient, by name. */
export function firstCases(
  cohort: Pick<CohortFile, "salt">,
  patients: readonly CohortPatientFile[],
): Map<string, string> {
  return new Map(
    groupPatients(cohort, patients).flatMap(({ cases }) => cases.map((name) => [name, cases[0]])),
  );
}
