/** The files of a signed version without what tells whose they are, as one archive: the CT whole, and the structure set. */
import { readdir } from "node:fs/promises";
import { join, sep } from "node:path";
import { DelineateError } from "#core/errors.ts";
import { deidentifyFile, placeOf } from "#patients/deidentify/deidentify-file.ts";
import { Key } from "#patients/deidentify/key-file.ts";
import { ZipWriter } from "#platform/zip/write-zip.ts";

export type DeidentifyTask = {
  /** Folder of the CT's files, and the structure set. */
  readonly dicom: string;
  readonly rtstruct: string;
  /** Made where it is not there. */
  readonly key: string;
  /** The archive to be written. */
  readonly zip: string;
};

/**
 * Gives the pseudonym. Throws what de-identifying a file throws, and `export-refused` for one that is neither a CT nor a structure
 * set: an archive with a slice less would be another CT.
 */
export async function deidentifyVersion({
  dicom,
  rtstruct,
  key: path,
  zip,
}: DeidentifyTask): Promise<string> {
  const key = await Key.open(path, false);
  // Whatever happens from here on: with the same key the same data comes out again.
  await key.save();
  const images = (await readdir(dicom)).sort().map((name) => join(dicom, name));
  await using archive = await ZipWriter.create(zip);
  const patients = new Set<string>();
  for (const [at, file] of [...images, rtstruct].entries()) {
    const deidentified = await deidentifyFile(file, key).catch((error: unknown) => {
      if (!(error instanceof DelineateError)) throw error;
      throw new DelineateError(error.code, error.message.replaceAll(join(dicom, sep), "image "));
    });
    if ("other" in deidentified)
      throw new DelineateError(
        "export-refused",
        "The CT holds a file that is no CT image: it cannot be de-identified.",
      );
    patients.add(deidentified.patient);
    await archive.add(placeOf(deidentified, at + 1).join("/"), deidentified.bytes);
  }
  const [patient, ...others] = patients;
  if (others.length > 0)
    throw new DelineateError(
      "export-refused",
      "The images and the structure set do not name the same patient: they cannot be given out as one.",
    );
  // Before anybody has the files: what comes back is found to be whose it is.
  await key.save();
  await archive.finish();
  return patient;
}
