/** Whether a structure may be called so. */
import { structureNameSchema } from "#contract/workspace/review.ts";

/** What is wrong with it, as a sentence; null if nothing. `taken` are the others' names: case does not tell them apart. */
export function structureNameProblem(name: string, taken: readonly string[]): string | null {
  if (name === "") return "A name is needed.";
  if (name.length > 16) return "At most 16 characters: planning systems cut longer names.";
  if (!structureNameSchema.safeParse(name).success)
    return "Plain characters only: no accents, no backslash, no space at either end.";
  if (taken.some((other) => other.toLowerCase() === name.toLowerCase()))
    return "Another structure has this name.";
  return null;
}

/** `base`, or with the first free number behind it. */
export function freeName(base: string, taken: readonly string[]): string {
  if (structureNameProblem(base, taken) === null) return base;
  for (let number = 2; ; number++) {
    const name = `${base}-${number}`;
    if (!taken.some((other) => other.toLowerCase() === name.toLowerCase())) return name;
  }
}
