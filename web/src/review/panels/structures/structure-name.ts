/** Whether a structure may be called so. */
import { structureNameSchema } from "#contract/workspace/review.ts";

const mostCharacters = 16;

/** What is wrong with it, as a sentence; null if nothing. `takenNames` are the others' names: case and further spaces do not tell them apart. */
export function structureNameProblem(name: string, takenNames: readonly string[]): string | null {
  if (name === "") return "A name is needed.";
  if (name.length > mostCharacters) return "At most 16 characters: planning systems cut longer names.";
  if (!structureNameSchema.safeParse(name).success)
    return "Plain characters only: no accents, no backslash, no space at either end.";
  if (takenNames.some((other) => looksAlike(other, name))) return "Another structure has this name.";
  return null;
}

/** A page shows several spaces as one. */
function looksAlike(a: string, b: string): boolean {
  const shown = (name: string): string => name.toLowerCase().replace(/ +/g, " ");
  return shown(a) === shown(b);
}

/** `base`, or with the first free number behind it. */
export function freeName(base: string, takenNames: readonly string[]): string {
  if (structureNameProblem(base, takenNames) === null) return base;
  for (let number = 2; ; number++) {
    const end = `-${number}`;
    const name = `${base.slice(0, mostCharacters - end.length).trim()}${end}`;
    if (!takenNames.some((other) => looksAlike(other, name))) return name;
  }
}

/** Letters of other alphabets, written with a stroke or in two: these are no letter with an accent. */
const spelt: Readonly<Record<string, string>> = { ß: "ss", æ: "ae", Æ: "AE", ø: "o", Ø: "O", ł: "l", Ł: "L" };

/**
 * An imported name as a structure may be called: without accents, what is no plain character as "_", the first 16. "ROI" if
 * nothing is left.
 */
export function plainName(name: string): string {
  const plain = [...name.normalize("NFKD").replace(/\p{M}/gu, "")]
    .map((letter) => spelt[letter] ?? letter)
    .join("")
    .replace(/[^\x20-\x7e]|\\/gu, "_");
  return plain.trim().slice(0, mostCharacters).trim() || "ROI";
}
