/**
 * Which patients a model is calibrated on: of each cohort all, or those in a file of names; never those that it was trained
 * on, as far as that is known.
 */
import { basename, dirname, join, resolve } from "node:path";
import type { ModelMetadata } from "#contract/model-metadata.ts";
import { DelineateError } from "#core/errors.ts";
import { type Finding, finding } from "#core/findings.ts";
import { parseSplit, refuseOtherScans } from "#patients/cohort/describe/read-split.ts";
import { type CohortPatient, openCohort, patientsNamed } from "#patients/cohort/open-cohort.ts";
import { sharedPersons } from "#patients/cohort/persons.ts";
import { readText } from "#platform/missing.ts";
import { readCheckpoint } from "#training/run/checkpoint.ts";
import { readTrainedPersons, trainedAmong } from "#training/run/trained-persons.ts";

export type CalibrationCohort = {
  readonly cohort: string;
  /** A text file, names apart by white space or commas, or a split, whose validation patients are meant. Without it all patients. */
  readonly names?: string | undefined;
};

/** `DIR` or `DIR,FILE`. */
export function parseCalibrationCohort(text: string): CalibrationCohort {
  const [cohort, names] = text.split(",", 2).map((part) => part.trim());
  return names === undefined || names === "" ? { cohort } : { cohort, names };
}

type KnownModel = { readonly path: string; readonly metadata: ModelMetadata };

type Chosen = {
  readonly patients: readonly CohortPatient[];
  /** That it is not known, or not of all, whom the model was trained on. */
  readonly findings: readonly Finding[];
};

/**
 * At most `most` of the cohort, evenly spaced. Throws `file-not-found`, `bad-cohort` for names that the cohort lacks, and
 * `usage` for persons that the model was trained on, whatever they are called: by the marks beside it where its training left them, else
 * by names, those of its checkpoint or of the cohorts that it was trained on.
 */
export async function chooseCalibrationPatients(
  { cohort, names }: CalibrationCohort,
  model: KnownModel,
  most: number,
): Promise<Chosen> {
  const all = await openCohort(cohort);
  const chosen = await thoseNamed(all, { cohort, names });
  const persons = await readTrainedPersons(model.path);
  const trained =
    persons === undefined
      ? await trainedByName({ cohort, all: all.map(({ name }) => name), vouched: names !== undefined }, model)
      : await trainedAmong(persons, all);
  const groups = new Set(all.filter(({ name }) => trained.includes(name)).map(({ group }) => group));
  const both = chosen.filter(({ group }) => groups.has(group));
  if (both.length > 0) {
    throw new DelineateError(
      "usage",
      `The model was trained on ${both.length} of these patients of ${cohort} (${both[0].name} ...): what it is worth shows on others alone. Name those in a file: --cohort ${cohort},FILE.`,
    );
  }
  return { patients: evenly(chosen, most), findings: unknownPersons(model.path, cohort, persons) };
}

/** What nobody can tell is said: the caller has to know it. */
function unknownPersons(
  path: string,
  cohort: string,
  persons: { readonly unknownStarts: readonly string[] } | undefined,
): Finding[] {
  const say = (message: string) => [finding("warning", "trained-on-unknown", message, cohort)];
  if (persons === undefined)
    return say(
      `The folder of ${path} does not say which persons it was trained on (persons.json): they were looked for by names alone, and a person of this cohort who trained under another name was not found.`,
    );
  const starts = persons.unknownStarts.join(", ");
  if (starts === "") return [];
  return say(`The training of ${path} began with ${starts}, of whose patients nothing is known here.`);
}

/** At most `most` of them: the middles of as many equal parts. */
export function evenly<T>(values: readonly T[], most: number): readonly T[] {
  const count = Math.min(most, values.length);
  return Array.from({ length: count }, (_, at) => values[Math.floor(((at + 0.5) * values.length) / count)]);
}

/** Some of a cohort's patients, and its path. */
export type OfCohort = { readonly path: string; readonly patients: readonly CohortPatient[] };

/** Name of one of ours who is a person of theirs too: by what tells a person in any cohort, in one cohort by what that knows. */
export async function personOfBoth(ours: OfCohort, theirs: OfCohort): Promise<string | undefined> {
  const same =
    ours.path === theirs.path
      ? ours.patients.find(({ group }) => theirs.patients.some((patient) => patient.group === group))
      : undefined;
  return same?.name ?? (await sharedPersons(theirs.patients, ours.patients)).at(0)?.name;
}

/** Who is in two cohorts would be counted, and weigh, as two persons. Throws `usage`. */
export async function refuseTwice(cohorts: readonly OfCohort[]): Promise<void> {
  for (const [at, later] of cohorts.entries()) {
    for (const earlier of cohorts.slice(0, at)) {
      const both = await personOfBoth(later, earlier);
      if (both === undefined) continue;
      const what = later.path === earlier.path ? "named twice" : `a person of ${earlier.path} too`;
      throw new DelineateError(
        "usage",
        `${both} of ${later.path} is ${what}, and would count as two: leave that cohort out, or name others in a file, ${later.path},FILE.`,
      );
    }
  }
}

/** All of the cohort, or those that its file names. Throws `file-not-found`, `bad-cohort` for names that the cohort lacks. */
export async function namedPatients({ cohort, names }: CalibrationCohort): Promise<readonly CohortPatient[]> {
  return thoseNamed(await openCohort(cohort), { cohort, names });
}

async function thoseNamed(
  all: readonly CohortPatient[],
  { cohort, names }: CalibrationCohort,
): Promise<readonly CohortPatient[]> {
  if (names === undefined) return all;
  return patientsNamed(all, await readNames(names, all), { source: names, path: cohort });
}

async function readNames(path: string, all: readonly CohortPatient[]): Promise<string[]> {
  const text = await readText(path, `There is no file of names ${path}.`);
  if (text.trimStart().startsWith("{")) {
    const split = parseSplit(text, path);
    await refuseOtherScans(split, all, path);
    if (split.folds === undefined) return split.validation;
    throw new DelineateError(
      "usage",
      `${path} has folds, and each trained on others: name in a text file the patients that this model's fold validated on.`,
    );
  }
  return text.split(/[\s,]+/).filter((name) => name !== "");
}

/**
 * Names of those of the cohort that the model was trained on. `vouched`: the caller named the patients, and is believed where
 * nothing is known; of a cohort of --with all trained.
 */
async function trainedByName(
  {
    cohort,
    all,
    vouched,
  }: { readonly cohort: string; readonly all: readonly string[]; readonly vouched: boolean },
  { path, metadata }: KnownModel,
): Promise<readonly string[]> {
  const { cohort: first, sources } = metadata.trainedOn;
  const name = basename(resolve(cohort));
  const isFirst = name === first;
  const isAdded = sources.slice(1).some((source) => source.cohort === name);
  if (!isFirst && !isAdded) return [];
  const checkpoint = await readCheckpoint(join(dirname(path), "checkpoint.safetensors")).catch(
    (error: unknown) => {
      if (error instanceof DelineateError) return undefined;
      throw error;
    },
  );
  if (checkpoint === undefined) return isAdded || !vouched ? all : [];
  const { patients, validationPatients = [], additions } = checkpoint;
  const added = additions.filter((addition) => basename(resolve(addition.cohort)) === name);
  return [
    ...(isFirst ? (patients ?? all.filter((patient) => !validationPatients.includes(patient))) : []),
    ...added.flatMap((addition) => addition.patients ?? all),
  ];
}
