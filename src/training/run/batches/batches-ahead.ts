/**
 * The batches of a training from its open files, made while the network computes the ones before: a batch of 8 slices of 256 x 256 with two
 * neighbours, all of it augmented, takes one thread 0.14 s, as long on the fastest GPU.
 */
import { availableParallelism } from "node:os";
import type { TrainingConfiguration } from "#contract/training-configuration.ts";
import { startThreads, streamFromThreads } from "#platform/worker-pool.ts";
import { type Batch, batchesInTurn } from "#training/batch.ts";
import { type PlannedImage, plannedBatches } from "#training/plan-epoch.ts";
import type { TrainingSet } from "#training/training-set.ts";
import type { FiledImages } from "../image-file.ts";
import type { BatchWork, SentSet } from "./make-batches.worker.ts";

type Making = {
  /** Optimiser steps done before. */
  readonly doneSteps: number;
  /** Of the training; all cores if left out. With one the batches are made between the steps. */
  readonly threads?: number | undefined;
};

/** On no more: the cores are the network's. */
const mostThreads = 4;

/**
 * Of the steps to do, in order; the same ones wherever they are made. Its threads begin with the first and end with `return()`. Throws
 * `file-changed` where images cannot be read any more.
 */
export async function* batchesAhead(
  set: TrainingSet<FiledImages>,
  configuration: TrainingConfiguration,
  { doneSteps, threads: cores = availableParallelism() }: Making,
): AsyncGenerator<Batch, void, undefined> {
  if (cores === 1) {
    yield* batchesInTurn(set, configuration, doneSteps);
    return;
  }
  const count = Math.min(Math.ceil(cores / 4), mostThreads);
  const data: BatchWork = { set: sent(set), sampling: configuration };
  const threads = startThreads(new URL("./make-batches.worker.ts", import.meta.url), { count, data });
  const planned = plannedBatches(set, configuration, doneSteps);
  // One is in use; a thread that has made one goes on with the next while the network holds this thread.
  yield* streamFromThreads<readonly PlannedImage[], Batch>(threads, planned, 2 * count + 1);
}

function sent({ size, normalisation, patients }: TrainingSet<FiledImages>): SentSet {
  return {
    ...{ size, normalisation },
    patients: patients.map(({ name, file, sliceCount, sliceSpacingMm, pixelMm, hasTarget }) => ({
      ...{ name, file, sliceCount, sliceSpacingMm, pixelMm, hasTarget },
    })),
  };
}
