/**
 * Points in the two spaces of the program, branded so that the compiler refuses to mix them. Only a `Grid`
 * (src/geometry/grid.ts) converts.
 *
 * - `VoxelPoint`: continuous index (i column, j row, k slice); integers are voxel centres.
 * - `PatientPoint`: millimetres in the DICOM patient system, LPS (x to the left, y to the back, z to the head).
 */

declare const space: unique symbol;

export type Vector3 = readonly [number, number, number];
export type VoxelPoint = Vector3 & { readonly [space]: "voxel" };
export type PatientPoint = Vector3 & { readonly [space]: "patient" };

export function voxelPoint(i: number, j: number, k: number): VoxelPoint {
  return [i, j, k] as unknown as VoxelPoint;
}

export function patientPoint(x: number, y: number, z: number): PatientPoint {
  return [x, y, z] as unknown as PatientPoint;
}

export function dot(a: Vector3, b: Vector3): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

export function cross(a: Vector3, b: Vector3): Vector3 {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

export function length(a: Vector3): number {
  return norm(a[0], a[1], a[2]);
}

/** Of a vector in space, or in a plane. `Math.hypot` takes ten times as long, for numbers that no millimetre reaches. */
export function norm(x: number, y: number, z = 0): number {
  return Math.sqrt(x * x + y * y + z * z);
}

/** Of the lengths of two axes and the cosine between them. */
const squareTolerance = 1e-2;

/** Whether two axes are perpendicular and of length 1, but for the rounding of decimal strings. */
export function arePerpendicularUnits(a: Vector3, b: Vector3): boolean {
  return [length(a) - 1, length(b) - 1, dot(a, b)].every((value) => Math.abs(value) <= squareTolerance);
}
