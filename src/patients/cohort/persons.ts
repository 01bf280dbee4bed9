/** Cases of one person (`group`) stand on one side: of a split, of a training, over cohorts too. */
import type { CohortPatient } from "./open-cohort.ts";
import { groupByMarks, type PersonMarks } from "./person-marks.ts";

export type Case = Pick<CohortPatient, "name" | "group">;

/** Names of two cases of one person that stand on two of the sides, the first such; undefined where there are none. */
export function personOnTwoSides(
  all: readonly Case[],
  sides: readonly (readonly string[])[],
): readonly [string, string] | undefined {
  const seen = new Map<string, { readonly side: number; readonly name: string }>();
  for (const [side, names] of sides.entries()) {
    for (const { name, group } of all.filter((patientCase) => names.includes(patientCase.name))) {
      const first = seen.get(group);
      if (first !== undefined && first.side !== side) return [first.name, name];
      seen.set(group, { side, name });
    }
  }
  return undefined;
}

type MarkedCase = Pick<CohortPatient, "name" | "group" | "marks">;

type SharedPerson = {
  /** A case of the second cohort, and one of the first of the same person. */
  readonly name: string;
  readonly same: string;
  /** In words. */
  readonly reasons: readonly string[];
};

/** Cases of `others` that are of a person among `first`, whole persons: who is the same by one scan is it by all. */
export async function sharedPersons(
  first: readonly MarkedCase[],
  others: readonly MarkedCase[],
): Promise<readonly SharedPerson[]> {
  const [ours, theirs] = await Promise.all([marked("first", first), marked("second", others)]);
  const groups = groupByMarks([...ours, ...theirs]);
  return groups.flatMap(({ members, reasons }): SharedPerson[] => {
    const same = members.find((member) => member < first.length);
    if (same === undefined) return [];
    return members
      .filter((member) => member >= first.length)
      .map((member) => ({ name: others[member - first.length].name, same: first[same].name, reasons }));
  });
}

/** With what their cohort knows of them: cases whose tumour is undecided join others there, and are not among these. */
function marked(cohort: "first" | "second", cases: readonly MarkedCase[]): Promise<PersonMarks[]> {
  return Promise.all(
    cases.map(async ({ name, group, marks: read }) => {
      const { names = [], ...marks } = await read();
      return {
        ...marks,
        keys: [...marks.keys, `known ${cohort} ${group}`],
        names: [...names, name, group],
      };
    }),
  );
}
