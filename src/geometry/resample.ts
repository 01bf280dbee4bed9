/** Volumes from one grid to another: linear for intensities, nearest neighbour for masks; any spacing and orientation. */
import { voxelPoint } from "#core/coordinates.ts";
import { type Grid, patientToVoxel, voxelCount, voxelToPatient } from "./grid.ts";
import type { Mask } from "./mask.ts";

/**
 * Voxel coordinates in `from` of every voxel centre of `to`, as an affine map: origin and the steps along i, j and k. Two
 * grids are affine to each other, so three differences say it all.
 */
function stepsBetween(from: Grid, to: Grid): { origin: number[]; steps: number[][] } {
  const at = (i: number, j: number, k: number): number[] => [
    ...patientToVoxel(from, voxelToPatient(to, voxelPoint(i, j, k))),
  ];
  const origin = at(0, 0, 0);
  const steps = [at(1, 0, 0), at(0, 1, 0), at(0, 0, 1)].map((point) =>
    point.map((value, axis) => value - origin[axis]),
  );
  return { origin, steps };
}

function forEachSource(
  from: Grid,
  to: Grid,
  visit: (index: number, x: number, y: number, z: number) => void,
): void {
  const { origin, steps } = stepsBetween(from, to);
  const [u, v, w] = steps;
  const [ni, nj, nk] = to.size;
  let index = 0;
  for (let k = 0; k < nk; k++) {
    for (let j = 0; j < nj; j++) {
      for (let i = 0; i < ni; i++) {
        visit(
          index++,
          origin[0] + i * u[0] + j * v[0] + k * w[0],
          origin[1] + i * u[1] + j * v[1] + k * w[1],
          origin[2] + i * u[2] + j * v[2] + k * w[2],
        );
      }
    }
  }
}

/** How far beyond the outermost centres a place still counts as on them: rounding of the two maps. */
const slack = 1e-6;

/** Trilinear interpolation of `values` (memory order of `from`); `outside` beyond the outermost voxel centres. */
export function resampleLinear(
  values: ArrayLike<number>,
  from: Grid,
  to: Grid,
  outside: number,
): Float32Array {
  const [ni, nj, nk] = from.size;
  const result = new Float32Array(voxelCount(to));
  forEachSource(from, to, (index, x, y, z) => {
    if (
      x < -slack ||
      y < -slack ||
      z < -slack ||
      x > ni - 1 + slack ||
      y > nj - 1 + slack ||
      z > nk - 1 + slack
    ) {
      result[index] = outside;
      return;
    }
    const clamp = (value: number, count: number): number =>
      Math.min(Math.max(Math.floor(value + slack), 0), Math.max(count - 2, 0));
    const [x0, y0, z0] = [clamp(x, ni), clamp(y, nj), clamp(z, nk)];
    const [fx, fy, fz] = [x - x0, y - y0, z - z0];
    const [dx, dy, dz] = [ni > 1 ? 1 : 0, nj > 1 ? ni : 0, nk > 1 ? ni * nj : 0];
    const base = x0 + ni * (y0 + nj * z0);
    const row = (at: number): number => values[at] + fx * (values[at + dx] - values[at]);
    const plane = (at: number): number => row(at) + fy * (row(at + dy) - row(at));
    result[index] = plane(base) + fz * (plane(base + dz) - plane(base));
  });
  return result;
}

/** The mask's value at the nearest voxel centre; 0 outside. */
export function resampleNearest(mask: Mask, to: Grid): Mask {
  const [ni, nj, nk] = mask.grid.size;
  const data = new Uint8Array(voxelCount(to));
  forEachSource(mask.grid, to, (index, x, y, z) => {
    const [i, j, k] = [Math.round(x), Math.round(y), Math.round(z)];
    if (i >= 0 && j >= 0 && k >= 0 && i < ni && j < nj && k < nk)
      data[index] = mask.data[i + ni * (j + nj * k)];
  });
  return { grid: to, data };
}

/** How many of the mask's voxels have their centre beyond the outermost voxels of `to`, whose edges still belong to it. */
export function countOutside(mask: Mask, to: Grid): number {
  const beyond = (at: number, count: number): boolean => at < -0.5 - slack || at > count - 0.5 + slack;
  const [ni, nj, nk] = to.size;
  let outside = 0;
  forEachSource(to, mask.grid, (index, x, y, z) => {
    if (mask.data[index] !== 0 && (beyond(x, ni) || beyond(y, nj) || beyond(z, nk))) outside++;
  });
  return outside;
}
