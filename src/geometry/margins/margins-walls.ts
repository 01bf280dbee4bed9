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

/** Of the way: surface points that mirror each other differ by less. */
const rounding = 1e-6;
/** Of a voxel: so near a point of the surface nothing hides it, which may lie a little inside a wall beside the mask. */
const besidePoint = 0.5;

/**
 * Whether a wall stands on the straight way from the point that begins at `index` to a voxel. Every voxel that the way passes is looked
 * at (Amanatides and Woo 1987): between steps along the way it would slip through a wall one voxel thick.
 */
export function hiddenBy(
  walls: Uint8Array,
  { size: [ni, nj] }: Grid,
  points: Float64Array,
): (index: number, i: number, j: number, k: number) => boolean {
  const area = ni * nj;
  return (index, i, j, k) => {
    const x = points[index] - i;
    const y = points[index + 1] - j;
    const z = points[index + 2] - k;
    // The part of the way that a voxel takes along each axis; infinite where the way does not go along it.
    const partI = Math.abs(1 / x);
    const partJ = Math.abs(1 / y);
    const partK = Math.abs(1 / z);
    const end = 1 - besidePoint * Math.min(partI, partJ, partK);
    // From the voxel back: what is hidden mostly lies close behind its wall. Where the way leaves its voxel along each axis.
    let toI = 0.5 * partI;
    let toJ = 0.5 * partJ;
    let toK = 0.5 * partK;
    for (let at = i + ni * (j + nj * k); walls[at] === 0; ) {
      const next = Math.min(toI, toJ, toK) + rounding;
      if (next >= end) return false;
      // Over an edge it goes by two faces: a wall without gaps has none at its edges.
      if (toI <= next) {
        at += x > 0 ? 1 : -1;
        toI += partI;
      } else if (toJ <= next) {
        at += y > 0 ? ni : -ni;
        toJ += partJ;
      } else {
        at += z > 0 ? area : -area;
        toK += partK;
      }
    }
    return true;
  };
}
