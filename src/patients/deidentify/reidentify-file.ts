/** `delineate reidentify`: a structure set or segmentation of a de-identified CT as one of the patient's own CT. */
import { text } from "#dicom/dataset/dataset.ts";
import { readDicom } from "#dicom/dataset/read-dataset.ts";
import { reidentified } from "#dicom/deidentify/reidentify.ts";
import { tags } from "#dicom/dictionary.ts";
import { readWhole } from "#platform/missing.ts";
import { writeFileAtomic } from "#platform/write-file.ts";
import { encoded } from "./deidentify-file.ts";
import { Key } from "./key-file.ts";

type Request = { readonly file: string; readonly key: string; readonly out: string; readonly force: boolean };

/** Throws `not-found` for a patient that the key does not know, and what reading and writing throw. */
export async function reidentifyFile({ file, key: keyPath, out, force }: Request): Promise<void> {
  const key = await Key.open(keyPath, true);
  const object = readDicom(await readWhole(file), file);
  const identity = key.identityOf(text(object.dataSet, tags.PatientID), file);
  await writeFileAtomic(out, encoded(object, reidentified(object.dataSet, identity, file)), { force });
}
