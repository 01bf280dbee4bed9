/**
 * A patient's images as a training needs them, kept in the cohort's folder: the distance of its slices, the target's volume,
 * the width of a pixel, grey levels at the network's matrix, a byte per pixel, and the mask, a bit per pixel. The key names
 * all that determines them; what does not match, or is damaged, is made anew.
 */
import { join } from "node:path";
import type { TrainingConfiguration } from "#contract/training-configuration.ts";
import type { CohortPatient } from "#patients/cohort/open-cohort.ts";
import { readCached, writeCached } from "#platform/cached-file.ts";
import type { PatientImages } from "#training/training-set.ts";

export type ImageSettings = Pick<TrainingConfiguration, "size" | "roi" | "greyLevels" | "frame">;

/** Changes with every change to src/preprocess or the readers that changes an image. */
const version = 7;

type TrainingCache = {
  /** Undefined if there is none, or it was made of something else, or is damaged. */
  read(patient: CohortPatient): Promise<PatientImages | undefined>;
  /** Nothing happens where the cohort's folder cannot be written to. */
  write(patient: CohortPatient, images: PatientImages): Promise<void>;
};

export function openTrainingCache(cohort: string, settings: ImageSettings): TrainingCache {
  const { size, roi, greyLevels, frame } = settings;
  // Trainings of different sizes keep their images side by side; the rest of the settings replaces them.
  const pathOf = ({ name }: CohortPatient): string => join(cohort, ".cache", `images-${size}`, `${name}.bin`);
  const keyOf = async (patient: CohortPatient): Promise<string> =>
    JSON.stringify([version, size, greyLevels, frame, await patient.fingerprint(roi)]);
  return {
    async read(patient) {
      const content = await readCached(pathOf(patient), await keyOf(patient));
      return content === undefined ? undefined : decodeImages(patient.name, size, content);
    },
    async write(patient, images) {
      await writeCached(pathOf(patient), await keyOf(patient), encodeImages(images));
    },
  };
}

/** The distance in millimetres, the target's volume and the width of a pixel come first, as doubles. */
const headLength = 24;

function encodeImages({ sliceSpacingMm, targetCc, pixelMm, levels, mask }: PatientImages): Uint8Array {
  const bytes = new Uint8Array(headLength + levels.length + levels.length / 8);
  const head = new DataView(bytes.buffer);
  head.setFloat64(0, sliceSpacingMm, true);
  head.setFloat64(8, targetCc, true);
  head.setFloat64(16, pixelMm, true);
  bytes.set(levels, headLength);
  const maskStart = headLength + levels.length;
  for (let at = 0; at < mask.length; at++) if (mask[at] === 1) bytes[maskStart + (at >> 3)] |= 1 << (at & 7);
  return bytes;
}

/** `size` is a multiple of 32, so that no byte of the mask is shared. */
function decodeImages(name: string, size: number, content: Uint8Array): PatientImages {
  const pixels = ((content.length - headLength) / 9) * 8;
  const maskStart = headLength + pixels;
  const mask = new Uint8Array(pixels);
  for (let at = maskStart; at < content.length; at++) {
    const byte = content[at];
    if (byte === 0) continue;
    for (let bit = 0; bit < 8; bit++) mask[8 * (at - maskStart) + bit] = (byte >> bit) & 1;
  }
  const head = new DataView(content.buffer, content.byteOffset);
  const [sliceSpacingMm, targetCc, pixelMm] = [0, 8, 16].map((at) => head.getFloat64(at, true));
  const levels = content.subarray(headLength, maskStart);
  return { name, sliceCount: pixels / (size * size), sliceSpacingMm, pixelMm, targetCc, levels, mask };
}
