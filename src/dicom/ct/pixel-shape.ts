/** How a data set says that its pixels are stored (PS3.3 C.7.6.3). */
import { DelineateError } from "#core/errors.ts";
import { type DataSet, number } from "#dicom/dataset/dataset.ts";
import { tags } from "#dicom/dictionary.ts";

export type PixelShape = {
  readonly rows: number;
  readonly columns: number;
  readonly bitsAllocated: number;
  readonly bitsStored: number;
  readonly highBit: number;
  readonly signed: boolean;
};

/** Throws `unsupported-pixels` (colour, depth) and `corrupt-dicom`, naming `where`. */
export function pixelShape(dataSet: DataSet, where: string): PixelShape {
  const need = (tag: string, name: string): number => {
    const value = number(dataSet, tag);
    if (value === undefined) throw new DelineateError("corrupt-dicom", `${where} has no ${name} (${tag}).`);
    return value;
  };
  const rows = need(tags.Rows, "Rows");
  const columns = need(tags.Columns, "Columns");
  const bitsAllocated = need(tags.BitsAllocated, "Bits Allocated");
  const bitsStored = number(dataSet, tags.BitsStored) ?? bitsAllocated;
  const highBit = number(dataSet, tags.HighBit) ?? bitsStored - 1;
  const samples = number(dataSet, tags.SamplesPerPixel) ?? 1;
  if (samples !== 1)
    throw new DelineateError("unsupported-pixels", `${where} has ${samples} samples a pixel; a CT has 1.`);
  if (
    (bitsAllocated !== 8 && bitsAllocated !== 16) ||
    bitsStored > bitsAllocated ||
    bitsStored < 1 ||
    highBit >= bitsAllocated ||
    highBit + 1 < bitsStored
  ) {
    throw new DelineateError(
      "unsupported-pixels",
      `${where} stores ${bitsStored} of ${bitsAllocated} bits up to bit ${highBit}; expected 8 or 16 bits allocated.`,
    );
  }
  if (rows * columns === 0)
    throw new DelineateError("corrupt-dicom", `${where} has an image of ${columns} x ${rows} pixels.`);
  return {
    rows,
    columns,
    bitsAllocated,
    bitsStored,
    highBit,
    signed: number(dataSet, tags.PixelRepresentation) === 1,
  };
}
