/** The header of a DICOM file on disk. */
import { open } from "node:fs/promises";
import type { DicomFile } from "#dicom/dataset/read-dataset.ts";
import { readHeader } from "#dicom/dataset/read-header.ts";

/** Everything before the pixel data; of a file without pixels, everything. Throws as `readDicom`, and the system's errors. */
export async function readDicomHeader(path: string): Promise<DicomFile> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const first = async (length: number): Promise<Uint8Array> => {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, 0);
      return buffer.subarray(0, bytesRead);
    };
    return await readHeader({ size, first }, path);
  } finally {
    await file.close();
  }
}
