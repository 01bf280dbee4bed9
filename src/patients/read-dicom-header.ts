/** The header of a DICOM file from the first part of it: an image's pixels, most of its bytes, are not read from the disk. */
import { open } from "node:fs/promises";
import { DelineateError } from "#core/errors.ts";
import { type DicomFile, readDicom } from "#dicom/dataset/read-dataset.ts";

/** Holds the headers of nearly all scanners; a longer one costs a second reading. */
const headBytes = 32 * 1024;

/**
 * Everything before the pixel data; of a file without pixels, everything. Throws as `readDicom`, and the system's errors.
 */
export async function readDicomHeader(path: string): Promise<DicomFile> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const head = Buffer.alloc(Math.min(size, headBytes));
    const { bytesRead } = await file.read(head, 0, head.length, 0);
    if (bytesRead === size) return readDicom(head, path, { headerOnly: true });
    const partial = readHead(head.subarray(0, bytesRead), path);
    if (partial !== undefined) return partial;
    const whole = Buffer.alloc(size);
    await file.read(whole, 0, size, 0);
    return readDicom(whole, path, { headerOnly: true });
  } finally {
    await file.close();
  }
}

/** Undefined if the head ends before the pixel data do: only the whole file can tell then. */
function readHead(head: Uint8Array, path: string): DicomFile | undefined {
  try {
    const file = readDicom(head, path, { headerOnly: true });
    return file.hasPixels ? file : undefined;
  } catch (error) {
    if (error instanceof DelineateError && error.code === "corrupt-dicom") return undefined;
    throw error;
  }
}
