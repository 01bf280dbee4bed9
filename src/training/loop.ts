/**
 * The training loop: epochs of planned batches through a trainer, a learning-rate schedule, a validation after each epoch
 * with early stopping, checkpoints at a fixed number of steps, after each validation and when told to stop. It knows no
 * files and no runtime: both are arguments.
 */
import type { TrainingConfiguration } from "#contract/training-configuration.ts";
import type { Batch } from "./batch.ts";
import { type Divergence, divergenceError, nonFiniteTensors } from "./diagnose.ts";
import { stepsInEpoch } from "./plan-epoch.ts";
import type { NamedTensor } from "./safetensors.ts";
import { learningRateAt } from "./schedule.ts";
import type { TrainingSet } from "./training-set.ts";
import { measuredPatients, type Validation } from "./validate.ts";

/** One optimiser step on a batch [batch, channels, size, size]; the parameters live in the trainer. */
type TrainingStep = (
  images: Float32Array,
  masks: Float32Array,
  options: { readonly learningRate: number },
) => Promise<{ readonly loss: number }>;

export type StepReport = {
  /** Optimiser steps done, this one included. */
  readonly step: number;
  /** From 0. */
  readonly epoch: number;
  readonly loss: number;
  readonly learningRate: number;
};

/** The validation after an epoch; `epoch` from 1. */
export type EpochReport = Validation & {
  readonly epoch: number;
  readonly step: number;
  readonly isBest: boolean;
};

/** What validation has found so far: a checkpoint keeps it, so that a resumed training stops where the whole one would. */
export type ValidationState = {
  readonly epochs: number;
  readonly best?:
    | {
        readonly epoch: number;
        readonly step: number;
        readonly meanDsc: number | null;
        /** Patients with a DSC, over whom the mean is; checkpoints of earlier versions do not say. */
        readonly measured?: number | undefined;
        readonly loss: number;
      }
    | undefined;
};

export type TrainingRun = {
  readonly configuration: TrainingConfiguration;
  readonly set: TrainingSet;
  /** Of the steps to do, in order (plan-epoch.ts): whoever makes them may do so ahead. */
  readonly batches: AsyncIterator<Batch, void, undefined>;
  readonly trainStep: TrainingStep;
  /** The weights as they are now, by name, for the diagnosis of a divergence. */
  weights(): ReadonlyMap<string, NamedTensor>;
  /** Optimiser steps already done, from a checkpoint. */
  readonly doneSteps: number;
  readonly checkpointEvery: number;
  /** Undefined without validation patients: nothing is validated and nothing stops early. */
  readonly validation?: { readonly state: ValidationState; run(): Promise<Validation> } | undefined;
  onStep(report: StepReport): void;
  onEpoch?(report: EpochReport): Promise<void>;
  onCheckpoint(step: number, validation: ValidationState): Promise<void>;
  shouldStop(): boolean;
};

export type TrainingEnd = {
  readonly steps: number;
  /** complete: all epochs; early: no better validation for `patience` epochs; interrupted: told to stop. */
  readonly reason: "complete" | "early" | "interrupted";
  readonly validation: ValidationState;
};

type Diverged = Omit<Divergence, "weights" | "lastCheckpoint">;

export function totalSteps(configuration: TrainingConfiguration, set: TrainingSet): number {
  return configuration.epochs * stepsInEpoch(set, configuration);
}

/** A higher mean DSC is better; where it is equal (or there is none), a smaller loss. */
export function isBetter(
  a: Pick<Validation, "meanDsc" | "loss">,
  b: Pick<Validation, "meanDsc" | "loss"> | undefined,
): boolean {
  if (b === undefined) return true;
  const gain = (a.meanDsc ?? 0) - (b.meanDsc ?? 0);
  return gain > 0 || (gain === 0 && a.loss < b.loss);
}

/**
 * Trains until the configured epochs are done, validation says that no more is gained, or `shouldStop` says so; a checkpoint
 * is written in each case. Throws `loss-not-finite` at a loss that is no number, with the last checkpoint intact.
 */
export async function train(run: TrainingRun): Promise<TrainingEnd> {
  const { configuration, set } = run;
  const perEpoch = stepsInEpoch(set, configuration);
  const total = configuration.epochs * perEpoch;
  let validation = run.validation?.state ?? { epochs: 0 };
  let lastCheckpoint = run.doneSteps;
  let latest: Diverged | undefined;
  const refuse = (diverged: Diverged): never => {
    throw divergenceError({ ...diverged, weights: run.weights(), lastCheckpoint });
  };
  // A finite loss can have a gradient that is none: such weights must replace neither a good checkpoint nor the best ones.
  const refuseBroken = (): void => {
    if (latest !== undefined && nonFiniteTensors(run.weights()).length > 0) refuse(latest);
  };
  const checkpoint = async (step: number): Promise<void> => {
    refuseBroken();
    await run.onCheckpoint(step, validation);
    lastCheckpoint = step;
  };
  for (let step = run.doneSteps; ; step++) {
    const epoch = Math.floor(step / perEpoch);
    if (run.validation !== undefined && step % perEpoch === 0 && validation.epochs < epoch) {
      refuseBroken();
      validation = await validateEpoch(run, validation, { step, epoch, refuse });
      await checkpoint(step);
    }
    if (isExhausted(validation, configuration.patience)) return { steps: step, reason: "early", validation };
    if (step === total) return { steps: step, reason: "complete", validation };
    const learningRate = learningRateAt(configuration, step, total);
    const { value: batch } = await run.batches.next();
    if (batch === undefined) throw new Error(`there is no batch for step ${step + 1} of ${total}`);
    const { loss } = await run.trainStep(batch.images, batch.masks, { learningRate });
    const images = batch.planned.map(({ patient, slice }) => ({
      patient: set.patients[patient].name,
      slice,
    }));
    latest = { step: step + 1, epoch: epoch + 1, loss, learningRate, images };
    if (!Number.isFinite(loss)) refuse(latest);
    run.onStep({ step: step + 1, epoch, loss, learningRate });
    const stop = run.shouldStop();
    if (stop || step + 1 === total || (step + 1) % run.checkpointEvery === 0) await checkpoint(step + 1);
    if (stop) return { steps: step + 1, reason: "interrupted", validation };
  }
}

async function validateEpoch(
  run: TrainingRun,
  before: ValidationState,
  { step, epoch, refuse }: { step: number; epoch: number; refuse(diverged: Diverged): never },
): Promise<ValidationState> {
  if (run.validation === undefined) return before;
  const result = await run.validation.run();
  // Finite weights can overflow on other images: no epoch is better than one without a loss, and no checkpoint can hold it.
  if (!Number.isFinite(result.loss)) {
    const total = totalSteps(run.configuration, run.set);
    const learningRate = learningRateAt(run.configuration, step - 1, total);
    refuse({ step, epoch, loss: result.loss, learningRate, images: "validation" });
  }
  const isBest = isBetter(result, before.best);
  await run.onEpoch?.({ ...result, epoch, step, isBest });
  const { meanDsc, loss } = result;
  const measured = measuredPatients(result);
  return { epochs: epoch, best: isBest ? { epoch, step, meanDsc, measured, loss } : before.best };
}

/** True if early stopping is on and as many epochs as its patience passed without a better one. */
function isExhausted({ epochs, best }: ValidationState, patience: number): boolean {
  return patience > 0 && best !== undefined && epochs - best.epoch >= patience;
}
