/** Walls that a margin neither enters nor jumps over: which points of a surface have some in reach, and what they hide. */
import type { Box } from "#geometry/crop.ts";
import type { Grid } from "#geometry/grid.ts";
import { type Reach, slack } from "./margins-reach.ts";

type Surroundings = { readonly grid: Grid; readonly reach: Reach; readonly zone: Box };

/** The points without a wall in the box that they reach within the zone, and the others: these alone have to be looked from. */
export function byWalls(points: Float64Array, { grid, reach, zone }: Surroundings, walls: Uint8Array) {
  const wallsIn = counterIn(walls, grid, zone);
  const [down, up] = [reach.down, reach.up].map((side) => side.map((voxels) => voxels * slack));
  const [first, end] = [new Int32Array(3), new Int32Array(3)];
  const [free, obstructed]: number[][] = [[], []];
  for (let index = 0; index < points.length; index += 3) {
    for (let axis = 0; axis < 3; axis++) {
      const place = points[index + axis];
      first[axis] = Math.max(zone.from[axis], Math.floor(place - down[axis]));
      end[axis] = Math.min(zone.to[axis], Math.ceil(place + up[axis]) + 1);
    }
    const side = wallsIn(first, end) === 0 ? free : obstructed;
    side.push(points[index], points[index + 1], points[index + 2]);
  }
  return { free: Float64Array.from(free), obstructed: Float64Array.from(obstructed) };
}

/** A function for how many voxels inside a box within the zone holds: from sums over all boxes that begin at the zone's corner. */
function counterIn(data: Uint8Array, { size }: Grid, { from, to }: Box) {
  const [width, height, depth] = to.map((end, axis) => end - from[axis] + 1);
  const sums = new Int32Array(width * height * depth);
  const place = (i: number, j: number, k: number): number => i + width * (j + height * k);
  for (let k = 1; k < depth; k++) {
    for (let j = 1; j < height; j++) {
      const row = size[0] * (from[1] + j - 1 + size[1] * (from[2] + k - 1)) + from[0] - 1;
      for (let i = 1, inRow = 0; i < width; i++) {
        inRow += data[row + i];
        sums[place(i, j, k)] =
          inRow + sums[place(i, j - 1, k)] + sums[place(i, j, k - 1)] - sums[place(i, j - 1, k - 1)];
      }
    }
  }
  return (first: Int32Array, end: Int32Array): number => {
    const [i0, j0, k0] = [first[0] - from[0], first[1] - from[1], first[2] - from[2]];
    const [i1, j1, k1] = [end[0] - from[0], end[1] - from[1], end[2] - from[2]];
    const upTo = (j: number, k: number): number => sums[place(i1, j, k)] - sums[place(i0, j, k)];
    return upTo(j1, k1) - upTo(j0, k1) - upTo(j1, k0) + upTo(j0, k0);
  };
}

/** Of a voxel: surface points that mirror each other differ by less. */
const rounding = 1e-5;

/** Whether a wall stands on the straight way from the point that begins at `index` to a voxel, looked at every half voxel. */
export function hiddenBy(
  walls: Uint8Array,
  { size: [ni, nj] }: Grid,
  points: Float64Array,
): (index: number, i: number, j: number, k: number) => boolean {
  return (index, i, j, k) => {
    const x = points[index];
    const y = points[index + 1];
    const z = points[index + 2];
    const [di, dj, dk] = [Math.abs(x - i), Math.abs(y - j), Math.abs(z - k)];
    const [toI, toJ, toK] = [Math.sign(x - i), Math.sign(y - j), Math.sign(z - k)];
    const steps = Math.ceil(2 * Math.max(di, dj, dk) - rounding);
    // From the voxel back: what is hidden mostly lies close behind its wall. Half way between two voxels the farther is looked at,
    // on either side: rounding up would see past a wall on one side of the patient that hides on the other.
    for (let step = 0; step < steps; step++) {
      const part = step / steps;
      const a = i + toI * Math.floor(part * di + 0.5 + rounding);
      const b = j + toJ * Math.floor(part * dj + 0.5 + rounding);
      const c = k + toK * Math.floor(part * dk + 0.5 + rounding);
      if (walls[a + ni * (b + nj * c)] === 1) return true;
    }
    return false;
  };
}
