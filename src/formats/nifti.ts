/**
 * Masks as NIfTI files. Reading: versions 1 and 2, gzip or not, any integer or float type, both byte orders. Writing:
 * NIfTI-1, uint8, little endian, gzip, qform and sform both written and equal. NIfTI is RAS and the program is LPS:
 * x and y change their sign here and nowhere else. Header: nifti-header.ts. Source: nifti1.h, NIfTI DFWG.
 */
import { cross, dot, length, patientPoint, type Vector3 } from "#core/coordinates.ts";
import { DelineateError } from "#core/errors.ts";
import { type Finding, finding } from "#core/findings.ts";
import { gunzip, gzip, isGzip } from "./gzip.ts";
import type { LabelImage, NamedMask } from "./label-image.ts";
import { type Lattice, voxelsOn } from "./lattice.ts";
import {
  affineOfQform,
  affineOfSform,
  type NiftiHeader,
  niftiHeaderBytes,
  quaternionOf,
  type RasAffine,
  readNiftiHeader,
} from "./nifti-header.ts";
import { decodeVoxels, holdsMore, type VoxelType, type VoxelValues, voxelTypes } from "./voxel-type.ts";

const datatypes: Readonly<Record<number, VoxelType | undefined>> = {
  2: "uint8",
  4: "int16",
  8: "int32",
  16: "float32",
  64: "float64",
  256: "int8",
  512: "uint16",
  768: "uint32",
  1024: "int64",
  1280: "uint64",
};

/** Millimetres of one unit by the spatial code of xyzt_units; 0 is unknown and taken for millimetres, as all readers do. */
const unitMm: readonly (number | undefined)[] = [1, 1000, 1, 0.001];

/** Where sform and qform are taken to agree; float32 quaternions near a half turn are good to a few hundredths. */
const formToleranceMm = 0.1;

/**
 * The label image of a NIfTI file's bytes, compressed or not. Throws `bad-nifti` for what cannot be a mask: truncated
 * or damaged files, more than three dimensions, colours, and files that do not say where left is.
 */
export function readNifti(fileBytes: Uint8Array): LabelImage {
  const bytes = isGzip(fileBytes) ? gunzip(fileBytes, "bad-nifti") : fileBytes;
  const header = readNiftiHeader(bytes);
  const size = sizeOf(header);
  const type = datatypes[header.datatype];
  if (type === undefined) {
    throw bad(
      `Expected numbers of 8 to 64 bits, found the data type ${header.datatype} (colours, complex or bits).`,
    );
  }
  const count = size[0] * size[1] * size[2];
  const available = Math.floor((bytes.length - header.voxelOffset) / voxelTypes[type]);
  if (!(header.voxelOffset >= niftiHeaderBytes) || !(available >= count)) {
    throw bad(
      `Expected ${count} voxels, found ${Math.max(0, available || 0)}: the file is truncated or damaged.`,
    );
  }
  if (holdsMore(bytes.subarray(header.voxelOffset), type, count))
    throw bad(`The file holds more than the ${count} voxels of its dimensions: the header is damaged.`);
  const stored = decodeVoxels(bytes.subarray(header.voxelOffset), type, count, header.littleEndian);
  const values = isScaled(header) ? scaled(stored, header) : stored;
  const { affine, findings } = affineOf(header);
  const scale = unitMm[header.units & 7];
  if (scale === undefined)
    throw bad(`Expected metres, millimetres or micrometres, found the unit ${header.units & 7}.`);
  const column = (axis: number): Vector3 => [
    -affine[0][axis] * scale,
    -affine[1][axis] * scale,
    affine[2][axis] * scale,
  ];
  return {
    size,
    stepsMm: [column(0), column(1), column(2)],
    origin: patientPoint(...column(3)),
    values,
    names: namesOf(header.intentName, values),
    fault: "bad-nifti",
    findings,
  };
}

/**
 * A gzipped NIfTI-1 file of one mask, uint8, on the mask's own grid, or on the lattice of the image that its CT was made of. The name
 * goes to intent_name if it is ASCII of at most 15 characters; other readers ignore it.
 */
