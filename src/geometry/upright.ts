/**
 * One orientation of the patient for all that looks at images: columns i run towards the patient's left, rows j towards
 * the back, slices k towards the head (L, P, S of DICOM's LPS), as in an axial series of a patient on the back, head
 * first. From the direction cosines (PS3.3 C.7.6.2.1.1), never from Patient Position (0018,5100). Voxels change places,
 * none is interpolated: an oblique grid takes the nearest of the 48 orders of axes and stays as oblique as it is. The way
 * back is exact. What lies in these axes already is not copied.
 */
import { type Vector3, type VoxelPoint, voxelPoint } from "#core/coordinates.ts";
import type { Box } from "./crop.ts";
import type { CtImage } from "./ct-image.ts";
import { type Grid, voxelCount, voxelToPatient } from "./grid.ts";
import type { Mask } from "./mask.ts";

type Axis = 0 | 1 | 2;
type PerAxis<T> = readonly [T, T, T];

/** How a grid's voxels are put upright. */
export type Turn = {
  readonly stored: Grid;
  readonly upright: Grid;
  /** The stored axis along the upright grid's i, j and k. */
  readonly axes: PerAxis<Axis>;
  /** Whether the upright i, j and k run against that axis. */
  readonly reversed: PerAxis<boolean>;
};

/** The order that changes nothing comes first, so that it wins a tie, at 45 degrees. */
const orders: readonly PerAxis<Axis>[] = [
  [0, 1, 2],
  [1, 0, 2],
  [0, 2, 1],
  [2, 1, 0],
  [1, 2, 0],
  [2, 0, 1],
];

/** The turn with the largest sum of cosines between its axes and the patient's: the nearest one. */
export function turnOf(stored: Grid): Turn {
  const along = (order: PerAxis<Axis>): number =>
    order.reduce<number>((sum, axis, patientAxis) => sum + Math.abs(stored.axes[axis][patientAxis]), 0);
  // A tie by rounding is a tie.
  const axes = orders.reduce((best, order) => (along(order) > along(best) + 1e-9 ? order : best));
  const perAxis = <T>(value: (axis: Axis, patientAxis: Axis) => T): PerAxis<T> => [
    value(axes[0], 0),
    value(axes[1], 1),
    value(axes[2], 2),
  ];
  const reversed = perAxis((axis, patientAxis) => stored.axes[axis][patientAxis] < 0);
  const turn = { stored, axes, reversed };
  if (isIdentity(turn)) return { ...turn, upright: stored };
  const upright: Grid = {
    size: perAxis((axis) => stored.size[axis]),
    spacingMm: perAxis((axis) => stored.spacingMm[axis]),
    origin: voxelToPatient(stored, storedPoint(turn, voxelPoint(0, 0, 0))),
    axes: perAxis((axis, patientAxis) => {
      const [x, y, z] = stored.axes[axis];
      // 0 - x and not -x: a zero stays a plain zero.
      return reversed[patientAxis] ? [0 - x, 0 - y, 0 - z] : [x, y, z];
    }),
  };
  return { ...turn, upright };
}

function isIdentity({ axes, reversed }: Pick<Turn, "axes" | "reversed">): boolean {
  return axes.every((axis, at) => axis === at) && !reversed.includes(true);
}

/** True where columns, rows and slices run nearest to the patient's left, back and head already. */
export function isUpright(grid: Grid): boolean {
  return isIdentity(turnOf(grid));
}

/** The CT's voxels in upright order; the CT's own arrays where it is upright. */
export function uprightCt({ hu }: CtImage, turn: Turn): CtImage {
  return { grid: turn.upright, hu: toUpright(hu, turn) };
}

/** As `uprightCt`, for a mask on the stored grid. */
export function uprightMask({ data }: Mask, turn: Turn): Mask {
  return { grid: turn.upright, data: toUpright(data, turn) };
}

/** The way back of `uprightMask`: a mask on the upright grid, on the stored one. */
export function storedMask({ data }: Mask, turn: Turn): Mask {
  return { grid: turn.stored, data: toStored(data, turn) };
}

