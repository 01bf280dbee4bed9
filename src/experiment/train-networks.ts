/** Trains the networks of one fold, one after the other, each from where it stopped; and says how long all will take. */
import { join } from "node:path";
import type { SplitParts } from "#contract/cohort-split.ts";
import type { NetworkName } from "#contract/training-configuration.ts";
import { DelineateError } from "#core/errors.ts";
import type { Progress } from "#core/progress.ts";
import { exists } from "#platform/missing.ts";
import { duration } from "#platform/terminal-progress.ts";
import type { Work } from "#platform/work.ts";
import { trainModel } from "#training/run/train-model.ts";
import { configurationOf, type ExperimentRequest } from "./request.ts";
import { stage, stopIfAsked } from "./stage.ts";

export type TrainedNetwork = {
  readonly network: string;
  /** Folder of the training: model.onnx, loss.csv. */
  readonly directory: string;
  readonly steps: number;
  /** Null if the training was interrupted, so that no clock saw all of it. */
  readonly elapsedMs: number | null;
};

/** Estimates over all trainings of the experiment, from the ones that have run. */
export type TrainingClock = {
  /** Milliseconds a step by network. */
  readonly stepMs: Map<string, number>;
  /** Networks of trainings that have not begun. */
  readonly waiting: string[];
};

/** What is trained when: a fold's parts, and the clock of all of them. */
type FoldToTrain = {
  /** From 1. */
  readonly fold: number;
  readonly parts: SplitParts;
  readonly clock: TrainingClock;
};

type TrainingToRun = {
  readonly network: NetworkName;
  readonly directory: string;
  readonly parts: SplitParts;
  /** See `trainModel`. */
  readonly guarded?: boolean;
};

/** In the order of the request. Throws `cancelled` once the checkpoint is written. */
export async function trainNetworks(
  request: ExperimentRequest,
  { fold, parts, clock }: FoldToTrain,
  work: Work,
): Promise<TrainedNetwork[]> {
  const trained: TrainedNetwork[] = [];
  for (const network of request.networks) {
    clock.waiting.shift();
    const directory = trainingFolder(request, fold, network);
    const training = { network, directory, parts };
    trained.push(
      await trainNetwork(request, training, {
        ...work,
        progress: withTimeOfAll(work.progress, network, fold, clock),
      }),
    );
  }
  return trained;
}

/** Where a network's training in a fold, from 1, is kept. */
export function trainingFolder({ out }: ExperimentRequest, fold: number, network: string): string {
  return join(out, `fold-${fold}`, network);
}

/** A stage's file, whose training is done. */
export const trainedFile = "trained.json";

/** Into `directory`, from the checkpoint there if there is one. Throws `cancelled` once the checkpoint is written. */
export async function trainNetwork(
  request: ExperimentRequest,
  { network, directory, parts, guarded }: TrainingToRun,
  { progress, signal }: Work,
): Promise<TrainedNetwork> {
  const result = await stage(join(directory, trainedFile), async () => {
    stopIfAsked(signal);
    const resume = await exists(join(directory, "checkpoint.safetensors"));
    const startedMs = performance.now();
    const { model, steps } = await trainModel(
      {
        cohort: request.cohort,
        additions: [],
        patients: parts.train,
        validation: parts.validation,
        threads: request.threads,
        out: directory,
        configuration: configurationOf(request, network),
        resume,
        checkpointEvery: request.checkpointEvery,
        name: network,
        version: "experiment",
        threshold: 0.5,
      },
      progress,
      signal,
      { guarded },
    ).catch((error: unknown) => {
      throw inTraining(directory, error);
    });
    if (model === undefined) stopIfAsked(signal);
    const elapsedMs = performance.now() - startedMs;
    return { steps, elapsedMs: resume ? null : elapsedMs };
  });
  return { network, directory, ...result };
}

/** A training that diverged is one of several: which one it was. */
function inTraining(directory: string, error: unknown): unknown {
  if (!(error instanceof DelineateError && error.code === "loss-not-finite")) return error;
  return new DelineateError(error.code, `${directory}: ${error.message}`, { cause: error });
}

/** The training's own progress with the network's name, and the time left for all trainings in the note. */
function withTimeOfAll(progress: Progress, network: string, fold: number, clock: TrainingClock): Progress {
  let firstReport: { readonly ms: number; readonly done: number } | undefined;
  return {
    report: (name, done, total, note = "") => {
      if (name !== "training") {
        progress.report(`fold ${fold}, ${network}: ${name}`, done, total, note);
        return;
      }
      firstReport ??= { ms: performance.now(), done };
      if (done > firstReport.done)
        clock.stepMs.set(network, (performance.now() - firstReport.ms) / (done - firstReport.done));
      const allLeftMs = timeLeftMs(clock, network, done, total);
      const left =
        allLeftMs === undefined || clock.waiting.length === 0 ? "" : `, all trainings ${duration(allLeftMs)}`;
      progress.report(`fold ${fold}, ${network}: training`, done, total, `${note}${left}`);
    },
  };
}

/** A network that has not run yet is taken to be as slow as the slowest that has: undefined before any step. */
function timeLeftMs(clock: TrainingClock, network: string, done: number, total: number): number | undefined {
  const stepMs = clock.stepMs.get(network);
  if (stepMs === undefined) return undefined;
  const slowest = Math.max(...clock.stepMs.values());
  const waiting = clock.waiting.reduce((sum, name) => sum + total * (clock.stepMs.get(name) ?? slowest), 0);
  return stepMs * (total - done) + waiting;
}
