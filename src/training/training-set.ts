/**
 * The images of a training: every slice of every patient as grey levels at the network's matrix, one byte per pixel, and the
 * mask of the target. Here is what is known of them; a slice is read when it is asked for, so that a set of a thousand
 * patients takes no more memory than one of ten. Slices are told apart by whether they hold target. No one source of
 * patients is enough: a set may draw on further cohorts, each with its weight.
 */
import { counted } from "#core/counted.ts";
import { DelineateError } from "#core/errors.ts";
import { type LevelCounts, type Normalisation, populationStatistics } from "#preprocess/normalise.ts";

export type PatientImages = {
  /** Name of the patient's folder in the cohort. */
  readonly name: string;
  /** Digest of all that follows: other images have another one. */
  readonly sha256: string;
  readonly sliceCount: number;
  /** Distance of slices' centres. */
  readonly sliceSpacingMm: number;
  /** Width of a pixel of the images below. */
  readonly pixelMm: number;
  /** Volume of the target on the CT's own matrix, in cubic centimetres. */
  readonly targetCc: number;
  /** Of the pixels of all slices. */
  readonly levelCounts: LevelCounts;
  /** For each slice whether a pixel of its mask is 1. */
  readonly hasTarget: readonly boolean[];
  /** Grey levels of a slice, size * size of them. Throws `file-changed` where they cannot be read any more. */
  levels(slice: number): Uint8Array;
  /** As many, 0 or 1. Throws `file-changed` likewise. */
  mask(slice: number): Uint8Array;
};

/** What is shown of a patient. */
export type ShownImages = Pick<
  PatientImages,
  "sliceCount" | "sliceSpacingMm" | "pixelMm" | "hasTarget" | "levels" | "mask"
>;

/** What batches are made from. */
export type ShownSet = Pick<TrainingSet, "size" | "normalisation"> & {
  readonly patients: readonly ShownImages[];
};

export type ImageRef = { readonly patient: number; readonly slice: number };

/** Slices of one cohort, told apart by whether they hold target. */
export type CohortImages = {
  readonly withTarget: readonly ImageRef[];
  readonly withoutTarget: readonly ImageRef[];
};

/** Images of a further cohort, drawn from in each epoch: `weight` with target for each of the first cohort's. */
type AddedImages = CohortImages & { readonly weight: number };

/** The first cohort's images are an epoch; those of the additions are drawn to them. */
export type TrainingSet<Images extends PatientImages = PatientImages> = CohortImages & {
  readonly size: number;
  /** Of all cohorts, the first one's first. */
  readonly patients: readonly Images[];
  readonly additions: readonly AddedImages[];
  /** Of the pixels of all patients. */
  readonly normalisation: Normalisation;
};

/** Every image that an epoch can draw. */
export function imageCount(set: TrainingSet): number {
  const count = ({ withTarget, withoutTarget }: CohortImages): number =>
    withTarget.length + withoutTarget.length;
  return [set, ...set.additions].reduce((sum, images) => sum + count(images), 0);
}

export type AddedPatients<Images extends PatientImages = PatientImages> = {
  readonly patients: readonly Images[];
  readonly weight: number;
};

/** Throws `bad-cohort` if no slice of a cohort holds target. */
export function createTrainingSet<Images extends PatientImages>(
  size: number,
  patients: readonly Images[],
  added: readonly AddedPatients<Images>[] = [],
): TrainingSet<Images> {
  const all = [...patients];
  const first = imagesOf(patients, 0);
  const additions = added.map(({ patients: more, weight }) => {
    const images = imagesOf(more, all.length);
    all.push(...more);
    return { ...images, weight };
  });
  const normalisation = populationStatistics(all.map(({ levelCounts }) => levelCounts));
  return { size, patients: all, ...first, additions, normalisation };
}

/** `offset` is the place of the first of `patients` among all. */
function imagesOf(patients: readonly PatientImages[], offset: number): CohortImages {
  const withTarget: ImageRef[] = [];
  const withoutTarget: ImageRef[] = [];
  patients.forEach(({ hasTarget }, index) => {
    hasTarget.forEach((drawn, slice) => {
      (drawn ? withTarget : withoutTarget).push({ patient: offset + index, slice });
    });
  });
  if (withTarget.length === 0) {
    throw new DelineateError(
      "bad-cohort",
      `None of ${counted(patients.length, "patient")} has a slice with target: check --roi and the structure sets.`,
    );
  }
  return { withTarget, withoutTarget };
}
