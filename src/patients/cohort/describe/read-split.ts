/** A split file (src/contract/cohort-split.ts), read for the cohort that it is of: what `cohort split` wrote or a person did. */
import { type CohortSplit, cohortSplitSchema, type SplitParts } from "#contract/cohort-split.ts";
import { DelineateError } from "#core/errors.ts";
import { statedJson } from "#core/parsed-json.ts";
import type { CohortPatient } from "#patients/cohort/open-cohort.ts";
import { personOnTwoSides } from "#patients/cohort/persons.ts";
import { otherScan } from "#patients/cohort/scan-marks.ts";
import { readText } from "#platform/missing.ts";

type SplitPatient = Pick<CohortPatient, "name" | "group" | "marks">;

/** Throws `file-not-found`, `bad-cohort` if it is no split or names patients that the cohort lacks. */
export async function readSplit(path: string, names: readonly string[]): Promise<CohortSplit> {
  const split = parseSplit(await readText(path, `There is no split file ${path}.`), path);
  const missing = foldsOf(split)
    .flatMap(({ train, validation, test }) => [...train, ...validation, ...test])
    .filter((name) => !names.includes(name));
  if (missing.length > 0) {
    throw new DelineateError(
      "bad-cohort",
      `${path} names patients that the cohort lacks: ${[...new Set(missing)].join(", ")}.`,
    );
  }
  return split;
}

/** The same of a cohort's patients. Throws also `bad-cohort` for a split of other scans, and where cases of one person stand in two parts. */
export async function readSplitOf(patients: readonly SplitPatient[], path: string): Promise<CohortSplit> {
  const names = patients.map(({ name }) => name);
  const split = await readSplit(path, names);
  await refuseOtherScans(split, patients, path);
  for (const { train, validation, test } of foldsOf(split)) {
    const both = personOnTwoSides(patients, [train, validation, test]);
    if (both !== undefined)
      throw new DelineateError(
        "bad-cohort",
        `In ${path} ${both[0]} and ${both[1]} stand in two parts, and they are of one person: put both into one.`,
      );
  }
  return split;
}

/** Throws `bad-cohort` where a name of the split stands for another CT than it was made with. */
export async function refuseOtherScans(
  { scans = {} }: CohortSplit,
  patients: readonly Pick<SplitPatient, "name" | "marks">[],
  path: string,
): Promise<void> {
  const other = await otherScan(scans, patients);
  if (other !== undefined)
    throw new DelineateError(
      "bad-cohort",
      `${path} was made for other scans: ${other} is another CT there than in this cohort. Name the split of this cohort, or make one with cohort split.`,
    );
}

/** `path` names the file that the text is from. Throws `bad-cohort` if it is no split. */
export function parseSplit(text: string, path: string): CohortSplit {
  const parsed = cohortSplitSchema.safeParse(statedJson(text, path, "bad-cohort"));
  if (parsed.success) return parsed.data;
  const [first] = parsed.error.issues;
  // What is wrong with the whole has no place in it.
  const place = first.path.length === 0 ? "" : `${first.path.join(".")}: `;
  throw new DelineateError("bad-cohort", `${path} is no split: ${place}${first.message}.`);
}

/** The parts that are run: the folds, or the one split. */
export function foldsOf({ train, validation, test, folds }: CohortSplit): readonly SplitParts[] {
  return folds ?? [{ train, validation, test }];
}
