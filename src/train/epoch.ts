/**
 * The images of one epoch, as a plan that depends on the seed and the epoch's number alone: a training that resumes in
 * the middle of an epoch draws exactly the images that it would have drawn without the interruption.
 *
 * As the paper: a part of the images (2/3) is augmented, each by its own random combination, the rest is as it was.
 */
import { createRandom } from "../core/random.ts";
import { type AxisMap, identityMap, randomMap, warpImage, warpMask } from "../preprocess/augment.ts";
import { normaliseInto } from "../preprocess/normalise.ts";
import { type ImageRef, sliceOf, type TrainingSet } from "./training-set.ts";

export type PlannedImage = ImageRef & { readonly map: AxisMap };

export type Sampling = {
  readonly seed: number;
  readonly batch: number;
  readonly augmented: number;
  readonly emptySlices: number;
};

/** Optimiser steps in an epoch: images over batch, rounded up. */
export function stepsInEpoch(set: TrainingSet, sampling: Sampling): number {
  return Math.ceil((set.withTarget.length + emptyCount(set, sampling)) / sampling.batch);
}

function emptyCount(set: TrainingSet, sampling: Sampling): number {
  return Math.min(set.withoutTarget.length, Math.round(set.withTarget.length * sampling.emptySlices));
}

/** All images of epoch `epoch` (0-based) in order: every slice with target once, and a fresh draw of empty ones. */
export function planEpoch(set: TrainingSet, sampling: Sampling, epoch: number): PlannedImage[] {
  const random = createRandom(sampling.seed).fork("epoch").fork(epoch);
  const empty = random.fork("empty").shuffle(set.withoutTarget).slice(0, emptyCount(set, sampling));
  const images = random.fork("order").shuffle([...set.withTarget, ...empty]);
  const augmented = Math.round(images.length * sampling.augmented);
  const plan = images.map((image, index) => {
    const map = index < augmented ? randomMap(random.fork(index), set.size) : identityMap;
    return { ...image, map };
  });
  return random.fork("mix").shuffle(plan);
}

export type Batch = {
  /** Shape [batch, 1, size, size], normalised. */
  readonly images: Float32Array;
  /** Same shape, 0 or 1. */
  readonly masks: Float32Array;
};

/** Batch `step` of a plan. The last one is filled up from the plan's beginning: the graph's batch is fixed. */
export function makeBatch(
  set: TrainingSet,
  plan: readonly PlannedImage[],
  step: number,
  batch: number,
): Batch {
  const { size } = set;
  const area = size * size;
  const images = new Float32Array(batch * area);
  const masks = new Float32Array(batch * area);
  for (let index = 0; index < batch; index++) {
    const planned = plan[(step * batch + index) % plan.length];
    const { levels, mask } = set.patients[planned.patient];
    const image = sliceOf(levels, planned.slice, size);
    const target = sliceOf(mask, planned.slice, size);
    const original = planned.map === identityMap;
    const part = images.subarray(index * area, (index + 1) * area);
    normaliseInto(part, original ? image : warpImage(image, size, planned.map), set.normalisation);
    masks.set(original ? target : warpMask(target, size, planned.map), index * area);
  }
  return { images, masks };
}
