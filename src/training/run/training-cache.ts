/**
 * A patient's images as a training needs them, kept in a folder, mostly the cohort's own. The key names all that determines
 * them; what does not match, or is damaged, is made anew.
 */
import { join } from "node:path";
import type { TrainingConfiguration } from "#contract/training-configuration.ts";
import type { Finding } from "#core/findings.ts";
import type { PatientSource } from "#patients/cohort/open-cohort.ts";
import { openCached, readCached, writeCached } from "#platform/cached-file.ts";
import { encodeImages, type FiledImages, imagesInFile, type PreparedImages } from "./image-file.ts";

export type ImageSettings = Pick<TrainingConfiguration, "size" | "roi" | "greyLevels" | "frame">;

/** Changes with every change to src/preprocess, the body's frame or the readers that changes an image. */
const version = 9;

/** With what was odd when they were read, or a second training would not be told. */
type KeptImages = { readonly images: FiledImages; readonly findings: readonly Finding[] };

type TrainingCache = {
  /**
   * Undefined if there is none, or it was made of something else, or is damaged. The file stays open for its slices until
   * `files` is disposed of: one that is replaced meanwhile is read as it was.
   */
  open(patient: PatientSource, files: DisposableStack): Promise<KeptImages | undefined>;
  /** False where the folder cannot be written to. */
  write(patient: PatientSource, images: PreparedImages, findings: readonly Finding[]): Promise<boolean>;
};

export function openTrainingCache(folder: string, settings: ImageSettings): TrainingCache {
  const { size, roi, greyLevels, frame } = settings;
  // Trainings of different sizes keep their images side by side; the rest of the settings replaces them.
  const pathOf = ({ name }: PatientSource): string => join(folder, `images-${size}`, `${name}.bin`);
  const findingsOf = ({ name }: PatientSource): string => join(folder, `findings-${size}`, `${name}.json`);
  const keyOf = async (patient: PatientSource): Promise<string> =>
    JSON.stringify([version, size, greyLevels, frame, await patient.fingerprint(roi)]);
  return {
    async open(patient, files) {
      const key = await keyOf(patient);
      const findings = readCached(findingsOf(patient), key);
      if (findings === undefined) return undefined;
      const cached = openCached(pathOf(patient), key, files);
      if (cached === undefined) return undefined;
      const about = { name: patient.name, size, sha256: cached.sha256 };
      return {
        images: imagesInFile(cached.file, cached.content, about),
        findings: JSON.parse(Buffer.from(findings).toString()),
      };
    },
    async write(patient, images, findings) {
      const key = await keyOf(patient);
      return (
        (await writeCached(findingsOf(patient), key, Buffer.from(JSON.stringify(findings)))) &&
        writeCached(pathOf(patient), key, encodeImages(images))
      );
    },
  };
}
