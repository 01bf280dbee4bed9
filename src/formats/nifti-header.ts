/**
 * The header fields of NIfTI-1 (348 bytes) and NIfTI-2 (540 bytes) that a mask needs, in either byte order, and the
 * affine map that they give. Source: nifti1.h and nifti2.h of the NIfTI Data Format Working Group, methods 2 (qform)
 * and 3 (sform). Not here: the voxels (nifti.ts).
 */
import { DelineateError } from "#core/errors.ts";
import { latin1 } from "#core/latin1.ts";

export type NiftiHeader = {
  readonly littleEndian: boolean;
  /** dim[0..7]: the number of dimensions, then their lengths. */
  readonly dimensions: readonly number[];
  readonly datatype: number;
  /** pixdim[0..7]; pixdim[0] is qfac, the handedness of the qform. */
  readonly voxelSizes: readonly number[];
  readonly voxelOffset: number;
  readonly slope: number;
  readonly intercept: number;
  readonly units: number;
  readonly qformCode: number;
  readonly sformCode: number;
  /** b, c, d. */
  readonly quaternion: readonly number[];
  readonly qOffset: readonly number[];
  /** Three rows of four. */
  readonly srows: readonly number[];
  readonly intentName: string;
};

/** Rows of the affine map from voxel index to RAS coordinates, in the header's units. */
export type RasAffine = readonly [readonly number[], readonly number[], readonly number[]];

/** Byte positions: [dim, datatype, pixdim, vox_offset, slope, intercept, units, qform, sform, quaternion, qoffset, srow, intent_name]. */
const layouts = {
  1: [40, 70, 76, 108, 112, 116, 123, 252, 254, 256, 268, 280, 328],
  2: [16, 12, 104, 168, 176, 184, 500, 344, 348, 352, 376, 400, 508],
} as const;

/** Where version 1 has its fields, for the writer. */
export const niftiHeaderBytes = 348;

/** Throws `bad-nifti` if the bytes do not start with a header of a single-file NIfTI. */
export function readNiftiHeader(bytes: Uint8Array): NiftiHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { version, littleEndian } = versionOf(view);
  const [
    dim,
    datatype,
    pixdim,
    offset,
    slope,
    intercept,
    units,
    qform,
    sform,
    quaternion,
    qOffset,
    srow,
    name,
  ] = layouts[version];
  const isFirst = version === 1;
  const real = (at: number): number =>
    isFirst ? view.getFloat32(at, littleEndian) : view.getFloat64(at, littleEndian);
  const reals = (at: number, count: number): number[] =>
    Array.from({ length: count }, (_, index) => real(at + index * (isFirst ? 4 : 8)));
  const code = (at: number): number =>
    isFirst ? view.getInt16(at, littleEndian) : view.getInt32(at, littleEndian);
  const count = (at: number): number => Number(view.getBigInt64(at, littleEndian));
  return {
    littleEndian,
    dimensions: Array.from({ length: 8 }, (_, index) =>
      isFirst ? view.getInt16(dim + 2 * index, littleEndian) : count(dim + 8 * index),
    ),
    datatype: view.getInt16(datatype, littleEndian),
    voxelSizes: reals(pixdim, 8),
    voxelOffset: isFirst ? real(offset) : count(offset),
    slope: real(slope),
    intercept: real(intercept),
    units: isFirst ? view.getUint8(units) : view.getInt32(units, littleEndian),
    qformCode: code(qform),
    sformCode: code(sform),
    quaternion: reals(quaternion, 3),
    qOffset: reals(qOffset, 3),
    srows: reals(srow, 12),
    intentName: latin1(bytes.subarray(name, name + 16))
      .replace(/\0.*$/s, "")
      .trim(),
  };
}

/** True if the bytes (not compressed) are a NIfTI header of any kind, header-and-image pairs included. */
export function looksLikeNifti(bytes: Uint8Array): boolean {
  const magic1 = latin1(bytes.subarray(344, 348));
  const magic2 = latin1(bytes.subarray(4, 8));
  return /^n[+i]1\0$/.test(magic1) || /^n[+i]2\0$/.test(magic2);
}

