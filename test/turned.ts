/** One patient's grid as other series would store it: rows, columns and slices along any axes, in any direction. */
import { type Vector3, voxelPoint } from "#core/coordinates.ts";
import { type Grid, voxelToPatient } from "#geometry/grid.ts";

export type Way = {
  /** The upright axis along the stored i, j and k. */
  readonly order: Vector3;
  /** -1 where the stored axis runs against it. */
  readonly signs: Vector3;
};

/** The orientations in which scanners and workstations store a chest, by the direction of rows, columns and slices. */
export const storedWays: Readonly<Record<string, Way>> = {
  "head first supine": { order: [0, 1, 2], signs: [1, 1, 1] },
  "feet first supine": { order: [0, 1, 2], signs: [-1, 1, -1] },
  "head first prone": { order: [0, 1, 2], signs: [-1, -1, 1] },
  "feet first prone": { order: [0, 1, 2], signs: [1, -1, -1] },
  "decubitus right": { order: [1, 0, 2], signs: [1, -1, 1] },
  "decubitus left": { order: [1, 0, 2], signs: [-1, 1, 1] },
  sagittal: { order: [1, 2, 0], signs: [1, -1, -1] },
  coronal: { order: [0, 2, 1], signs: [1, -1, 1] },
};

const orders = [
  [0, 1, 2],
  [0, 2, 1],
  [1, 0, 2],
  [1, 2, 0],
  [2, 0, 1],
  [2, 1, 0],
] as const;
/** All 48 ways to store an upright volume. */
export const allWays = orders.flatMap((order) =>
  Array.from({ length: 8 }, (_, flips): Way => {
    const sign = (bit: number): number => (flips & bit ? -1 : 1);
    return { order, signs: [sign(1), sign(2), sign(4)] };
  }),
);

/** The same voxels, stored that way. */
export function turnedGrid(upright: Grid, { order, signs }: Way): Grid {
  const pick = (values: Vector3): Vector3 => [values[order[0]], values[order[1]], values[order[2]]];
  const axis = (at: 0 | 1 | 2): Vector3 => {
    const [x, y, z] = upright.axes[order[at] as 0 | 1 | 2];
    return signs[at] < 0 ? [0 - x, 0 - y, 0 - z] : [x, y, z];
  };
  const first = [0, 0, 0];
  for (const at of [0, 1, 2]) if (signs[at] < 0) first[order[at]] = upright.size[order[at]] - 1;
  return {
    size: pick(upright.size),
    spacingMm: pick(upright.spacingMm),
    origin: voxelToPatient(upright, voxelPoint(first[0], first[1], first[2])),
    axes: [axis(0), axis(1), axis(2)],
  };
}
