/**
 * The images of a training, in memory: every slice of every patient as grey levels at the network's matrix, one byte
 * a pixel, and the mask of the target. Slices are told apart by whether they hold target.
 */
import { DelineateError } from "../core/errors.ts";
import { type Normalisation, populationStatistics } from "../preprocess/normalise.ts";

export type PatientImages = {
  /** Name of the patient's folder in the cohort. */
  readonly name: string;
  readonly sliceCount: number;
  /** Distance of slices' centres. */
  readonly sliceSpacingMm: number;
  /** Width of a pixel of the images below. */
  readonly pixelMm: number;
  /** Volume of the target on the CT's own matrix, in cubic centimetres. */
  readonly targetCc: number;
  /** Length size * size * sliceCount. */
  readonly levels: Uint8Array;
  /** Same length, 0 or 1. */
  readonly mask: Uint8Array;
};

export type ImageRef = { readonly patient: number; readonly slice: number };

export type TrainingSet = {
  readonly size: number;
  readonly patients: readonly PatientImages[];
  readonly withTarget: readonly ImageRef[];
  readonly withoutTarget: readonly ImageRef[];
  readonly normalisation: Normalisation;
};

/** Throws `bad-cohort` if no slice holds target. */
export function createTrainingSet(size: number, patients: readonly PatientImages[]): TrainingSet {
  const withTarget: ImageRef[] = [];
  const withoutTarget: ImageRef[] = [];
  patients.forEach((images, patient) => {
    for (let slice = 0; slice < images.sliceCount; slice++) {
      (sliceOf(images.mask, slice, size).includes(1) ? withTarget : withoutTarget).push({ patient, slice });
    }
  });
  if (withTarget.length === 0) {
    throw new DelineateError(
      "bad-cohort",
      `None of the ${patients.length} patients has a slice with target: check --roi and the structure sets.`,
    );
  }
  const normalisation = populationStatistics(patients.map((images) => images.levels));
  return { size, patients, withTarget, withoutTarget, normalisation };
}

/** Slice `slice` of an image stack (a view). */
export function sliceOf(stack: Uint8Array, slice: number, size: number): Uint8Array {
  return stack.subarray(slice * size * size, (slice + 1) * size * size);
}
