/**
 * `split.json`: which patients of a cohort train, validate and test, by name. With `folds` each of them is one turn of a
 * cross-validation, and the three lists on top are those of the first: a reader that knows no folds still leaks nothing.
 */
import { z } from "zod";

const namesSchema = z.array(z.string().min(1));

type Parts = Readonly<Record<"train" | "validation" | "test", readonly string[]>>;

/** The patients that stand in two parts, or twice in one. */
function doubled({ train, validation, test }: Parts): string[] {
  const all = [...train, ...validation, ...test];
  return [...new Set(all.filter((name, at) => all.indexOf(name) < at))];
}

const eachOnce = (parts: Parts): boolean => doubled(parts).length === 0;
const sayDoubled = {
  error: ({ input }: { readonly input: unknown }): string => {
    const names = doubled(input as Parts);
    return `${names.join(", ")} ${names.length === 1 ? "stands" : "stand"} in two parts, or twice in one`;
  },
};

const partsSchema = z
  .strictObject({ train: namesSchema, validation: namesSchema, test: namesSchema })
  .refine(eachOnce, sayDoubled);

export const cohortSplitSchema = z
  .strictObject({
    format: z.literal(1),
    seed: z.int().min(0),
    train: namesSchema,
    validation: namesSchema,
    test: namesSchema,
    folds: z.array(partsSchema).min(2).optional(),
    /** By name, what tells the patient's CT (src/patients/cohort/scan-marks.ts); of a split that was made by hand nothing is known. */
    scans: z.record(z.string(), z.array(z.string())).optional(),
  })
  .refine(eachOnce, sayDoubled);

export type SplitParts = z.infer<typeof partsSchema>;
export type CohortSplit = z.infer<typeof cohortSplitSchema>;
