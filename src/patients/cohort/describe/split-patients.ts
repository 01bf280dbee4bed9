/**
 * Patients into training, validation and test, or into folds: whole persons only, so that no person stands on two sides, and
 * each part in the cohort's proportions of position and volume. Persons are put in the order of their strata (position, then
 * volume in quarters, shuffled within), and each part takes every so many-th of them (systematic sampling).
 */
import type { CohortSplit, SplitParts } from "#contract/cohort-split.ts";
import { DelineateError } from "#core/errors.ts";
import { createRandom, type Random } from "#core/random.ts";

export type SplitPatient = {
  readonly name: string;
  /** Cases of one person share it. */
  readonly group: string;
  /** Of the tumour, in any unit: only its rank in the cohort counts. */
  readonly volume: number | undefined;
  /** Lobe or side; undefined is a stratum of its own. */
  readonly position: string | undefined;
};

/** Parts of the persons, 0 or more, together less than 1. At least one person is in a part that is more than 0. */
type SplitShares = { readonly test: number; readonly validation: number };

type Person = { readonly names: readonly string[]; readonly volume: number; readonly position: string };

/** Throws `bad-cohort` if there are too few persons for the parts. */
export function splitPatients(
  patients: readonly SplitPatient[],
  shares: SplitShares,
  seed: number,
): CohortSplit {
  const random = createRandom(seed).fork("split");
  const persons = personsOf(patients);
  const [test, rest] = take(persons, partSize(persons.length, shares.test), random.fork("test"));
  const count = partSize(persons.length, shares.validation);
  const [validation, train] = take(rest, count, random.fork("validation"));
  return { format: 1, seed, ...namesOfParts(train, validation, test) };
}

/** k parts, each the test of one fold; `validation` is a part of all persons, taken from the fold's others. Throws as `splitPatients`. */
export function splitFolds(
  patients: readonly SplitPatient[],
  options: { readonly folds: number; readonly validation: number },
  seed: number,
): CohortSplit {
  const random = createRandom(seed).fork("folds");
  const persons = personsOf(patients);
  const ordered = inStrata(persons, random.fork("order"));
  const count = partSize(persons.length, options.validation);
  const folds = Array.from({ length: options.folds }, (_, fold) => {
    const test = ordered.filter((_person, index) => index % options.folds === fold);
    const rest = ordered.filter((_person, index) => index % options.folds !== fold);
    const [validation, train] = take(rest, count, random.fork(fold));
    return namesOfParts(train, validation, test);
  });
  return { format: 1, seed, ...folds[0], folds };
}

function partSize(persons: number, share: number): number {
  return share === 0 ? 0 : Math.max(1, Math.round(persons * share));
}

/** `count` of the persons, spread evenly over their strata, and the others. */
function take(
  persons: readonly Person[],
  count: number,
  random: Random,
): [taken: Person[], others: Person[]] {
  if (count >= persons.length && count > 0)
    throw new DelineateError(
      "bad-cohort",
      `A part of this split would take ${count} of the ${persons.length} persons that are left for it and for those that train: make --test and --validation smaller, or --folds larger.`,
    );
  const ordered = inStrata(persons, random.fork("order"));
  const start = random.next();
  const chosen = new Set(
    Array.from({ length: count }, (_, index) => Math.floor(((index + start) * ordered.length) / count)),
  );
  return [ordered.filter((_, index) => chosen.has(index)), ordered.filter((_, index) => !chosen.has(index))];
}

/** By position, then by quarter of the volume, up in one position and down in the next, so that neighbours are alike. */
function inStrata(persons: readonly Person[], random: Random): Person[] {
  const volumes = persons.map(({ volume }) => volume).sort((a, b) => a - b);
  const quarter = (volume: number): number =>
    [1, 2, 3].filter((part) => volume > volumes[Math.floor((part * (volumes.length - 1)) / 4)]).length;
  const positions = [...new Set(persons.map(({ position }) => position))].sort();
  return positions.flatMap((position, index) => {
    const stratum = random.fork(position).shuffle(persons.filter((person) => person.position === position));
    const direction = index % 2 === 0 ? 1 : -1;
    return stratum.sort((a, b) => direction * (quarter(a.volume) - quarter(b.volume)));
  });
}

/** One entry a person: the cases' names, the largest tumour's volume and position. */
function personsOf(patients: readonly SplitPatient[]): Person[] {
  const groups = new Map<string, SplitPatient[]>();
  for (const patient of [...patients].sort((a, b) => (a.name < b.name ? -1 : 1)))
    groups.set(patient.group, [...(groups.get(patient.group) ?? []), patient]);
  return [...groups.values()].map((cases) => {
    const largest = cases.reduce((best, patient) =>
      (patient.volume ?? 0) > (best.volume ?? 0) ? patient : best,
    );
    return {
      names: cases.map(({ name }) => name),
      volume: largest.volume ?? 0,
      position: largest.position ?? "unknown",
    };
  });
}

function namesOfParts(
  train: readonly Person[],
  validation: readonly Person[],
  test: readonly Person[],
): SplitParts {
  const names = (persons: readonly Person[]): string[] => persons.flatMap((person) => person.names).sort();
  return { train: names(train), validation: names(validation), test: names(test) };
}
