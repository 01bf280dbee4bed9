/**
 * The training loop: epochs of planned batches through a trainer, a learning-rate schedule, checkpoints at a fixed
 * number of steps and when told to stop. It knows no files and no runtime: both are arguments.
 */
import type { TrainingConfiguration } from "../contract/training-configuration.ts";
import { DelineateError } from "../core/errors.ts";
import { makeBatch, planEpoch, stepsInEpoch } from "./epoch.ts";
import type { TrainingSet } from "./training-set.ts";

/** One optimiser step on a batch [batch, 1, size, size]; the parameters live in the trainer. */
export type TrainingStep = (
  images: Float32Array,
  masks: Float32Array,
  options: { readonly learningRate: number },
) => Promise<{ readonly loss: number }>;

export type StepReport = {
  /** Optimiser steps done, this one included. */
  readonly step: number;
  readonly epoch: number;
  readonly loss: number;
  readonly learningRate: number;
};

export type TrainingRun = {
  readonly configuration: TrainingConfiguration;
  readonly set: TrainingSet;
  readonly trainStep: TrainingStep;
  /** Optimiser steps already done, from a checkpoint. */
  readonly doneSteps: number;
  readonly checkpointEvery: number;
  onStep(report: StepReport): void;
  onCheckpoint(step: number): Promise<void>;
  shouldStop(): boolean;
};

export function totalSteps(configuration: TrainingConfiguration, set: TrainingSet): number {
  return configuration.epochs * stepsInEpoch(set, configuration);
}

export function learningRateAt(configuration: TrainingConfiguration, step: number, total: number): number {
  if (configuration.schedule === "constant") return configuration.learningRate;
  return configuration.learningRate * 0.5 * (1 + Math.cos((Math.PI * step) / total));
}

/**
 * Trains until the configured epochs are done or `shouldStop` says so; a checkpoint is written in both cases.
 * Returns the number of steps done. Throws `loss-not-finite` at a loss that is no number, with the last checkpoint intact.
 */
export async function train(run: TrainingRun): Promise<number> {
  const { configuration, set } = run;
  const perEpoch = stepsInEpoch(set, configuration);
  const total = configuration.epochs * perEpoch;
  let plan = planEpoch(set, configuration, Math.floor(run.doneSteps / perEpoch));
  for (let step = run.doneSteps; step < total; step++) {
    const epoch = Math.floor(step / perEpoch);
    if (step % perEpoch === 0) plan = planEpoch(set, configuration, epoch);
    const learningRate = learningRateAt(configuration, step, total);
    const batch = makeBatch(set, plan, step % perEpoch, configuration);
    const { loss } = await run.trainStep(batch.images, batch.masks, { learningRate });
    if (!Number.isFinite(loss)) {
      throw new DelineateError(
        "loss-not-finite",
        `The loss at step ${step + 1} (epoch ${epoch + 1}) is ${loss}: the training diverged. Resume from the last ` +
          `checkpoint with a smaller --learning-rate than ${configuration.learningRate}.`,
      );
    }
    run.onStep({ step: step + 1, epoch, loss, learningRate });
    const stop = run.shouldStop();
    if (stop || step + 1 === total || (step + 1) % run.checkpointEvery === 0)
      await run.onCheckpoint(step + 1);
    if (stop) return step + 1;
  }
  return total;
}
