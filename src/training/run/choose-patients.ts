/** Which patients of the cohort train and which validate: never the same ones. */

import type { SplitParts } from "#contract/cohort-split.ts";
import { DelineateError } from "#core/errors.ts";
import { foldsOf, readSplit } from "#patients/cohort/describe/read-split.ts";
import { openCohort } from "#patients/cohort/open-cohort.ts";
import type { AddedCohort } from "./load-training-set.ts";

type ChosenPatients = {
  readonly patients: readonly string[];
  readonly validation: readonly string[];
};

/**
 * Without `patients` all train that do not validate. Throws `usage` if one does both, or if early stopping has nobody to
 * validate on. Names that the cohort lacks are found when it is loaded.
 */
export async function choosePatients(
  cohort: string,
  wanted: {
    readonly patients?: readonly string[] | undefined;
    readonly validation?: readonly string[] | undefined;
  },
  patience: number,
): Promise<ChosenPatients> {
  const { patients, validation = [] } = wanted;
  const both = validation.filter((name) => patients?.includes(name));
  if (both.length > 0) {
    throw new DelineateError(
      "usage",
      `${both.join(", ")} cannot both train and validate: take it out of one.`,
    );
  }
  if (patience > 0 && validation.length === 0) {
    throw new DelineateError(
      "usage",
      "Early stopping needs patients to validate on: add --validation or --split, or --set patience=0.",
    );
  }
  const all = (await openCohort(cohort)).map(({ name }) => name);
  return { patients: patients ?? all.filter((name) => !validation.includes(name)), validation };
}

/** Each addition with the names of its patients, those of now where it has none: a training that goes on takes no others. */
export async function nameAdditions(additions: readonly AddedCohort[]): Promise<readonly AddedCohort[]> {
  const named: AddedCohort[] = [];
  for (const added of additions) {
    const patients = added.patients ?? (await openCohort(added.cohort)).map(({ name }) => name);
    named.push({ ...added, patients });
  }
  return named;
}

/** Fold `fold`, from 1, of a split file; a split without folds is its own only one. Throws what reading it throws, `usage`. */
export async function readFold(cohort: string, path: string, fold: number): Promise<SplitParts> {
  const names = (await openCohort(cohort)).map(({ name }) => name);
  return foldOf(names, path, fold);
}

/** The same for a cohort whose patients' names are known. */
export async function foldOf(names: readonly string[], path: string, fold: number): Promise<SplitParts> {
  const folds = foldsOf(await readSplit(path, names));
  const parts = folds[fold - 1];
  if (parts !== undefined) return parts;
  throw new DelineateError("usage", `${path} has ${folds.length} folds, there is no fold ${fold}.`);
}
