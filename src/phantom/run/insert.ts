/** `delineate phantom --into`: tumours of the generator in real thoraces; goes on where it was interrupted. */
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { Progress } from "#core/progress.ts";
import { type InsertedNote, readInsertedNote } from "#patients/cohort/inserted-note.ts";
import { groupByMarks } from "#patients/cohort/person-marks.ts";
import { marksOfNote } from "#patients/cohort/read-marks.ts";
import { runInWorkers } from "#platform/worker-pool.ts";
import { type Background, type BackgroundChoice, listBackgrounds, noteOf } from "./backgrounds.ts";
import { madeOtherwise } from "./made-otherwise.ts";
import type { InsertResult, InsertTask } from "./make-inserted.worker.ts";

type InsertRequest = BackgroundChoice & {
  readonly patients: number;
  /** Number of the first patient, from 1. */
  readonly first: number;
  readonly seed: number;
  readonly size: number;
  readonly threads?: number | undefined;
  readonly out: string;
};

/** Patients take turns on the sources, and on the backgrounds of each. Throws what `listBackgrounds` throws, `file-exists` for one that was made otherwise. */
export async function insertTumours(request: InsertRequest, progress: Progress, signal?: AbortSignal) {
  const sources = await listBackgrounds(request);
  const tasks: InsertTask[] = [];
  for (let patient = request.first; patient < request.first + request.patients; patient++) {
    const directory = join(request.out, `inserted-${String(patient).padStart(4, "0")}`);
    const existingFolder = await stat(directory).catch(() => undefined);
    const { seed, size } = request;
    const task = { seed, patient, size, directory, background: backgroundOf(sources, patient) };
    if (existingFolder === undefined) tasks.push(task);
    else await refuseOther(task);
  }
  progress.report("inserting tumours", 0, tasks.length);
  const results = await runInWorkers<InsertTask, InsertResult>(
    new URL("./make-inserted.worker.ts", import.meta.url),
    inOrderOfBackgrounds(tasks),
    {
      ...(signal === undefined ? {} : { signal }),
      ...(request.threads === undefined ? {} : { workers: request.threads }),
      onDone: (finished, { background, slices }) =>
        progress.report("inserting tumours", finished, tasks.length, `${background}, ${slices} slices`),
    },
  );
  const without = results.filter(({ slices }) => slices === 0).map(({ background }) => background);
  return {
    made: tasks.length - without.length,
    kept: request.patients - tasks.length,
    /** Backgrounds whose slices show no lungs with room for a tumour. */
    withoutRoom: [...new Set(without)].sort(),
    cohort: request.out,
  };
}

/** What stands there may be of a patient that is left out now. A note of an earlier program says less, and is believed. */
async function refuseOther(task: InsertTask): Promise<void> {
  const wanted = noteOf(task);
  const existingNote = await readInsertedNote(task.directory);
  const other = (Object.keys(wanted) as (keyof InsertedNote)[]).find(
    (key) => existingNote === undefined || (key in existingNote && !isSame(key, existingNote, wanted)),
  );
  if (other !== undefined)
    throw madeOtherwise(task.directory, other === "marks" ? "of another person" : other);
}

/** A person of whom the cohort has more cases by now is the same one. */
function isSame(key: keyof InsertedNote, existingNote: InsertedNote, wanted: InsertedNote): boolean {
  if (key !== "marks") return isDeepStrictEqual(existingNote[key], wanted[key]);
  return groupByMarks([marksOfNote(existingNote), marksOfNote(wanted)]).length === 1;
}

function backgroundOf(sources: readonly (readonly Background[])[], patient: number): Background {
  const source = sources[(patient - 1) % sources.length];
  return source[Math.floor((patient - 1) / sources.length) % source.length];
}

/** A worker keeps one background: those of the same one come one after another. */
function inOrderOfBackgrounds(tasks: readonly InsertTask[]): InsertTask[] {
  return [...tasks].sort((a, b) =>
    a.background.name < b.background.name ? -1 : a.background.name > b.background.name ? 1 : 0,
  );
}
