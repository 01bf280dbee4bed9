/** `delineate phantom`: a cohort of synthetic patients; goes on where it was interrupted. */
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { Progress } from "#core/progress.ts";
import type { PhantomDescription } from "#phantom/generate.ts";
import type { Variety } from "#phantom/variety.ts";
import { readOwnJson } from "#platform/own-json.ts";
import { runInWorkers } from "#platform/worker-pool.ts";
import { makeFolder } from "#platform/write-file.ts";
import { madeOtherwise } from "./made-otherwise.ts";
import type { PhantomTask } from "./make-phantom.worker.ts";

type PhantomRequest = {
  readonly patients: number;
  /** Number of the first patient, from 1. */
  readonly first: number;
  readonly seed: number;
  readonly size: number;
  /** Default: the paper's. */
  readonly variety?: Variety | undefined;
  readonly out: string;
};

const noteSchema = z.object({ seed: z.int(), size: z.int(), variety: z.string() }).partial();

type PhantomResult = { readonly made: number; readonly kept: number; readonly cohort: string };

/** Throws `file-exists` for a patient that is there and was made otherwise, `file-unreadable` where its note is damaged, `file-unwritable` for a folder that cannot be. */
export async function makePhantoms(
  request: PhantomRequest,
  progress: Progress,
  signal?: AbortSignal,
): Promise<PhantomResult> {
  await makeFolder(request.out);
  const tasks: PhantomTask[] = [];
  for (let patient = request.first; patient < request.first + request.patients; patient++) {
    const directory = join(request.out, `patient-${String(patient).padStart(4, "0")}`);
    const existingFolder = await stat(directory).catch(() => undefined);
    const task = { seed: request.seed, patient, size: request.size, variety: request.variety, directory };
    if (existingFolder === undefined) tasks.push(task);
    else await refuseOther(task);
  }
  progress.report("making phantoms", 0, tasks.length);
  await runInWorkers<PhantomTask, PhantomDescription>(
    new URL("./make-phantom.worker.ts", import.meta.url),
    tasks,
    {
      ...(signal === undefined ? {} : { signal }),
      onDone: (finished, { lobe, volumeCc }) =>
        progress.report("making phantoms", finished, tasks.length, `${lobe}, ${volumeCc.toFixed(1)} cc`),
    },
  );
  return { made: tasks.length, kept: request.patients - tasks.length, cohort: request.out };
}

/** A patient that is there is kept only if this command would make the same. */
async function refuseOther({ directory, ...wanted }: PhantomTask): Promise<void> {
  const made = await readNote(join(directory, "phantom.json"));
  const task = { ...wanted, variety: wanted.variety ?? "paper" };
  const other = (["seed", "size", "variety"] as const).find((key) => made[key] !== task[key]);
  if (other !== undefined) throw madeOtherwise(directory, other);
}

/** Empty where there is no note: then the folder was not made by this command. Throws `file-unreadable` for a damaged one. */
async function readNote(path: string): Promise<z.output<typeof noteSchema>> {
  const note = await readOwnJson(path, {
    schema: noteSchema,
    said: "how the patient was made",
    remedy: "Remove the patient's folder, and run the command again.",
    code: "file-unreadable",
  });
  return note ?? {};
}
