/**
 * What a research image holds before it is a mask: label values on a lattice that may run in any direction, also
 * left-handed. Here it is split into one binary mask a label, on a right-handed grid. Not here: reading the file
 * (nifti.ts, nrrd.ts) and placing the mask on a CT (place-on-grid.ts).
 */
import { dot, length, type PatientPoint, patientPoint, type Vector3, voxelPoint } from "#core/coordinates.ts";
import { DelineateError, type ErrorCode } from "#core/errors.ts";
import { type Finding, finding } from "#core/findings.ts";
import { createGrid, type Grid, voxelToPatient } from "#geometry/grid.ts";
import type { Mask } from "#geometry/mask.ts";
import type { Lattice } from "./lattice.ts";
import type { VoxelValues } from "./voxel-type.ts";

export type LabelImage = Lattice & {
  readonly values: VoxelValues;
  /** Names of label values, where the file has them. */
  readonly names: ReadonlyMap<number, string>;
  /** Error code for what is wrong with this file. */
  readonly fault: ErrorCode;
  readonly findings: readonly Finding[];
};

export type NamedMask = { readonly name: string; readonly mask: Mask };
/** `named` is false where the file has no name for the label, and "label 1" stands in for it. */
type LabelMask = NamedMask & { readonly named: boolean; readonly value: number };

/** More values than this are those of an image, not labels. */
export const mostLabels = 255;
/** Of the smallest spacing: how far a voxel may lie from where it would lie on perpendicular axes. */
const shearTolerance = 0.1;

/**
 * One mask for each label above 0 that a voxel has or that is named, in ascending order; one empty mask if there is none. A file with values between 0 and 1 is taken
 * for a probability: inside where it is at least 1/2, with a finding. Throws the image's `fault` for negative,
 * non-finite or too many values, and for axes that are not perpendicular.
 */
export function masksFromLabels(image: LabelImage): { masks: LabelMask[]; findings: readonly Finding[] } {
  const { values } = image;
  const { grid, reversed } = rightHandedGrid(image);
  if (isProbability(values)) {
    const inside = Uint8Array.from(values, (value) => (value >= 0.5 ? 1 : 0));
    const note = finding(
      "warning",
      "probabilities-thresholded",
      "The values lie between 0 and 1 and are taken for probabilities: a voxel is inside from 0.5 on.",
    );
    return { masks: [maskOf(1, inside)], findings: [...image.findings, note] };
  }
  // What is named is there, also without a voxel: a tumour that was not found is no unknown one.
  const namedLabels = [...image.names.keys()].filter((label) => label > 0);
  const labels = [...new Set([...distinctLabels(image), ...namedLabels])].sort((a, b) => a - b);
  const masks = (labels.length === 0 ? [1] : labels).map((label) => {
    const inside = new Uint8Array(values.length);
    for (let at = 0; at < values.length; at++) if (values[at] === label) inside[at] = 1;
    return maskOf(label, inside);
  });
  return { masks, findings: image.findings };

  function maskOf(label: number, inside: Uint8Array): LabelMask {
    const name = image.names.get(label);
    const mask = { grid, data: oriented(inside) };
    return { name: name ?? `label ${label}`, mask, named: name !== undefined, value: label };
  }

  function oriented(data: Uint8Array): Uint8Array {
    if (!reversed) return data;
    const [ni, nj, nk] = image.size;
    const result = new Uint8Array(data.length);
    for (let row = 0; row < nj * nk; row++) {
      const j = row % nj;
      result.set(data.subarray(row * ni, (row + 1) * ni), (row - j + nj - 1 - j) * ni);
    }
    return result;
  }
}

/**
 * The grid of the file's voxels. A left-handed file (rows from the bottom up, as dcm2niix writes them) has its j axis
 * reversed, which gives a CT's usual orientation back. Throws the image's `fault` for axes that are not perpendicular and voxels without size.
 */
export function rightHandedGrid(image: LabelImage): { grid: Grid; reversed: boolean } {
  const spacingMm = image.stepsMm.map(length) as unknown as Vector3;
  if (!image.size.every((n) => n >= 1) || !spacingMm.every((mm) => mm > 0 && Number.isFinite(mm))) {
    throw new DelineateError(image.fault, "The voxel size is zero or not a number: the header is damaged.");
  }
  const [i, j, k] = image.stepsMm.map((step, axis) => scaled(step, 1 / spacingMm[axis]));
  const rightHanded =
    dot([i[1] * j[2] - i[2] * j[1], i[2] * j[0] - i[0] * j[2], i[0] * j[1] - i[1] * j[0]], k) > 0;
  const last = (image.size[1] - 1) * spacingMm[1];
  const along = rightHanded ? j : scaled(j, -1);
  const origin = rightHanded ? image.origin : shifted(image.origin, scaled(j, last));
  const skew = dot(i, along);
  const straight: Vector3 = [along[0] - skew * i[0], along[1] - skew * i[1], along[2] - skew * i[2]];
  const grid = createGrid(image.size, spacingMm, origin, [i, scaled(straight, 1 / length(straight))]);
  const farthest = farthestCornerMm(image, grid, !rightHanded);
  if (!(farthest <= shearTolerance * Math.min(...spacingMm))) {
    throw new DelineateError(
      image.fault,
      `The axes are not perpendicular (a corner is off by ${farthest.toFixed(2)} mm): resample the image to a regular grid first.`,
    );
  }
  return { grid, reversed: !rightHanded };
}

function farthestCornerMm(image: LabelImage, grid: Grid, reversed: boolean): number {
  let farthest = 0;
  for (let corner = 0; corner < 8; corner++) {
    const [a, b, c] = [0, 1, 2].map((axis) => ((corner >> axis) & 1) * (image.size[axis] - 1));
    const [x, y, z] = image.stepsMm;
    const imagePoint = [0, 1, 2].map((d) => image.origin[d] + a * x[d] + b * y[d] + c * z[d]);
    const gridPoint = voxelToPatient(grid, voxelPoint(a, reversed ? image.size[1] - 1 - b : b, c));
    farthest = Math.max(farthest, Math.hypot(...imagePoint.map((value, d) => value - gridPoint[d])));
  }
  return farthest;
}

function isProbability(values: VoxelValues): boolean {
  let between = false;
  for (let at = 0; at < values.length; at++) {
    const value = values[at];
    if (!(value >= 0 && value <= 1)) return false;
    if (value !== 0 && value !== 1) between = true;
  }
  return between;
}

function distinctLabels(image: LabelImage): number[] {
  const labels = new Set<number>();
  let previous = 0;
  for (let at = 0; at < image.values.length; at++) {
    const value = image.values[at];
    if (value === previous) continue;
    previous = value;
    if (!Number.isInteger(value) || value < 0) {
      throw new DelineateError(
        image.fault,
        `Expected a mask (whole numbers from 0 on, or probabilities), found the value ${value}: this looks like an image.`,
      );
    }
    if (value !== 0) labels.add(value);
    if (labels.size > mostLabels) {
      throw new DelineateError(
        image.fault,
        `Expected a mask, found more than ${mostLabels} different values: this looks like an image.`,
      );
    }
  }
  return [...labels].sort((a, b) => a - b);
}

function scaled(vector: Vector3, factor: number): Vector3 {
  return [vector[0] * factor, vector[1] * factor, vector[2] * factor];
}

function shifted(point: PatientPoint, by: Vector3): PatientPoint {
  return patientPoint(point[0] + by[0], point[1] + by[1], point[2] + by[2]);
}
