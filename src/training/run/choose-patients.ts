/** Which patients of the cohort train and which validate: never the same persons. */
import { stat } from "node:fs/promises";
import type { SplitParts } from "#contract/cohort-split.ts";
import { DelineateError } from "#core/errors.ts";
import { foldsOf, readSplitOf } from "#patients/cohort/describe/read-split.ts";
import { openCohort } from "#patients/cohort/open-cohort.ts";
import { type Case, personOnTwoSides } from "#patients/cohort/persons.ts";
import type { AddedCohort } from "./load-training-set.ts";

type ChosenPatients = {
  readonly patients: readonly string[];
  readonly validation: readonly string[];
};

/**
 * Without `patients` all train that do not validate. Throws `usage` if one does both, under one name or two, or if early stopping has nobody to
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
  const { validation = [] } = wanted;
  const both = validation.filter((name) => wanted.patients?.includes(name));
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
  const all = await openCohort(cohort);
  const others = all.map(({ name }) => name).filter((name) => !validation.includes(name));
  const patients = wanted.patients ?? others;
  const onePerson = personOnTwoSides(all, [patients, validation]);
  if (onePerson === undefined) return { patients, validation };
  throw new DelineateError(
    "usage",
    `${onePerson[0]}, which trains, and ${onePerson[1]}, which validates, are of one person: let both train or both validate.`,
  );
}

/**
 * Each addition with the names of its patients, those of now where it has none: a training that goes on takes no others. Throws
 * `usage` for the first cohort itself, whose validation and test patients would train.
 */
export async function nameAdditions(
  first: string,
  additions: readonly AddedCohort[],
): Promise<readonly AddedCohort[]> {
  const named: AddedCohort[] = [];
  for (const added of additions) {
    const [one, other] = await Promise.all(
      [first, added.cohort].map((path) => stat(path).catch(() => undefined)),
    );
    if (one !== undefined && one.dev === other?.dev && one.ino === other.ino)
      throw new DelineateError(
        "usage",
        `--with ${added.cohort} is the cohort that is trained on: all of its patients would train, those that validate and test too. Leave it out.`,
      );
    const patients = added.patients ?? (await openCohort(added.cohort)).map(({ name }) => name);
    named.push({ ...added, patients });
  }
  return named;
}

/** Fold `fold`, from 1, of a split file; a split without folds is its own only one. Throws what reading it throws, `usage`. */
export async function readFold(cohort: string, path: string, fold: number): Promise<SplitParts> {
  return foldOf(await openCohort(cohort), path, fold);
}

/** The same for a cohort whose patients are known. */
export async function foldOf(all: readonly Case[], path: string, fold: number): Promise<SplitParts> {
  const folds = foldsOf(await readSplitOf(all, path));
  const parts = folds[fold - 1];
  if (parts !== undefined) return parts;
  throw new DelineateError(
    "usage",
    `${path} has ${folds.length} ${folds.length === 1 ? "fold" : "folds"}; there is no fold ${fold}.`,
  );
}
