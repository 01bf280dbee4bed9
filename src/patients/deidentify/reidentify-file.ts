/** `delineate reidentify`: a structure set or segmentation of a de-identified CT as one of the patient's own CT. */
import { readFile } from "node:fs/promises";
import { text } from "#dicom/dataset/dataset.ts";
import { readDicom } from "#dicom/dataset/read-dataset.ts";
import { transferSyntaxes, writeDicomFile } from "#dicom/dataset/write-dataset.ts";
import { reidentified } from "#dicom/deidentify/reidentify.ts";
import { tags } from "#dicom/dictionary.ts";
import { writeFileAtomic } from "#platform/write-file.ts";
import { Key } from "./key-file.ts";

type Request = { readonly file: string; readonly key: string; readonly out: string; readonly force: boolean };

/** Throws `not-found` for a patient that the key does not know, and what reading and writing throw. */
export async function reidentifyFile({ file, key: keyPath, out, force }: Request): Promise<void> {
  const key = await Key.open(keyPath, true);
  const { dataSet } = readDicom(await readFile(file), file);
  const identity = key.identityOf(text(dataSet, tags.PatientID), file);
  const bytes = writeDicomFile(reidentified(dataSet, identity, file), transferSyntaxes.implicitLittleEndian);
  await writeFileAtomic(out, bytes, { force });
}