export function writeNifti(
  { name, mask }: NamedMask,
  options?: { readonly gzip?: boolean; readonly lattice?: Lattice | undefined },
): Uint8Array {
  const { size, stepsMm, origin, data } = voxelsOn(mask, options?.lattice);
  // Header, then four zero bytes: no extensions.
  const voxelOffset = niftiHeaderBytes + 4;
  const bytes = new Uint8Array(voxelOffset + data.length);
  const view = new DataView(bytes.buffer);
  const reals = (at: number, values: readonly number[]): void => {
    for (const [index, value] of values.entries()) view.setFloat32(at + 4 * index, value, true);
  };
  const shorts = (at: number, values: readonly number[]): void => {
    for (const [index, value] of values.entries()) view.setInt16(at + 2 * index, value, true);
  };
  if (size.some((count) => count > 32_767)) throw new Error("NIfTI-1 holds at most 32767 voxels an axis");
  const ras = [-1, -1, 1];
  const spacingMm = stepsMm.map(length);
  // The qform's rotation is right-handed; its qfac turns the third axis round. Two signs change from LPS to RAS, so that hands stay.
  const qfac = dot(cross(stepsMm[0], stepsMm[1]), stepsMm[2]) < 0 ? -1 : 1;
  const rows = (scale: readonly number[]): RasAffine => {
    const row = (d: number): number[] => stepsMm.map((step, at) => ras[d] * step[d] * scale[at]);
    return [row(0), row(1), row(2)];
  };
  const offset = origin.map((value, d) => ras[d] * value);
  view.setInt32(0, niftiHeaderBytes, true);
  bytes[38] = 0x72; // "r", regular: kept for Analyze readers.
  shorts(40, [3, ...size, 1, 1, 1, 1]);
  shorts(70, [2, 8]); // uint8
  reals(76, [qfac, ...spacingMm, 1, 1, 1, 1]);
  reals(108, [voxelOffset, 1, 0]);
  bytes[123] = 2; // millimetres
  ascii(bytes, 148, "Delineate mask");
  shorts(252, [1, 1]); // scanner coordinates
  const [a, b, c] = spacingMm;
  reals(256, [...quaternionOf(rows([1 / a, 1 / b, qfac / c])), ...offset]);
  reals(
    280,
    rows([1, 1, 1]).flatMap((row, d) => [...row, offset[d]]),
  );
  if (/^[\x20-\x7e]{1,15}$/.test(name)) ascii(bytes, 328, name);
  ascii(bytes, 344, "n+1");
  bytes.set(data, voxelOffset);
  return options?.gzip === false ? bytes : gzip(bytes);
}

function affineOf(header: NiftiHeader): { affine: RasAffine; findings: Finding[] } {
  const sform = header.sformCode > 0 ? affineOfSform(header) : undefined;
  const qform = header.qformCode > 0 ? affineOfQform(header) : undefined;
  const affine = sform ?? qform;
  if (affine === undefined) {
    throw bad(
      "The file has neither sform nor qform, so that left and right are unknown: save it with one of them.",
    );
  }
  if (affine.flat().some((value) => !Number.isFinite(value)))
    throw bad("The affine map holds a value that is no number.");
  if (sform === undefined || qform === undefined) return { affine, findings: [] };
  const apartMm = farthestApart(sform, qform, header.dimensions);
  if (apartMm <= formToleranceMm) return { affine, findings: [] };
  const message = `sform and qform disagree by up to ${apartMm.toFixed(2)} mm; the sform was used.`;
  return { affine, findings: [finding("warning", "sform-qform-disagree", message)] };
}

function farthestApart(a: RasAffine, b: RasAffine, dimensions: readonly number[]): number {
  let farthest = 0;
  for (let corner = 0; corner < 8; corner++) {
    const index = [0, 1, 2].map((axis) => ((corner >> axis) & 1) * (dimensions[axis + 1] - 1));
    const apart = a.map((row, d) =>
      [...index, 1].reduce((sum, value, axis) => sum + value * (row[axis] - b[d][axis]), 0),
    );
    farthest = Math.max(farthest, Math.hypot(...apart));
  }
  return farthest;
}

function sizeOf({ dimensions }: NiftiHeader): Vector3 {
  const [count, ...lengths] = dimensions;
  if (!(count >= 1 && count <= 7)) throw bad(`Expected 3 dimensions, found ${count}: the header is damaged.`);
  const used = [0, 1, 2, 3, 4, 5, 6].map((axis) => (axis < count ? lengths[axis] : 1));
  if (used.some((n) => !(n >= 1))) throw bad("A dimension of the image is zero: the header is damaged.");
  if (used.slice(3).some((n) => n > 1))
    throw bad("Expected 3 dimensions, found more: save one volume of the series.");
  return [used[0], used[1], used[2]];
}

function isScaled({ slope, intercept }: NiftiHeader): boolean {
  // A slope of 0 says that there is no scaling.
  return (
    Number.isFinite(slope) && slope !== 0 && (slope !== 1 || intercept !== 0) && Number.isFinite(intercept)
  );
}

/** Slopes are written with seven digits: 255 times the 255th part is the label 1, not a number beside it. */
const slopeRounding = 1e-6;

function scaled(stored: VoxelValues, { slope, intercept }: NiftiHeader): Float64Array {
  // In place: Float64Array.from with a function makes a list of all values first, which a long CT has no room for.
  const values = new Float64Array(stored);
  for (let at = 0; at < values.length; at++) {
    const product = values[at] * slope;
    const exact = product + intercept;
    const whole = Math.round(exact);
    values[at] = Math.abs(exact - whole) <= slopeRounding * Math.max(1, Math.abs(product)) ? whole : exact;
  }
  return values;
}

/**
 * The file's one name is its one label's, whichever number other programs gave that; of several labels, and of a probability,
 * that of 1. An empty mask is 1 as well.
 */
function namesOf(name: string, values: VoxelValues): ReadonlyMap<number, string> {
  if (name === "") return new Map();
  const first = values.find((value) => value !== 0) ?? 1;
  const isOnly = first > 1 && values.every((value) => value === 0 || value === first);
  if (isOnly) return new Map([[first, name]]);
  return first <= 1 || values.includes(1) ? new Map([[1, name]]) : new Map();
}

function ascii(bytes: Uint8Array, at: number, value: string): void {
  for (let index = 0; index < value.length; index++) bytes[at + index] = value.charCodeAt(index);
}

function bad(message: string): DelineateError {
  return new DelineateError("bad-nifti", message);
}
