/**
 * A research image (NIfTI, NRRD) as a CT: Int16 HU with columns to the patient's left, rows to the back and slices to the
 * head, the order of an axial DICOM CT, whatever the order of the file's axes. Voxels are moved, never interpolated.
 */
import { length, type Vector3 } from "#core/coordinates.ts";
import { DelineateError } from "#core/errors.ts";
import { type Finding, finding } from "#core/findings.ts";
import type { CtImage } from "#geometry/ct-image.ts";
import { createGrid } from "#geometry/grid.ts";
import type { LabelImage } from "./label-image.ts";
import { axialOrder } from "./lattice.ts";

/** Air in the room is near -1000 HU: an image whose least value is above this is in other units. */
const airAtMostHu = -500;
/** Of a voxel without a value, outside the field of view as DICOM's padding is. */
const paddingHu = -1024;

/** Throws the image's `fault` for values that are no HU and for axes that lie between the patient's. */
export function ctFromImage(image: LabelImage): { ct: CtImage; findings: readonly Finding[] } {
  const order = axialOrder(image);
  if (order === undefined) {
    throw new DelineateError(
      image.fault,
      "The image's axes lie between the patient's, so that its slices are not axial: resample it first.",
    );
  }
  const [ni, nj, nk] = order.size;
  const hu = new Int16Array(ni * nj * nk);
  const { values } = image;
  let [lowest, padded, clamped, index] = [Number.POSITIVE_INFINITY, 0, 0, 0];
  for (let k = 0; k < nk; k++) {
    for (let j = 0; j < nj; j++) {
      let source = order.start + j * order.strides[1] + k * order.strides[2];
      for (let i = 0; i < ni; i++, index++, source += order.strides[0]) {
        const value = Math.round(values[source]);
        if (Number.isNaN(value)) {
          // Stored as an integer it would be 0 HU: water round the patient.
          hu[index] = paddingHu;
          padded++;
          continue;
        }
        if (value < -32768 || value > 32767) clamped++;
        hu[index] = Math.min(32767, Math.max(-32768, value));
        if (value < lowest) lowest = value;
      }
    }
  }
  if (!(lowest <= airAtMostHu)) {
    throw new DelineateError(
      image.fault,
      `Expected a CT in Hounsfield units with air near -1000, found no value below ${lowest}: this image was rescaled, or is no CT.`,
    );
  }
  const [i, j] = order.stepsMm;
  const scale = (step: Vector3, by: number): Vector3 => [step[0] * by, step[1] * by, step[2] * by];
  const spacingMm = order.stepsMm.map(length) as unknown as Vector3;
  const grid = createGrid(order.size, spacingMm, order.origin, [
    scale(i, 1 / spacingMm[0]),
    scale(j, 1 / spacingMm[1]),
  ]);
  const findings = [...image.findings];
  if (padded > 0)
    findings.push(
      finding("info", "padding", `${padded} voxels without a number (NaN) were set to -1024 HU.`),
    );
  if (clamped > 0)
    findings.push(finding("warning", "clamped", `${clamped} voxels beyond 16 bits were clamped.`));
  return { ct: { grid, hu }, findings };
}
