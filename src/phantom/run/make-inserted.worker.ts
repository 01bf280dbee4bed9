/** One synthetic patient on a real background, on disk. Runs on a worker thread, which keeps the last background. */
import { createHash } from "node:crypto";
import { createRandom } from "#core/random.ts";
import { volumeCc } from "#geometry/mask.ts";
import { insertedFile } from "#patients/cohort/inserted-note.ts";
import { insertPatient } from "#phantom/insertion/insert-patient.ts";
import { prepareBackground } from "#phantom/insertion/prepare-background.ts";
import { type RealThorax, readThorax } from "#phantom/insertion/real-thorax.ts";
import { answerTasks } from "#platform/worker-task.ts";
import { type Background, noteOf, readBackground } from "./backgrounds.ts";
import { writeSyntheticPatient } from "./write-synthetic-patient.ts";

export type InsertTask = {
  readonly background: Background;
  readonly seed: number;
  /** 1-based number of the patient. */
  readonly patient: number;
  readonly size: number;
  readonly directory: string;
};

export type InsertResult = { readonly background: string; readonly slices: number; readonly maskCc: number };

let last: { readonly key: string; readonly runs: readonly RealThorax[] } | undefined;

/** Nothing is written, and `slices` is 0, for a background without lungs that a tumour finds room in. */
async function makeInserted(task: InsertTask): Promise<InsertResult> {
  const { background, seed, patient, size, directory } = task;
  const key = JSON.stringify([background, size]);
  if (last?.key !== key) last = { key, runs: await thoraxesOf(background, size) };
  const insertedPatient = insertPatient(last.runs, createRandom(seed).fork(`inserted-${patient}`));
  if (insertedPatient === undefined) return { background: background.name, slices: 0, maskCc: 0 };
  const notes = { patient, ...noteOf(task), inserted: insertedPatient.inserted };
  await writeSyntheticPatient(directory, {
    ...insertedPatient,
    uidName: `inserted/${seed}/${patient}/${size}/${background.name}`,
    patientName: `Inserted^Seed${seed}^${patient}`,
    patientId: `INSERTED-${thoraxOf(background)}-${seed}-${patient}`,
    kernel: "INSERTED",
    algorithmDescription: "tumour generator on a real CT, the true tumour",
    notes: { name: insertedFile, value: notes },
  });
  return {
    background: background.name,
    slices: insertedPatient.grid.size[2],
    maskCc: volumeCc(insertedPatient.gtv),
  };
}

/** Short and naming nobody: patients of one seed and number in two persons' thoraces are two, wherever they meet. */
function thoraxOf({ name, marks }: Background): string {
  return createHash("sha256")
    .update(JSON.stringify([name, marks]))
    .digest("hex")
    .slice(0, 8)
    .toUpperCase();
}

async function thoraxesOf(background: Background, size: number): Promise<readonly RealThorax[]> {
  const runs = await readBackground(background);
  return runs.map((run) => readThorax(prepareBackground(run, size)));
}

answerTasks(makeInserted);
