/** `delineate cohort split`: a seeded split by person, stratified by tumour volume and lobe, written with its schema. */
import type { Spacing } from "#contract/cohort-manifest.ts";
import type { CohortSplit } from "#contract/cohort-split.ts";
import { DelineateError } from "#core/errors.ts";
import type { Progress } from "#core/progress.ts";
import { openCohort } from "#patients/cohort/open-cohort.ts";
import { scanMarks } from "#patients/cohort/scan-marks.ts";
import { refuseExisting, writeFileAtomic } from "#platform/write-file.ts";
import { type DescribedPatient, describeCohort } from "./describe-cohort.ts";
import { type SplitPatient, splitFolds, splitPatients } from "./split-patients.ts";

type SplitRequest = {
  readonly cohort: string;
  readonly roi: string;
  readonly out: string;
  readonly force: boolean;
  readonly seed: number;
  /** Parts of the persons. `test` is left aside with `folds`. */
  readonly test: number;
  readonly validation: number;
  /** Number of folds of a cross-validation, instead of one test part. */
  readonly folds?: number | undefined;
};

export type SplitResult = {
  readonly split: CohortSplit;
  readonly patients: readonly DescribedPatient[];
  readonly spacing: Spacing;
};

/** Patients whose tumour cannot be described are in no part. Throws `file-exists` without `force`, `bad-cohort` for too few persons. */
export async function splitCohort(
  request: SplitRequest,
  progress: Progress,
  signal: AbortSignal,
): Promise<SplitResult> {
  await refuseExisting(request.out, request);
  const { patients, spacing } = await describeCohort(request, progress, signal);
  const usable = patients.filter(({ tumour }) => tumour !== undefined);
  const persons = new Set(usable.map(({ group }) => group)).size;
  const { folds, validation, test, seed } = request;
  const parts = folds === undefined ? 1 + +(test > 0) + +(validation > 0) : folds + +(validation > 0);
  if (persons < parts || test + validation >= 1) {
    throw new DelineateError(
      "bad-cohort",
      `${request.cohort} has ${persons} persons whose tumour is known: too few for ${parts} parts, or --test and --validation leave none to train.`,
    );
  }
  const members = usable.map(
    ({ name, group, tumour }): SplitPatient => ({
      name,
      group,
      volume: tumour?.volumeCc ?? tumour?.voxels,
      position: tumour?.lobe,
    }),
  );
  const split =
    folds === undefined
      ? splitPatients(members, { test, validation }, seed)
      : splitFolds(members, { folds, validation }, seed);
  const named = (await openCohort(request.cohort)).filter(({ name }) =>
    members.some((member) => member.name === name),
  );
  const scans = Object.fromEntries(
    await Promise.all(named.map(async (patient) => [patient.name, await scanMarks(patient)] as const)),
  );
  const written = { ...split, scans };
  await writeFileAtomic(request.out, `${JSON.stringify(written, null, 2)}\n`, { force: request.force });
  return { split: written, patients, spacing };
}