/** Voxels in the stored grid's memory order, in the upright one's. The array itself, no copy, where both are the same. */
export function toUpright<Voxels extends Int16Array | Uint8Array>(stored: Voxels, turn: Turn): Voxels {
  return move(stored, turn, "to-upright");
}

/** The way back: voxels in the upright grid's memory order, in the stored one's. */
export function toStored<Voxels extends Int16Array | Uint8Array>(upright: Voxels, turn: Turn): Voxels {
  return move(upright, turn, "to-stored");
}

function move<Voxels extends Int16Array | Uint8Array>(
  from: Voxels,
  turn: Turn,
  way: "to-upright" | "to-stored",
): Voxels {
  const count = voxelCount(turn.stored);
  if (from.length !== count) throw new Error(`${from.length} voxels for a grid of ${count}`);
  if (isIdentity(turn)) return from;
  const { start, steps } = walk(turn);
  const [ni, nj, nk] = turn.upright.size;
  const to = from.slice() as Voxels;
  let upright = 0;
  for (let k = 0; k < nk; k++) {
    for (let j = 0; j < nj; j++) {
      let stored = start + j * steps[1] + k * steps[2];
      if (way === "to-upright") {
        for (let i = 0; i < ni; i++, upright++, stored += steps[0]) to[upright] = from[stored];
      } else {
        for (let i = 0; i < ni; i++, upright++, stored += steps[0]) to[stored] = from[upright];
      }
    }
  }
  return to;
}

/** Where the upright grid's first voxel is in stored memory, and how far apart its neighbours along i, j and k are there. */
function walk({ stored, axes, reversed }: Turn): { start: number; steps: Vector3 } {
  const strides = [1, stored.size[0], stored.size[0] * stored.size[1]];
  const step = (at: Axis): number => (reversed[at] ? -1 : 1) * strides[axes[at]];
  const first = (at: Axis): number => (reversed[at] ? (stored.size[axes[at]] - 1) * strides[axes[at]] : 0);
  return { start: first(0) + first(1) + first(2), steps: [step(0), step(1), step(2)] };
}

/** A place in the upright grid's voxel coordinates, in the stored grid's. */
export function storedPoint(
  { stored, axes, reversed }: Pick<Turn, "stored" | "axes" | "reversed">,
  upright: VoxelPoint,
): VoxelPoint {
  const point: [number, number, number] = [0, 0, 0];
  axes.forEach((axis, at) => {
    point[axis] = reversed[at] ? stored.size[axis] - 1 - upright[at] : upright[at];
  });
  return voxelPoint(...point);
}

/** A place in the stored grid's voxel coordinates, in the upright grid's. */
export function uprightPoint({ stored, axes, reversed }: Turn, point: Vector3): VoxelPoint {
  const along = (at: Axis): number =>
    reversed[at] ? stored.size[axes[at]] - 1 - point[axes[at]] : point[axes[at]];
  return voxelPoint(along(0), along(1), along(2));
}

/** The same voxels as a box of the upright grid. */
export function uprightBox(turn: Turn, { from, to }: Box): Box {
  const a = uprightPoint(turn, from);
  const b = uprightPoint(turn, [to[0] - 1, to[1] - 1, to[2] - 1]);
  return spanned(a, b);
}

/** The same voxels as a box of the stored grid. */
export function storedBox(turn: Turn, { from, to }: Box): Box {
  const a = storedPoint(turn, voxelPoint(...from));
  const b = storedPoint(turn, voxelPoint(to[0] - 1, to[1] - 1, to[2] - 1));
  return spanned(a, b);
}

function spanned(a: Vector3, b: Vector3): Box {
  const low = (axis: Axis): number => Math.min(a[axis], b[axis]);
  const high = (axis: Axis): number => Math.max(a[axis], b[axis]) + 1;
  return { from: [low(0), low(1), low(2)], to: [high(0), high(1), high(2)] };
}
