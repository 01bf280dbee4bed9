/** The pixels of one frame in HU, where the codecs were started if it is compressed. */
import { DelineateError } from "#core/errors.ts";
import type { DicomFile } from "#dicom/dataset/read-dataset.ts";
import { pixelShape } from "./pixel-shape.ts";
import { storedFrame } from "./stored-pixels.ts";
import { type Rescale, toHu, translation } from "./stored-to-hu.ts";

export type PixelCounts = {
  /** Pixels that held a padding value and are air now. */
  readonly padded: number;
  /** Pixels beyond the range of 16 bits that were clamped. */
  readonly clamped: number;
};

/** `hu`: rows * columns values, row by row. */
type FramePixels = PixelCounts & { readonly hu: Int16Array };

/**
 * HU of frame `frame` (0-based), in `into` where that is given. Throws `unsupported-transfer-syntax`, `unsupported-pixels` (colour, depth),
 * `corrupt-dicom` (too few bytes, a codec's refusal) or `file-changed` (another size than that of `into`, which its header said), naming `where`.
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
  const area = shape.rows * shape.columns;
  if (into !== undefined && into.length !== area)
    throw new DelineateError(
      "file-changed",
      `${where} was changed while the CT was read: its image has another size now. Read it again.`,
    );
  const stored = storedFrame(file, frame, shape, where);
  // Not before it is known that there are as many.
  const hu = into ?? new Int16Array(area);
  return { hu, ...toHu(stored, hu, translation(shape, rescale, dataSet), shape.bitsAllocated) };
}
