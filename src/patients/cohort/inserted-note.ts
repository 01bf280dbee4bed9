/** The note beside a patient that `delineate phantom --into` made: whose thorax it is, and what of it might be used. */
import { join } from "node:path";
import { z } from "zod";
import { readOwnJson } from "#platform/own-json.ts";

export const insertedFile = "inserted.json";

const insertedSchema = z.object({
  seed: z.int(),
  size: z.int(),
  /** Name of the CT or of the cohort's patient. */
  background: z.string(),
  /** What tells whose thorax it is in any cohort (person-marks.ts). This and what follows: undefined in a note of an earlier program. */
  marks: z.object({ keys: z.array(z.string()), slices: z.array(z.string()) }).optional(),
  /** In a note of an earlier program: the first case of the same person, by the name that the case had in its cohort. */
  person: z.string().optional(),
  /** Of a CT: heights in patient coordinates, mm, whose slices were not used. */
  keptOut: z.array(z.object({ name: z.string(), fromMm: z.number(), toMm: z.number() })).optional(),
  /** Of a cohort's patient: ROIs whose slices were not used. */
  roi: z.string().optional(),
});
export type InsertedNote = z.infer<typeof insertedSchema>;

/** Of the patient's folder; undefined where there is none, and of a file. Throws `bad-cohort` for one that is damaged. */
export function readInsertedNote(folder: string): Promise<InsertedNote | undefined> {
  return readOwnJson(join(folder, insertedFile), {
    schema: insertedSchema,
    said: "whose thorax that is",
    remedy: "Remove the folder.",
    code: "bad-cohort",
  });
}
