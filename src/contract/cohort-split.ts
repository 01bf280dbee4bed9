/**
 * `split.json`: which patients of a cohort train, validate and test, by name. With `folds` each of them is one turn of a
 * cross-validation, and the three lists on top are those of the first: a reader that knows no folds still leaks nothing.
 */
import { z } from "zod";

const namesSchema = z.array(z.string().min(1));

const partsSchema = z
  .strictObject({ train: namesSchema, validation: namesSchema, test: namesSchema })
  .refine(({ train, validation, test }) => {
    const all = [...train, ...validation, ...test];
    return new Set(all).size === all.length;
  }, "a patient stands in two parts, or twice in one");

export const cohortSplitSchema = z
  .strictObject({
    format: z.literal(1),
    seed: z.int().min(0),
    train: namesSchema,
    validation: namesSchema,
    test: namesSchema,
    folds: z.array(partsSchema).min(2).optional(),
  })
  .refine(
    ({ train, validation, test }) => partsSchema.safeParse({ train, validation, test }).success,
    "a patient stands in two parts, or twice in one",
  );

export type SplitParts = z.infer<typeof partsSchema>;
export type CohortSplit = z.infer<typeof cohortSplitSchema>;
