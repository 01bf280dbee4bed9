/** Batches of a training, made on a worker thread from its open files. */
import { workerData } from "node:worker_threads";
import type { CachedFile } from "#platform/cached-file.ts";
import { answerTasks } from "#platform/worker-task.ts";
import { type Batch, type BatchSampling, makeBatch } from "#training/batch.ts";
import type { PlannedImage } from "#training/plan-epoch.ts";
import type { ShownImages, ShownSet } from "#training/training-set.ts";
import { slicesInFile } from "../image-file.ts";

/** A set without what cannot be sent to a thread. */
export type SentSet = Omit<ShownSet, "patients"> & {
  readonly patients: readonly (Omit<ShownImages, "levels" | "mask"> & {
    readonly name: string;
    readonly file: CachedFile;
  })[];
};

export type BatchWork = { readonly set: SentSet; readonly sampling: BatchSampling };

const { set, sampling }: BatchWork = workerData;
const { size } = set;
const shown: ShownSet = {
  ...set,
  patients: set.patients.map((patient) => ({
    ...patient,
    ...slicesInFile(patient.file, { ...patient, size }),
  })),
};

answerTasks(async (chosen: readonly PlannedImage[]): Promise<Batch> => makeBatch(shown, chosen, sampling));
