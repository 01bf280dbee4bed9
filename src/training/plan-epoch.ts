/**
 * The images of one epoch, as a plan that depends on the seed and the epoch's number alone: a training that resumes in
 * the middle of an epoch draws exactly the images that it would have drawn without the interruption.
 *
 * As the paper: a part of the images (2/3) is augmented, each by its own random combination, the rest is as it was.
 */
import type { AugmentationOptions } from "#contract/augmentation-options.ts";
import type { TrainingConfiguration } from "#contract/training-configuration.ts";
import { createRandom, type Random } from "#core/random.ts";
import type { ContextOptions } from "#preprocess/context.ts";
import type { GreyLevels } from "#preprocess/grey-levels.ts";
import { type Augmentation, drawAugmentation } from "./augment/augmentation.ts";
import { balanceByPatient } from "./balance.ts";
import type { CohortImages, ImageRef, TrainingSet } from "./training-set.ts";

/** Without an augmentation the image is as it was. */
export type PlannedImage = ImageRef & {
  readonly augmentation: Augmentation | undefined;
  /** Names the image's place among all epochs' images: what else is drawn for it. Undefined: nothing is drawn. */
  readonly stream?: string | undefined;
};

export type Sampling = ContextOptions & {
  readonly seed: number;
  readonly batch: number;
  readonly augmented: number;
  readonly emptySlices: number;
  readonly balancePatients: boolean;
  readonly augmentation: AugmentationOptions;
  readonly greyLevels: GreyLevels;
  readonly view: TrainingConfiguration["view"];
  readonly viewMm: number;
  /** Rows and columns of the network's input. */
  readonly size: number;
};

/** Optimiser steps in an epoch: images over batch, rounded up. */
export function stepsInEpoch(set: TrainingSet, sampling: Sampling): number {
  const images = [set, ...set.additions].reduce((sum, source) => {
    const targets = targetCount(set, source);
    return sum + targets + emptyCount(source, targets, sampling);
  }, 0);
  return Math.ceil(images / sampling.batch);
}

/** The images of each batch from step `from` on, to the last epoch's end. An epoch's last batch is filled up from its beginning: the graph's batch is fixed. */
export function* plannedBatches(
  set: TrainingSet,
  sampling: Sampling & Pick<TrainingConfiguration, "epochs">,
  from: number,
): Generator<readonly PlannedImage[], void, undefined> {
  const perEpoch = stepsInEpoch(set, sampling);
  for (let epoch = Math.floor(from / perEpoch); epoch < sampling.epochs; epoch++) {
    const plan = planEpoch(set, sampling, epoch);
    for (let step = Math.max(0, from - epoch * perEpoch); step < perEpoch; step++)
      yield batchOf(plan, step, sampling);
  }
}

/** Batch `step` of a plan. */
export function batchOf(
  plan: readonly PlannedImage[],
  step: number,
  { batch }: Pick<Sampling, "batch">,
): readonly PlannedImage[] {
  return Array.from({ length: batch }, (_, index) => plan[(step * batch + index) % plan.length]);
}

/** Images with target that a source gives: the first cohort all that it has, an addition as its weight says. */
function targetCount(set: TrainingSet, source: CohortImages & { readonly weight?: number }): number {
  return Math.round(set.withTarget.length * (source.weight ?? 1));
}

function emptyCount({ withoutTarget }: CohortImages, targets: number, { emptySlices }: Sampling): number {
  return Math.min(withoutTarget.length, Math.round(targets * emptySlices));
}

/**
 * All images of epoch `epoch` (0-based) in order: every slice with target of the first cohort once (or as many of each
 * patient), a fresh draw from the additions by their weights, and a fresh draw of empty ones of each.
 */
export function planEpoch(set: TrainingSet, sampling: Sampling, epoch: number): PlannedImage[] {
  const random = createRandom(sampling.seed).fork("epoch").fork(epoch);
  const added = set.additions.flatMap((source, index) =>
    drawImages(source, targetCount(set, source), sampling, random.fork("addition").fork(index)),
  );
  const ownImages = drawImages(set, set.withTarget.length, sampling, random);
  const images = random.fork("order").shuffle([...ownImages, ...added]);
  const augmented = Math.round(images.length * sampling.augmented);
  const plan = images.map((image, index) => {
    const augmentation =
      index < augmented ? drawAugmentation(random.fork(index), sampling.augmentation) : undefined;
    return { ...image, augmentation, stream: `${epoch}/${index}` };
  });
  return random.fork("mix").shuffle(plan);
}

/** `targets` slices with target, each as often as any other or balanced by patient, and empty ones with them. */
function drawImages(
  source: CohortImages,
  targets: number,
  sampling: Sampling,
  random: Random,
): readonly ImageRef[] {
  const empty = random
    .fork("empty")
    .shuffle(source.withoutTarget)
    .slice(0, emptyCount(source, targets, sampling));
  if (sampling.balancePatients)
    return [...balanceByPatient(source.withTarget, targets, random.fork("balance")), ...empty];
  if (targets === source.withTarget.length) return [...source.withTarget, ...empty];
  const shuffled = random.fork("targets").shuffle(source.withTarget);
  const drawn = Array.from({ length: targets }, (_, index) => shuffled[index % shuffled.length]);
  return [...drawn, ...empty];
}
