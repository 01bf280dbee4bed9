/** The parts of a split file, for one fold. */
import { readFile } from "node:fs/promises";
import { cohortSplitSchema, type SplitParts } from "../../contract/cohort-split.ts";
import { DelineateError } from "../../core/errors.ts";

/** `fold` counts from 1; a split without folds is its own only one. Throws `file-not-found`, `bad-configuration`, `usage`. */
export async function readSplit(path: string, fold: number): Promise<SplitParts> {
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new DelineateError("file-not-found", `There is no split file ${path}.`, { cause });
  });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new DelineateError("bad-configuration", `${path} is no JSON file.`, { cause });
  }
  const parsed = cohortSplitSchema.safeParse(value);
  if (!parsed.success) {
    const [first] = parsed.error.issues;
    throw new DelineateError(
      "bad-configuration",
      `${path} is no split of a cohort (${first.path.join(".")}: ${first.message}).`,
    );
  }
  const folds = parsed.data.folds ?? [parsed.data];
  const parts = folds[fold - 1];
  if (parts === undefined)
    throw new DelineateError("usage", `${path} has ${folds.length} folds, there is no fold ${fold}.`);
  return parts;
}
