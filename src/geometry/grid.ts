/**
 * A regular grid of voxels in patient space: the affine map of the image plane module (DICOM PS3.3 C.7.6.2.1.1).
 * Index order is (i column, j row, k slice), i fastest in memory: offset = i + ni * (j + nj * k). The k axis is the
 * slice normal (i axis x j axis), so k grows with the projection of the slice position on it.
 */
import {
  cross,
  dot,
  type PatientPoint,
  patientPoint,
  type Vector3,
  type VoxelPoint,
  voxelPoint,
} from "#core/coordinates.ts";

export type Grid = {
  /** Voxels along i, j, k. */
  readonly size: Vector3;
  /** Distance between voxel centres along i, j, k in millimetres. */
  readonly spacingMm: Vector3;
  /** Centre of voxel (0, 0, 0). */
  readonly origin: PatientPoint;
  /** Unit vectors of i, j and k in patient space; orthonormal, k = i x j. */
  readonly axes: readonly [Vector3, Vector3, Vector3];
};

/** A grid from the direction cosines of its plane's rows and columns, the patient's axes without them; k is their cross product. */
export function createGrid(
  size: Vector3,
  spacingMm: Vector3,
  origin: PatientPoint,
  plane: readonly [iAxis: Vector3, jAxis: Vector3] = [
    [1, 0, 0],
    [0, 1, 0],
  ],
): Grid {
  return { size, spacingMm, origin, axes: [...plane, cross(...plane)] };
}

export function voxelCount(grid: Grid): number {
  return grid.size[0] * grid.size[1] * grid.size[2];
}

/** Volume of one voxel in cubic centimetres. */
export function voxelVolumeCc(grid: Grid): number {
  return (grid.spacingMm[0] * grid.spacingMm[1] * grid.spacingMm[2]) / 1000;
}

export function voxelToPatient(grid: Grid, point: VoxelPoint): PatientPoint {
  const [u, v, w] = grid.axes;
  const a = point[0] * grid.spacingMm[0];
  const b = point[1] * grid.spacingMm[1];
  const c = point[2] * grid.spacingMm[2];
  return patientPoint(
    grid.origin[0] + a * u[0] + b * v[0] + c * w[0],
    grid.origin[1] + a * u[1] + b * v[1] + c * w[1],
    grid.origin[2] + a * u[2] + b * v[2] + c * w[2],
  );
}

export function patientToVoxel(grid: Grid, point: PatientPoint): VoxelPoint {
  const offset: Vector3 = [point[0] - grid.origin[0], point[1] - grid.origin[1], point[2] - grid.origin[2]];
  return voxelPoint(
    dot(offset, grid.axes[0]) / grid.spacingMm[0],
    dot(offset, grid.axes[1]) / grid.spacingMm[1],
    dot(offset, grid.axes[2]) / grid.spacingMm[2],
  );
}

/** The voxel within the grid that is nearest to a place in it or beside it: integers. */
export function nearestVoxel({ size }: Grid, point: Vector3): Vector3 {
  const within = (axis: 0 | 1 | 2): number => Math.max(0, Math.min(size[axis] - 1, Math.round(point[axis])));
  return [within(0), within(1), within(2)];
}

/** True for a place whose nearest voxel is one of the grid's. */
export function insideGrid({ size }: Grid, point: Vector3): boolean {
  return point.every((index, axis) => Math.round(index) >= 0 && Math.round(index) < size[axis]);
}

/** Where two grids are taken for the same one: a thousandth of a millimetre, the precision of DICOM's DS in practice. */
const sameGridToleranceMm = 1e-3;

/** True if every voxel centre of `a` lies within 0.001 mm of the voxel of the same index in `b`. */
export function sameGrid(a: Grid, b: Grid): boolean {
  if (a.size.some((count, axis) => count !== b.size[axis])) return false;
  for (let corner = 0; corner < 8; corner++) {
    const index = voxelPoint(
      corner & 1 ? a.size[0] - 1 : 0,
      corner & 2 ? a.size[1] - 1 : 0,
      corner & 4 ? a.size[2] - 1 : 0,
    );
    const p = voxelToPatient(a, index);
    const q = voxelToPatient(b, index);
    if (Math.hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]) > sameGridToleranceMm) return false;
  }
  return true;
}