function versionOf(view: DataView): { version: 1 | 2; littleEndian: boolean } {
  for (const littleEndian of [true, false]) {
    if (view.byteLength >= 348 && view.getInt32(0, littleEndian) === 348) {
      const magic = [344, 345, 346].map((at) => view.getUint8(at));
      return { version: checkedVersion(String.fromCharCode(...magic)), littleEndian };
    }
    if (view.byteLength >= 540 && view.getInt32(0, littleEndian) === 540) {
      const magic = [4, 5, 6].map((at) => view.getUint8(at));
      return { version: checkedVersion(String.fromCharCode(...magic)), littleEndian };
    }
  }
  throw new DelineateError("bad-nifti", "Expected a NIfTI header of 348 or 540 bytes, found none.");
}

function checkedVersion(magic: string): 1 | 2 {
  if (magic === "n+1") return 1;
  if (magic === "n+2") return 2;
  const pair = magic === "ni1" || magic === "ni2";
  throw new DelineateError(
    "bad-nifti",
    pair
      ? "This is the header of a header-and-image pair (.hdr and .img): convert it to a single .nii file."
      : "This is an Analyze 7.5 header, which does not say where left is: convert it to NIfTI first.",
  );
}

/** Method 3: the map as it stands in the header. */
export function affineOfSform({ srows }: NiftiHeader): RasAffine {
  return [srows.slice(0, 4), srows.slice(4, 8), srows.slice(8, 12)];
}

/** Method 2: rotation by a unit quaternion, voxel sizes, offset; qfac turns the third axis round. */
export function affineOfQform({ quaternion: [b, c, d], voxelSizes, qOffset }: NiftiHeader): RasAffine {
  const square = b * b + c * c + d * d;
  // Float32 rounding may bring the sum just above 1; then the rotation is by 180 degrees and must be normalised.
  const norm = square > 1 ? 1 / Math.sqrt(square) : 1;
  const a = Math.sqrt(Math.max(0, 1 - square));
  const [x, y, z] = [b * norm, c * norm, d * norm];
  const rotation = [
    [a * a + x * x - y * y - z * z, 2 * (x * y - a * z), 2 * (x * z + a * y)],
    [2 * (x * y + a * z), a * a + y * y - x * x - z * z, 2 * (y * z - a * x)],
    [2 * (x * z - a * y), 2 * (y * z + a * x), a * a + z * z - x * x - y * y],
  ];
  const sizes = [voxelSizes[1], voxelSizes[2], voxelSizes[3] * (voxelSizes[0] < 0 ? -1 : 1)];
  const row = (index: number): number[] => [
    ...rotation[index].map((value, axis) => value * sizes[axis]),
    qOffset[index],
  ];
  return [row(0), row(1), row(2)];
}

/** The quaternion (b, c, d) of a rotation matrix given as rows, a >= 0; the inverse of affineOfQform's rotation. */
export function quaternionOf(rows: RasAffine): [number, number, number] {
  const [[r00, r01, r02], [r10, r11, r12], [r20, r21, r22]] = rows;
  const trace = r00 + r11 + r22;
  // The largest of the four squares is the well-conditioned one to start from.
  const squares = [1 + trace, 1 + 2 * r00 - trace, 1 + 2 * r11 - trace, 1 + 2 * r22 - trace];
  const largest = squares.indexOf(Math.max(...squares));
  const s = 2 * Math.sqrt(squares[largest]);
  const q =
    largest === 0
      ? [s / 4, (r21 - r12) / s, (r02 - r20) / s, (r10 - r01) / s]
      : largest === 1
        ? [(r21 - r12) / s, s / 4, (r01 + r10) / s, (r02 + r20) / s]
        : largest === 2
          ? [(r02 - r20) / s, (r01 + r10) / s, s / 4, (r12 + r21) / s]
          : [(r10 - r01) / s, (r02 + r20) / s, (r12 + r21) / s, s / 4];
  const sign = q[0] < 0 ? -1 : 1;
  return [q[1] * sign, q[2] * sign, q[3] * sign];
}
