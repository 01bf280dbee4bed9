/**
 * A volume as a CT Image Storage series (DICOM PS3.3 A.3), one file a slice, explicit VR little endian: how phantoms
 * become planning CTs. The identity is synthetic.
 */

import { voxelPoint } from "#core/coordinates.ts";
import { type Element, textElement } from "#dicom/dataset/dataset.ts";
import { decimalString, decimalStrings } from "#dicom/dataset/decimal-string.ts";
import { createUid } from "#dicom/dataset/uid.ts";
import {
  emptyElement,
  shortsElement,
  transferSyntaxes,
  writeDicomFile,
} from "#dicom/dataset/write-dataset.ts";
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
  const text = (vr: string, value: string): Element => textElement(vr, value);
  for (let k = 0; k < count; k++) {
    const pixels = hu.slice(k * columns * rows, (k + 1) * columns * rows);
    const position = voxelToPatient(grid, voxelPoint(0, 0, k));
    const elements: [string, Element][] = [
      ["00080005", text("CS", "ISO_IR 100")],
      ["00080008", text("CS", "ORIGINAL\\PRIMARY\\AXIAL")],
      ["00080016", text("UI", ctImageStorage)],
      ["00080018", text("UI", uid(`slice/${k}`))],
      ["00080020", text("DA", description.date)],
      ["00080021", text("DA", description.date)],
      ["00080022", text("DA", description.date)],
      ["00080023", text("DA", description.date)],
      ["00080030", text("TM", description.time)],
      ["00080031", text("TM", description.time)],
      ["00080032", text("TM", description.time)],
      ["00080033", text("TM", description.time)],
      ["00080050", emptyElement("SH")],
      ["00080060", text("CS", "CT")],
      ["00080070", text("LO", "Delineate")],
      ["00080090", emptyElement("PN")],
      ["00081030", text("LO", "Synthetic thorax")],
      ["0008103E", text("LO", `Phantom ${description.kernel}`)],
      ["00081090", text("LO", "Phantom")],
      ["00100010", text("PN", description.patientName)],
      ["00100020", text("LO", description.patientId)],
      ["00100030", emptyElement("DA")],
      ["00100040", text("CS", description.sex)],
      ["00180015", text("CS", "CHEST")],
      ["00180050", text("DS", decimalString(grid.spacingMm[2]))],
      ["00180060", text("DS", "120")],
      ["00181120", text("DS", "0")],
      ["00181210", text("SH", description.kernel)],
      ["00185100", text("CS", "HFS")],
      ["0020000D", text("UI", uid("study"))],
      ["0020000E", text("UI", uid("series"))],
      ["00200010", text("SH", "1")],
      ["00200011", text("IS", "1")],
      ["00200012", text("IS", "1")],
      ["00200013", text("IS", String(k + 1))],
      ["00200032", text("DS", decimalStrings(position))],
      ["00200037", text("DS", decimalStrings([...iAxis, ...jAxis]))],
      ["00200052", text("UI", uid("frame"))],
      ["00201040", emptyElement("LO")],
      ["00280002", shortsElement([1])],
      ["00280004", text("CS", "MONOCHROME2")],
      ["00280010", shortsElement([rows])],
      ["00280011", shortsElement([columns])],
      ["00280030", text("DS", decimalStrings([grid.spacingMm[1], grid.spacingMm[0]]))],
      ["00280100", shortsElement([16])],
      ["00280101", shortsElement([16])],
      ["00280102", shortsElement([15])],
      ["00280103", shortsElement([1])],
      ["00281050", text("DS", "40")],
      ["00281051", text("DS", "400")],
      ["00281052", text("DS", "0")],
      ["00281053", text("DS", "1")],
      ["00281054", text("LO", "HU")],
      ["7FE00010", { vr: "OW", bytes: new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.byteLength) }],
    ];
    yield {
      name: `ct-${String(k + 1).padStart(4, "0")}.dcm`,
      bytes: writeDicomFile(new Map(elements), transferSyntaxes.explicitLittleEndian),
    };
  }
}
