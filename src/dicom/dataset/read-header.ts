/** The header of a DICOM file from the first part of it: an image's pixels, most of its bytes, are not read. */
import { DelineateError } from "#core/errors.ts";
import { type DicomFile, readDicom } from "./read-dataset.ts";

/** Holds the headers of nearly all scanners; a longer one costs a second reading. */
const headBytes = 32 * 1024;
/** From reading to reading: an image of many frames says much of each, and has a thousand times as many bytes of pixels. */
const growth = 16;

/** A file on a disk or in a browser. */
type ByteSource = {
  readonly size: number;
  /** Its first bytes; no more than `size` are asked for. */
  readonly first: (length: number) => Promise<Uint8Array>;
};

/** Everything before the pixel data; of a file without pixels, everything. Throws as `readDicom`, and what reading throws. */
export async function readHeader({ size, first }: ByteSource, where: string): Promise<DicomFile> {
  for (let length = headBytes; length < size; length *= growth) {
    const file = readHead(await first(length), where);
    if (file !== undefined) return file;
  }
  return readDicom(await first(size), where, { headerOnly: true });
}

/** Undefined if the head ends before the pixel data do: only the whole file can tell then. */
function readHead(head: Uint8Array, where: string): DicomFile | undefined {
  try {
    const file = readDicom(head, where, { headerOnly: true });
    return file.hasPixels ? file : undefined;
  } catch (error) {
    if (error instanceof DelineateError && error.code === "corrupt-dicom") return undefined;
    throw error;
  }
}
