/** What searching needs of a file: of an image what stands before its pixels, of a structure set what stands before its contours. */
import { open } from "node:fs/promises";
import { DelineateError } from "#core/errors.ts";
import { type DicomFile, readDicom } from "#dicom/dataset/read-dataset.ts";
import { tags } from "#dicom/dictionary.ts";
import { readDicomHeader } from "#patients/read-dicom-header.ts";

/** Holds the names of a hundred structures and the UIDs of a thousand images. */
const headBytes = 256 * 1024;

/** Throws as `readDicomHeader`. Contours of megabytes take a tenth of a second each to be told apart. */
export async function readAttributes(path: string, isCt: boolean): Promise<DicomFile> {
  if (isCt) return readDicomHeader(path);
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(headBytes), 0, headBytes, 0);
    return readDicom(buffer.subarray(0, bytesRead), path, { upTo: tags.StructureSetROISequence });
  } catch (error) {
    // The names end beyond it, or there are none and pixels stand there.
    if (error instanceof DelineateError && error.code === "corrupt-dicom") return readDicomHeader(path);
    throw error;
  } finally {
    await file.close();
  }
}
