/** Which patients train, validate and test: from a split file, or drawn by seed. A file may be stratified; a draw is not. */
import { readFile } from "node:fs/promises";
import { type CohortSplit, cohortSplitSchema, type SplitParts } from "../../contract/cohort-split.ts";
import { DelineateError } from "../../core/errors.ts";
import { createRandom } from "../../core/random.ts";

export type SplitChoice = {
  readonly seed: number;
  /** Part of the patients that is tested, when there are no folds. */
  readonly test: number;
  /** Part of the patients that are not tested that is held out for the validation loss. */
  readonly validation: number;
  /** 0 or at least 2. */
  readonly folds: number;
};

/** Each patient is in one part; with folds, each is tested once. Throws `bad-cohort` if a part that must have patients has none. */
export function drawSplit(
  names: readonly string[],
  { seed, test, validation, folds }: SplitChoice,
): CohortSplit {
  const shuffled = createRandom(seed).fork("split").shuffle(names);
  const parts = (tested: readonly string[]): SplitParts => {
    const others = shuffled.filter((name) => !tested.includes(name));
    const held = Math.round(others.length * validation);
    return {
      train: others.slice(held).sort(),
      validation: others.slice(0, held).sort(),
      test: [...tested].sort(),
    };
  };
  const all =
    folds > 0
      ? Array.from({ length: folds }, (_, fold) => parts(shuffled.filter((_, at) => at % folds === fold)))
      : [parts(shuffled.slice(0, Math.max(1, Math.round(names.length * test))))];
  if (all.some(({ train, test: tested }) => train.length === 0 || tested.length === 0)) {
    throw new DelineateError(
      "bad-cohort",
      `${names.length} patients are too few for this split: expected at least one to train and one to test in each part.`,
    );
  }
  return { format: 1, seed, ...all[0], ...(folds > 0 ? { folds: all } : {}) };
}

/** Throws `file-not-found`, `bad-cohort` if it is no split or names patients that the cohort lacks. */
export async function readSplit(path: string, names: readonly string[]): Promise<CohortSplit> {
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new DelineateError("file-not-found", `There is no split file ${path}.`, { cause });
  });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new DelineateError("bad-cohort", `${path} is no JSON file.`, { cause });
  }
  const parsed = cohortSplitSchema.safeParse(value);
  if (!parsed.success) {
    const first = parsed.error.issues[0];
    throw new DelineateError("bad-cohort", `${path} is no split: ${first.path.join(".")}: ${first.message}.`);
  }
  const missing = foldsOf(parsed.data)
    .flatMap(({ train, validation, test }) => [...train, ...validation, ...test])
    .filter((name) => !names.includes(name));
  if (missing.length > 0) {
    throw new DelineateError(
      "bad-cohort",
      `${path} names patients that the cohort lacks: ${[...new Set(missing)].join(", ")}.`,
    );
  }
  return parsed.data;
}

/** The parts that are run: the folds, or the one split. */
export function foldsOf({ train, validation, test, folds }: CohortSplit): readonly SplitParts[] {
  return folds ?? [{ train, validation, test }];
}
