/**
 * Whom a training saw, by marks that tell a person in any cohort (patients/cohort/person-marks.ts): `persons.json` in its folder, beside
 * the model. Digests alone, and not in the model's file: whoever has a scan could ask a model that travels whether it knows the person.
 */
import { dirname, join } from "node:path";
import { z } from "zod";
import type { CohortPatient } from "#patients/cohort/open-cohort.ts";
import { writtenMarks } from "#patients/cohort/person-marks.ts";
import { sharedPersons } from "#patients/cohort/persons.ts";
import { exists } from "#platform/missing.ts";
import { readOwnJson } from "#platform/own-json.ts";
import { writeFileAtomic } from "#platform/write-file.ts";

const personsSchema = z.strictObject({
  format: z.literal(1),
  /** A case each. */
  persons: z
    .array(z.strictObject({ keys: z.array(z.string()).readonly(), slices: z.array(z.string()).readonly() }))
    .readonly(),
  /** Names of files whose weights a training began with, and of whose patients nothing was known. */
  unknownStarts: z.array(z.string()).readonly(),
});
type TrainedPersons = z.infer<typeof personsSchema>;

type Training = {
  readonly out: string;
  /** Those of all cohorts that train. */
  readonly patients: readonly CohortPatient[];
  /** Path of the weights that it begins with. */
  readonly startFrom: string | undefined;
  /** Their file's name, where a training that goes on knows no more. */
  readonly startedFrom: string | undefined;
  /** Then who is known already stays. */
  readonly goesOn: boolean;
};

/** Whom the start knows is known to this training too. Throws as `readTrainedPersons`, and what reading the marks throws. */
export async function keepTrainedPersons(training: Training): Promise<void> {
  const { out, patients, startFrom, startedFrom, goesOn } = training;
  const path = join(out, personsFile);
  if (goesOn && (await exists(path))) return;
  const startPersons = startFrom === undefined ? undefined : await readTrainedPersons(startFrom);
  const unknown = startedFrom !== undefined && startPersons === undefined ? [startedFrom] : [];
  const newPersons = await Promise.all(patients.map(async ({ marks }) => writtenMarks([await marks()])));
  const content: TrainedPersons = {
    format: 1,
    persons: [...(startPersons?.persons ?? []), ...newPersons],
    unknownStarts: [...(startPersons?.unknownStarts ?? []), ...unknown],
  };
  await writeFileAtomic(path, `${JSON.stringify(content)}\n`, { force: true });
}

const personsFile = "persons.json";

/** Of the training in whose folder the model or checkpoint lies; undefined where it does not say. Throws `file-unreadable`. */
export function readTrainedPersons(model: string): Promise<TrainedPersons | undefined> {
  return readOwnJson(join(dirname(model), personsFile), {
    schema: personsSchema,
    said: "whom the model was trained on",
    remedy: "Train anew, or move the model to another folder.",
    code: "file-unreadable",
  });
}

/** Names of those of `all` who are persons of the training. */
export async function trainedAmong(
  { persons }: TrainedPersons,
  all: readonly CohortPatient[],
): Promise<readonly string[]> {
  const trained = persons.map((marks, at) => ({ name: "", group: String(at), marks: async () => marks }));
  return (await sharedPersons(trained, all)).map(({ name }) => name);
}
