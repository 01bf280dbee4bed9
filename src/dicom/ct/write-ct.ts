/**
 * A volume as a CT Image Storage series (DICOM PS3.3 A.3), one file a slice, explicit VR little endian: how phantoms
 * become planning CTs. The identity is synthetic.
 */

import { voxelPoint } from "#core/coordinates.ts";
import type { Element } from "#dicom/dataset/dataset.ts";
import { decimalString, decimalStrings } from "#dicom/dataset/decimal-string.ts";
import { emptyOf, textOf } from "#dicom/dataset/named-elements.ts";
import { createUid } from "#dicom/dataset/uid.ts";
import { shortsElement, transferSyntaxes, writeDicomFile } from "#dicom/dataset/write-dataset.ts";
import { tags } from "#dicom/dictionary.ts";
import { type Grid, voxelToPatient } from "#geometry/grid.ts";

export const ctImageStorage = "1.2.840.10008.5.1.4.1.1.2";

type CtDescription = {
  /** All UIDs derive from this; it must be unique to the patient. */
  readonly uidName: string;
  /** Family name and number only: synthetic patients. */
  readonly patientName: string;
  readonly patientId: string;
  readonly sex: "M" | "F" | "O";
  readonly kernel: string;
  /** YYYYMMDD and HHMMSS. */
  readonly date: string;
  readonly time: string;
};

/** Files in the order of k, from the feet to the head. HU from -1024 to 3071, stored as they are, signed, slope 1. */
export function* writeCtSlices(
  grid: Grid,
  hu: Int16Array,
  description: CtDescription,
): Generator<{ readonly name: string; readonly bytes: Uint8Array }> {
  const [columns, rows, count] = grid.size;
  const [iAxis, jAxis] = grid.axes;
  const uid = (part: string): string => createUid(`${description.uidName}/${part}`);
  for (let k = 0; k < count; k++) {
    const pixels = hu.slice(k * columns * rows, (k + 1) * columns * rows);
    const position = voxelToPatient(grid, voxelPoint(0, 0, k));
    const elements: [string, Element][] = [
      textOf("SpecificCharacterSet", "ISO_IR 100"),
      textOf("ImageType", "ORIGINAL\\PRIMARY\\AXIAL"),
      textOf("SOPClassUID", ctImageStorage),
      textOf("SOPInstanceUID", uid(`slice/${k}`)),
      textOf("StudyDate", description.date),
      textOf("SeriesDate", description.date),
      textOf("AcquisitionDate", description.date),
      textOf("ContentDate", description.date),
      textOf("StudyTime", description.time),
      textOf("SeriesTime", description.time),
      textOf("AcquisitionTime", description.time),
      textOf("ContentTime", description.time),
      emptyOf("AccessionNumber"),
      textOf("Modality", "CT"),
      textOf("Manufacturer", "Delineate"),
      emptyOf("ReferringPhysicianName"),
      textOf("StudyDescription", "Synthetic thorax"),
      textOf("SeriesDescription", `Phantom ${description.kernel}`),
      textOf("ManufacturerModelName", "Phantom"),
      textOf("PatientName", description.patientName),
      textOf("PatientID", description.patientId),
      emptyOf("PatientBirthDate"),
      textOf("PatientSex", description.sex),
      textOf("BodyPartExamined", "CHEST"),
      textOf("SliceThickness", decimalString(grid.spacingMm[2])),
      textOf("KVP", "120"),
      textOf("GantryDetectorTilt", "0"),
      textOf("ConvolutionKernel", description.kernel),
      textOf("PatientPosition", "HFS"),
      textOf("StudyInstanceUID", uid("study")),
      textOf("SeriesInstanceUID", uid("series")),
      textOf("StudyID", "1"),
      textOf("SeriesNumber", "1"),
      textOf("AcquisitionNumber", "1"),
      textOf("InstanceNumber", String(k + 1)),
      textOf("ImagePositionPatient", decimalStrings(position)),
      textOf("ImageOrientationPatient", decimalStrings([...iAxis, ...jAxis])),
      textOf("FrameOfReferenceUID", uid("frame")),
      emptyOf("PositionReferenceIndicator"),
      [tags.SamplesPerPixel, shortsElement([1])],
      textOf("PhotometricInterpretation", "MONOCHROME2"),
      [tags.Rows, shortsElement([rows])],
      [tags.Columns, shortsElement([columns])],
      textOf("PixelSpacing", decimalStrings([grid.spacingMm[1], grid.spacingMm[0]])),
      [tags.BitsAllocated, shortsElement([16])],
      [tags.BitsStored, shortsElement([16])],
      [tags.HighBit, shortsElement([15])],
      [tags.PixelRepresentation, shortsElement([1])],
      textOf("WindowCenter", "40"),
      textOf("WindowWidth", "400"),
      textOf("RescaleIntercept", "0"),
      textOf("RescaleSlope", "1"),
      textOf("RescaleType", "HU"),
      [
        tags.PixelData,
        { vr: "OW", bytes: new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.byteLength) },
      ],
    ];
    yield {
      name: `ct-${String(k + 1).padStart(4, "0")}.dcm`,
      bytes: writeDicomFile(new Map(elements), transferSyntaxes.explicitLittleEndian),
    };
  }
}
