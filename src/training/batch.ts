/** One batch of a plan as a network is fed it: normalised images, their neighbours in 2.5D, masks, all through one augmentation. */
import type { TrainingConfiguration } from "#contract/training-configuration.ts";
import { createRandom } from "#core/random.ts";
import { channelCount, connectedSlices } from "#preprocess/context.ts";
import { type GreyLevels, outsideLevel } from "#preprocess/grey-levels.ts";
import { normaliseInto } from "#preprocess/normalise.ts";
import { type Augmentation, warpOf } from "./augment/augmentation.ts";
import { changeIntensities } from "./augment/intensity-change.ts";
import { type PlannedImage, plannedBatches, type Sampling } from "./plan-epoch.ts";
import { makePromptBatch } from "./prompts/prompt-batch.ts";
import type { ShownSet, TrainingSet } from "./training-set.ts";

export type Batch = {
  /** Shape [batch, channels, size, size], normalised; the channels are the slice and its neighbours (2.5D). */
  readonly images: Float32Array;
  /** Shape [batch, 1, size, size], 0 or 1. */
  readonly masks: Float32Array;
  readonly planned: readonly PlannedImage[];
};

/** How planned images are shown; which ones are is settled by then. */
export type BatchSampling = Pick<
  Sampling,
  "seed" | "context" | "contextSpacingMm" | "greyLevels" | "view" | "viewMm" | "size"
>;

/** The batch of these images, which a plan has drawn (plan-epoch.ts). */
export function makeBatch(set: ShownSet, chosen: readonly PlannedImage[], sampling: BatchSampling): Batch {
  const { greyLevels } = sampling;
  const channels = channelCount(sampling);
  const { size } = set;
  const area = size * size;
  if (sampling.view === "click") return { ...makePromptBatch(set, chosen, sampling), planned: chosen };
  const images = new Float32Array(chosen.length * channels * area);
  const masks = new Float32Array(chosen.length * area);
  chosen.forEach((planned, index) => {
    const patient = set.patients[planned.patient];
    const image = readOnce(patient.levels);
    const stack = { count: patient.sliceCount, spacingMm: patient.sliceSpacingMm, image };
    const augment = augmenter(planned.augmentation, size, greyLevels);
    const alone = seesItselfAlone(planned, sampling.seed);
    const slices = alone
      ? Array<number>(channels).fill(planned.slice)
      : connectedSlices(planned.slice, stack, sampling);
    slices.forEach((slice, channel) => {
      const shown = augment.image(image(slice), slice);
      const start = (index * channels + channel) * area;
      normaliseInto(images.subarray(start, start + area), shown, set.normalisation);
    });
    masks.set(augment.mask(patient.mask(planned.slice)), index * area);
  });
  return { images, masks, planned: chosen };
}

/** Those of the steps after `doneSteps`, each made when it is asked for. */
export async function* batchesInTurn(
  set: TrainingSet,
  configuration: TrainingConfiguration,
  doneSteps = 0,
): AsyncGenerator<Batch, void, undefined> {
  for (const chosen of plannedBatches(set, configuration, doneSteps))
    yield makeBatch(set, chosen, configuration);
}

/** A slice is compared with its neighbours and then shown: it is read from the disk once. */
function readOnce(read: (slice: number) => Uint8Array): (slice: number) => Uint8Array {
  const slices = new Map<number, Uint8Array>();
  return (slice) => {
    const image = slices.get(slice) ?? read(slice);
    slices.set(slice, image);
    return image;
  };
}

/**
 * Part of the images whose neighbours are left out in 2.5D, the slice itself in their place, as at the end of a stack: a network
 * must contour there too, and must not learn that stacks with gaps hold no tumour.
 */
const withoutNeighbours = 0.25;

function seesItselfAlone({ stream }: PlannedImage, seed: number): boolean {
  return (
    stream !== undefined && createRandom(seed).fork("neighbours").fork(stream).next() < withoutNeighbours
  );
}

type Augmenter = {
  /** `slice` tells the images of one sample apart: all have the same map, each its own noise. */
  image(levels: Uint8Array, slice: number): ArrayLike<number>;
  mask(mask: Uint8Array): Uint8Array;
};

/** The same map for every image and mask of a sample; without an augmentation they stay as they are. */
export function augmenter(
  augmentation: Augmentation | undefined,
  size: number,
  greyLevels: GreyLevels,
): Augmenter {
  if (augmentation === undefined) return { image: (levels) => levels, mask: (mask) => mask };
  const warp = warpOf(augmentation, size);
  return {
    image: (levels, slice) => {
      const warped = warp.image(levels, outsideLevel(greyLevels));
      if (augmentation.intensity !== undefined)
        changeIntensities(warped, size, augmentation.intensity, { greyLevels, stream: slice });
      return warped;
    },
    mask: warp.mask,
  };
}
