/** The pixels of one frame in HU, where the codecs were started if it is compressed. */
import type { DicomFile } from "#dicom/dataset/read-dataset.ts";
import { pixelShape } from "./pixel-shape.ts";
import { storedFrame } from "./stored-pixels.ts";
import { type Rescale, toHu, translation } from "./stored-to-hu.ts";

export type FramePixels = {
  /** rows * columns values, row by row. */
  readonly hu: Int16Array;
  /** Pixels that held a padding value and are air now. */
  readonly padded: number;
  /** Pixels beyond the range of 16 bits that were clamped. */
  readonly clamped: number;
};

/**
 * HU of frame `frame` (0-based), in `into` where that is given: as many values at least. Throws `unsupported-transfer-syntax`, `unsupported-pixels` (colour, depth) or
 * `corrupt-dicom` (too few bytes, a codec's refusal), naming `where`.
 */
export function readFrame(
  file: DicomFile,
  {
    frame,
    rescale,
    into,
  }: { readonly frame: number; readonly rescale: Rescale; readonly into?: Int16Array | undefined },
  where: string,
): FramePixels {
  const { dataSet } = file;
  const shape = pixelShape(dataSet, where);
  const stored = storedFrame(file, frame, shape, where);
  const hu = into?.subarray(0, shape.rows * shape.columns) ?? new Int16Array(shape.rows * shape.columns);
  return { hu, ...toHu(stored, hu, translation(shape, rescale, dataSet), shape.bitsAllocated) };
}
