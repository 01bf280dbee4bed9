/** What is known of an experiment before anything is trained: its patients as numbers, and which of them train and test. */
import type { Spacing } from "#contract/cohort-manifest.ts";
import type { CohortSplit, SplitParts } from "#contract/cohort-split.ts";
import { foldsOf } from "#patients/cohort/describe/read-split.ts";
import type { CohortPatient } from "#patients/cohort/open-cohort.ts";
import type { LoadedPatient } from "#patients/load-patient.ts";
import type { Work } from "#platform/work.ts";
import { drawSplit, refuseUntestable } from "./choose-split.ts";
import { describePatients, sayable } from "./describe-patients.ts";
import { descriptionsFolder, holdPatients, holdSplit } from "./hold-cohort.ts";
import type { DescribedPatient } from "./report/experiment-result.ts";
import type { ExperimentRequest } from "./request.ts";
import { refuseStressNames } from "./stress-set.ts";

type LoadByName = ReadonlyMap<string, () => Promise<LoadedPatient>>;

export type OpenExperiment = {
  readonly spacing: Spacing;
  readonly patients: readonly DescribedPatient[];
  readonly split: CohortSplit;
  readonly folds: readonly SplitParts[];
  /** Rows and columns of the stress set's images. */
  readonly stressSize: number;
  /** Of the cohort's patients. */
  readonly load: LoadByName;
};

/** The same wherever and whenever it is asked for; `cohort`: the request's, opened. Throws `bad-cohort`, also for a cohort that changed, `cancelled`, and what reading a patient throws. */
export async function openExperiment(
  request: ExperimentRequest,
  cohort: readonly CohortPatient[],
  work: Work,
): Promise<OpenExperiment> {
  const { roi } = request.configuration;
  const spacing: Spacing = cohort.some((patient) => patient.spacing === "unknown") ? "unknown" : "known";
  const names = cohort.map(({ name }) => name);
  refuseStressNames(names, request.stressPatients);
  // Before the patients are read, which takes long.
  if ("train" in request.split) refuseUntestable(foldsOf(request.split));
  await holdPatients(request, cohort);
  const source = { cohort: request.cohort, roi };
  const described = await describePatients(source, names, descriptionsFolder(request), work);
  const groups = new Map(cohort.map(({ name, group }) => [name, group]));
  const patients = described.map((patient) => {
    return { ...sayable(patient, spacing), person: groups.get(patient.patient) };
  });
  const split = "train" in request.split ? request.split : drawSplit(patients, groups, request.split);
  await holdSplit(request, split);
  return {
    ...{ spacing, patients, split, folds: foldsOf(split) },
    stressSize: Math.max(...patients.map(({ matrix }) => matrix[0])),
    load: new Map(cohort.map(({ name, load }) => [name, () => load(roi)])),
  };
}

/** Of one that is known to be there. */
export function loadNamed(load: LoadByName, name: string): Promise<LoadedPatient> {
  const loadPatient = load.get(name);
  if (loadPatient === undefined) throw new Error(`no patient ${name}`);
  return loadPatient();
}
