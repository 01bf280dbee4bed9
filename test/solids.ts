/** Balls, capsules and boxes of known size, digitised on the grids of real CTs. */
import { patientPoint, type Vector3 } from "#core/coordinates.ts";
import { createGrid, type Grid } from "#geometry/grid.ts";
import { type Mask, maskWhere } from "#geometry/mask.ts";

/** Signed distance to a body's surface in millimetres of grid space, negative inside. */
export type Solid = (x: number, y: number, z: number) => number;
export const sphere =
  (radius: number, [a, b, c]: Vector3): Solid =>
  (x, y, z) =>
    Math.hypot(x - a, y - b, z - c) - radius;
export const capsule =
  (radius: number, from: Vector3, to: Vector3): Solid =>
  (x, y, z) => {
    const way = to.map((value, axis) => value - from[axis]);
    const point = [x, y, z].map((value, axis) => value - from[axis]);
    const along = point.reduce((sum, value, axis) => sum + value * way[axis], 0);
    const part = Math.min(1, Math.max(0, along / way.reduce((sum, value) => sum + value * value, 0)));
    return Math.hypot(...point.map((value, axis) => value - part * way[axis])) - radius;
  };
export const cuboid =
  (from: Vector3, to: Vector3): Solid =>
  (x, y, z) => {
    const out = [x, y, z].map((value, axis) => Math.max(from[axis] - value, value - to[axis]));
    return Math.hypot(...out.map((value) => Math.max(0, value))) + Math.min(0, Math.max(...out));
  };

export const gridOf = (spacing: Vector3, extentMm = 126): Grid =>
  createGrid(
    [Math.round(extentMm / spacing[0]), Math.round(extentMm / spacing[1]), Math.round(extentMm / spacing[2])],
    spacing,
    patientPoint(0, 0, 0),
  );

/** Distances of a grid's voxel centres to the solid. */
export function distancesMm({ size, spacingMm }: Grid, solid: Solid): Float64Array {
  const distances = new Float64Array(size[0] * size[1] * size[2]);
  for (let k = 0, at = 0; k < size[2]; k++)
    for (let j = 0; j < size[1]; j++)
      for (let i = 0; i < size[0]; i++, at++)
        distances[at] = solid(i * spacingMm[0], j * spacingMm[1], k * spacingMm[2]);
  return distances;
}
export function digitised(grid: Grid, solid: Solid): Mask {
  const distances = distancesMm(grid, solid);
  return maskWhere(grid, (at) => distances[at] < 0);
}

export const spacings: readonly Vector3[] = [
  [0.9, 0.9, 5],
  [1, 1, 3],
  [1, 1, 1],
];
