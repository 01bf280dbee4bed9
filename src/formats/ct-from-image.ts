/**
 * A research image (NIfTI, NRRD) as a CT: Int16 HU with columns to the patient's left, rows to the back and slices to the
 * head, the order of an axial DICOM CT, whatever the order of the file's axes. Voxels are moved, never interpolated.
 */
import { dot, length, patientPoint, type Vector3 } from "#core/coordinates.ts";
import { DelineateError } from "#core/errors.ts";
import { type Finding, finding } from "#core/findings.ts";
import type { CtImage } from "#geometry/ct-image.ts";
import { createGrid } from "#geometry/grid.ts";
import type { LabelImage } from "./label-image.ts";

/** Air in the room is near -1000 HU: an image whose least value is above this is in other units. */
const airAtMostHu = -500;
/** Cosine of the largest angle between a file's axis and a patient's for the order of axes to be certain. */
const leastCosine = 0.8;

/** Throws the image's `fault` for values that are no HU and for axes that lie between the patient's. */
export function ctFromImage(image: LabelImage): { ct: CtImage; findings: readonly Finding[] } {
  const lattice = axialLattice(image);
  const [ni, nj, nk] = lattice.size;
  const hu = new Int16Array(ni * nj * nk);
  const { values } = image;
  let [lowest, clamped, index] = [Number.POSITIVE_INFINITY, 0, 0];
  for (let k = 0; k < nk; k++) {
    for (let j = 0; j < nj; j++) {
      let source = lattice.start + j * lattice.strides[1] + k * lattice.strides[2];
      for (let i = 0; i < ni; i++, index++, source += lattice.strides[0]) {
        const value = Math.round(values[source]);
        if (!(value >= -32768 && value <= 32767)) clamped++;
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
  const [i, j] = lattice.steps;
  const scale = (step: Vector3, by: number): Vector3 => [step[0] * by, step[1] * by, step[2] * by];
  const spacingMm = lattice.steps.map(length) as unknown as Vector3;
  const grid = createGrid(lattice.size, spacingMm, lattice.origin, [
    scale(i, 1 / spacingMm[0]),
    scale(j, 1 / spacingMm[1]),
  ]);
  const message = `${clamped} voxels beyond 16 bits were clamped.`;
  const extra = clamped > 0 ? [finding("warning", "clamped", message)] : [];
  return { ct: { grid, hu }, findings: [...image.findings, ...extra] };
}

/** The file's lattice walked along the patient's x, y and z. */
function axialLattice(image: LabelImage) {
  const fileStrides = [1, image.size[0], image.size[0] * image.size[1]];
  const unit: readonly Vector3[] = [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ];
  let origin: Vector3 = image.origin;
  let start = 0;
  const order = unit.map((axis) => {
    const cosines = image.stepsMm.map((step) => dot(step, axis) / length(step));
    const at = cosines.findIndex((cosine) => Math.abs(cosine) >= leastCosine);
    return { at, reversed: cosines[at] < 0 };
  });
  if (order.some(({ at }) => at < 0) || new Set(order.map(({ at }) => at)).size < 3) {
    throw new DelineateError(
      image.fault,
      "The image's axes lie between the patient's, so that its slices are not axial: resample it first.",
    );
  }
  const steps = order.map(({ at, reversed }): Vector3 => {
    const step = image.stepsMm[at];
    if (!reversed) return step;
    const last = image.size[at] - 1;
    origin = [origin[0] + last * step[0], origin[1] + last * step[1], origin[2] + last * step[2]];
    start += last * fileStrides[at];
    return [-step[0], -step[1], -step[2]];
  });
  return {
    size: order.map(({ at }) => image.size[at]) as unknown as Vector3,
    steps,
    strides: order.map(({ at, reversed }) => (reversed ? -fileStrides[at] : fileStrides[at])),
    start,
    origin: patientPoint(origin[0], origin[1], origin[2]),
  };
}
