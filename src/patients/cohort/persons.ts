/** Cases of one person (`group`) stand on one side: of a split, of a training. */
import type { CohortPatient } from "./open-cohort.ts";

export type Case = Pick<CohortPatient, "name" | "group">;

/** Names of two cases of one person that stand on two of the sides, the first such; undefined where there are none. */
export function personOnTwoSides(
  all: readonly Case[],
  sides: readonly (readonly string[])[],
): readonly [string, string] | undefined {
  const seen = new Map<string, { readonly side: number; readonly name: string }>();
  for (const [side, names] of sides.entries()) {
    for (const { name, group } of all.filter((one) => names.includes(one.name))) {
      const first = seen.get(group);
      if (first !== undefined && first.side !== side) return [first.name, name];
      seen.set(group, { side, name });
    }
  }
  return undefined;
}
