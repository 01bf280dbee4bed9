/** Which patients of the cohort train and which validate: never the same persons. */
import { stat } from "node:fs/promises";
import type { SplitParts } from "#contract/cohort-split.ts";
import { counted } from "#core/counted.ts";
import { DelineateError } from "#core/errors.ts";
import { type Finding, finding } from "#core/findings.ts";
import { foldsOf, readSplitOf } from "#patients/cohort/describe/read-split.ts";
import { type CohortPatient, openCohort, patientsNamed } from "#patients/cohort/open-cohort.ts";
import { type Case, personOnTwoSides, sharedPersons } from "#patients/cohort/persons.ts";
import type { AddedCohort, OpenAddition } from "./load-training-set.ts";

type ChosenPatients = {
  readonly patients: readonly string[];
  readonly validation: readonly string[];
};

type WantedPatients = {
  readonly patients?: readonly string[] | undefined;
  readonly validation?: readonly string[] | undefined;
  /** Path of the checkpoint that a training goes on from: then patients and cohorts stand, and nobody can choose others. */
  readonly checkpointPath?: string | undefined;
};

/**
 * Of `all` of the cohort. Without `patients` all train that do not validate. Throws `usage` if one does both, under one name or two, or if early stopping has nobody to
 * validate on; `bad-checkpoint` for a training that was begun so. Names that the cohort lacks are not looked for.
 */
export function choosePatients(
  all: readonly Case[],
  wanted: WantedPatients,
  patience: number,
): ChosenPatients {
  const { validation = [], checkpointPath } = wanted;
  const both = validation.filter((name) => wanted.patients?.includes(name));
  if (both.length > 0)
    throw refusal(`${both.join(", ")} cannot both train and validate`, "take it out of one", checkpointPath);
  if (patience > 0 && validation.length === 0)
    throw refusal(
      "Early stopping needs patients to validate on",
      "add --validation or --split, or --set patience=0",
      checkpointPath,
    );
  const others = all.map(({ name }) => name).filter((name) => !validation.includes(name));
  const patients = wanted.patients ?? others;
  const onePerson = personOnTwoSides(all, [patients, validation]);
  if (onePerson === undefined) return { patients, validation };
  throw refusal(
    `${onePerson[0]}, which trains, and ${onePerson[1]}, which validates, are of one person`,
    "let both train or both validate",
    checkpointPath,
  );
}

function refusal(fault: string, remedy: string, begun: string | undefined): DelineateError {
  if (begun === undefined) return new DelineateError("usage", `${fault}: ${remedy}.`);
  return new DelineateError(
    "bad-checkpoint",
    `${fault}, and so ${begun} was begun, where that was not known or looked at. A training that goes on keeps its patients and its plan: train anew into another folder, without --resume.`,
  );
}

type NamedAdditions = {
  /** With the names of their patients. */
  readonly additions: readonly AddedCohort[];
  /** Who was left out. */
  readonly findings: readonly Finding[];
  /** The additions, opened. */
  readonly added: readonly OpenAddition[];
};

/** The first cohort, opened. */
type FirstCohort = { readonly path: string; readonly all: readonly CohortPatient[] };

/**
 * Each addition with the names of its patients, those of now where it has none: a training that goes on takes no others. Left out are
 * persons of the first cohort who do not train there (`patients` do), whatever they are called: who validates or tests must not train by
 * way of another cohort. Throws `usage` for the first cohort itself, whose validation and test patients would train, for a cohort
 * that is named twice, and for one of which nobody is left; `bad-checkpoint` for a training that was begun so, `bad-cohort` for names that an addition lacks.
 */
export async function nameAdditions(
  { path: first, all: ours }: FirstCohort,
  additions: readonly AddedCohort[],
  {
    patients,
    checkpointPath,
  }: { readonly patients: readonly string[]; readonly checkpointPath: string | undefined },
): Promise<NamedAdditions> {
  const settledAdditions: AddedCohort[] = [];
  const findings: Finding[] = [];
  const opened: OpenAddition[] = [];
  const before = new Map<string, string>();
  for (const added of additions) {
    const [firstStat, addedStat] = await Promise.all(
      // Numbers of files may be beyond what a float tells apart.
      [first, added.cohort].map((path) => stat(path, { bigint: true }).catch(() => undefined)),
    );
    const folder = addedStat && `${addedStat.dev}/${addedStat.ino}`;
    const again = folder === undefined ? undefined : before.get(folder);
    // A model would say that it was trained on each of these patients twice.
    if (again !== undefined && checkpointPath === undefined)
      throw refusal(
        `--with ${again} and --with ${added.cohort} are one cohort`,
        "name it once, with the sum of both weights",
        checkpointPath,
      );
    if (folder !== undefined) before.set(folder, added.cohort);
    if (firstStat !== undefined && firstStat.dev === addedStat?.dev && firstStat.ino === addedStat.ino)
      throw refusal(
        `--with ${added.cohort} is the cohort that is trained on, of which all patients would train, those that validate and test too`,
        "leave it out",
        checkpointPath,
      );
    const all = await openCohort(added.cohort);
    if (added.patients !== undefined) {
      const place = { source: "the training", path: added.cohort };
      opened.push({ ...added, patients: patientsNamed(all, added.patients, place) });
      settledAdditions.push(added);
      continue;
    }
    const held = ours.filter(({ name }) => !patients.includes(name));
    const shared = await sharedPersons(held, all);
    const names = all
      .map(({ name }) => name)
      .filter((name) => !shared.some((person) => person.name === name));
    const persons = shared.map(({ name, same, reasons }) => `${name} (${same} there: ${reasons.join(", ")})`);
    if (shared.length > 0 && (checkpointPath !== undefined || names.length === 0))
      throw refusal(
        `--with ${added.cohort} has persons of ${first} who do not train there: ${persons.join("; ")}`,
        "leave it out",
        checkpointPath,
      );
    if (shared.length > 0) findings.push(leftOut(first, added.cohort, persons));
    settledAdditions.push({ ...added, patients: names });
    opened.push({ ...added, patients: all.filter(({ name }) => names.includes(name)) });
  }
  return { additions: settledAdditions, findings, added: opened };
}

function leftOut(first: string, cohort: string, who: readonly string[]): Finding {
  const count = counted(who.length, "patient is", "patients are");
  return finding(
    "warning",
    "person-held-out",
    `${count} left out, of persons of ${first} who do not train there: ${who.join("; ")}.`,
    cohort,
  );
}

/** Fold `fold`, from 1, of a split file; a split without folds is its own only one. Throws what reading it throws, `usage`. */
export async function readFold(cohort: string, path: string, fold: number): Promise<SplitParts> {
  return foldOf(await openCohort(cohort), path, fold);
}

/** The same for a cohort whose patients are known. */
export async function foldOf(all: readonly CohortPatient[], path: string, fold: number): Promise<SplitParts> {
  const folds = foldsOf(await readSplitOf(all, path));
  const parts = folds[fold - 1];
  if (parts !== undefined) return parts;
  throw new DelineateError(
    "usage",
    `${path} has ${counted(folds.length, "fold")}; there is no fold ${fold}.`,
  );
}
