/**
 * What one closed curve that crosses itself goes round more than once. The even-odd rule leaves out what is circled twice, other
 * systems' rules fill it: there the points alone do not say what is meant. Not here: two curves (shared-voxels.ts).
 */
import { type Crossing, collectCrossings, type Polygon } from "#geometry/fill-polygons.ts";

type CircledVoxels = {
  /** Voxels that the even-odd rule takes. */
  readonly taken: number;
  /** Voxels circled twice, or another even number of times, in one direction: the even-odd rule leaves them out. */
  readonly leftOut: number;
};

/** Of a slice of `width` x `height` voxels. A hole that runs against its outline, as keyholes mostly have it, is not circled at all. */
export function circledVoxels(polygon: Polygon, width: number, height: number): CircledVoxels {
  const rows: Crossing[][] = [];
  collectCrossings(polygon, height, rows);
  let [taken, leftOut] = [0, 0];
  for (const row of rows) {
    if (row === undefined) continue;
    row.sort((a, b) => a.x - b.x);
    let rounds = 0;
    for (let at = 0; at + 1 < row.length; at++) {
      rounds += row[at].turn;
      const from = Math.max(0, Math.ceil(row[at].x));
      const to = Math.min(width, Math.ceil(row[at + 1].x));
      if (to <= from || rounds === 0) continue;
      if (rounds % 2 === 0) leftOut += to - from;
      else taken += to - from;
    }
  }
  return { taken, leftOut };
}

/**
 * Whether an edge is walked in both directions, as a keyhole's channel is: then what is circled twice may be a hole. A spike,
 * which turns round at its end, is none.
 */
export function hasChannel(polygon: Polygon): boolean {
  const path: string[] = [];
  for (let at = 0; at <= polygon.length; at += 2) {
    const point = `${polygon[at % polygon.length]} ${polygon[(at % polygon.length) + 1]}`;
    if (path.at(-2) === point) path.pop();
    else if (path.at(-1) !== point) path.push(point);
  }
  const edges = new Set(path.slice(1).map((point, at) => `${path[at]} ${point}`));
  return path.slice(1).some((point, at) => edges.has(`${point} ${path[at]}`));
}
