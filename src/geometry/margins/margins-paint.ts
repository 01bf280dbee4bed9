/** Voxels that a body's surface reaches within a margin, painted into a mask; what lies behind a barrier is left out. */
import { type Canvas, paintPlanes } from "./margins-planes.ts";
import { obliqueSpan, onMargin, slack } from "./margins-reach.ts";
import { byWalls, hiddenBy } from "./margins-walls.ts";

type WalledCanvas = Canvas & {
  /** 1 where it can neither be nor be reached through. */
  readonly walls: Uint8Array | undefined;
};

/**
 * Sets the voxels of `data` in `zone` that lie within reach of one of the points (voxel coordinates), where `allowed` has 1. A
 * voxel of `walls` that the straight way from a point passes hides the voxel from that point.
 */
export function paintReach(data: Uint8Array, points: Float64Array, canvas: WalledCanvas): void {
  const { walls } = canvas;
  if (walls === undefined) {
    paintAll(data, points, canvas);
    return;
  }
  const { free, obstructed } = byWalls(points, canvas, walls);
  paintAll(data, free, canvas);
  paintSeen(data, obstructed, canvas, walls);
}

function paintAll(data: Uint8Array, points: Float64Array, canvas: Canvas): void {
  if (canvas.reach.oblique === undefined) paintPlanes(data, points, canvas);
  else paintRows(data, points, canvas);
}

/** Row by row from each point. */
function paintRows(data: Uint8Array, points: Float64Array, canvas: Canvas): void {
  const { grid, zone, allowed } = canvas;
  for (let k = zone.from[2]; k < zone.to[2]; k++) {
    eachRow(points, canvas, k, (_, j, first, last) => {
      const row = grid.size[0] * (j + grid.size[1] * k);
      for (let at = row + first; at <= row + last; at++)
        if (allowed === undefined || allowed[at] === 1) data[at] = 1;
    });
  }
}

/** As `paintAll`, looking for walls between each point and each voxel. */
function paintSeen(data: Uint8Array, points: Float64Array, canvas: Canvas, walls: Uint8Array): void {
  const { grid, zone, allowed } = canvas;
  const hidden = hiddenBy(walls, grid, points);
  for (let k = zone.from[2]; k < zone.to[2]; k++) {
    eachRow(points, canvas, k, (index, j, first, last) => {
      const row = grid.size[0] * (j + grid.size[1] * k);
      for (let i = first; i <= last; i++) {
        if (data[row + i] === 1 || walls[row + i] === 1) continue;
        if (allowed !== undefined && allowed[row + i] === 0) continue;
        if (!hidden(index, i, j, k)) data[row + i] = 1;
      }
    });
  }
}

/** Where the point stands in `points`, j of the row, its first and last voxel within reach. */
type VisitRow = (index: number, j: number, first: number, last: number) => void;

/** Each row of slice k of the zone that each point reaches: slice by slice, so that what is written lies near together. */
function eachRow(points: Float64Array, canvas: Canvas, k: number, visit: VisitRow): void {
  const { grid, reach, zone } = canvas;
  const [fromI, fromJ] = zone.from;
  const [lastI, lastJ] = zone.to.map((end) => end - 1);
  const [leftI, downJ, downK] = reach.down;
  const [rightI, upJ, upK] = reach.up;
  const oblique = reach.oblique && obliqueSpan(grid, reach.oblique, reach);
  const ends = new Float64Array(2);
  for (let index = 0; index < points.length; index += 3) {
    const dk = k - points[index + 2];
    const w = dk / (dk > 0 ? upK : downK);
    // What the slice leaves of the reach: a disc, whose rows alone are looked at.
    const inSlice = onMargin - w * w;
    if (inSlice < 0) continue;
    const x = points[index];
    const y = points[index + 1];
    const part = oblique === undefined ? Math.sqrt(inSlice) : slack;
    const j1 = Math.min(lastJ, Math.floor(y + upJ * part));
    for (let j = Math.max(fromJ, Math.ceil(y - downJ * part)); j <= j1; j++) {
      const dj = j - y;
      let left = 0,
        right = 0;
      if (oblique === undefined) {
        const v = dj / (dj > 0 ? upJ : downJ);
        const inRow = inSlice - v * v;
        if (inRow < 0) continue;
        const half = Math.sqrt(inRow);
        left = -half * leftI;
        right = half * rightI;
      } else if (oblique(dj, dk, ends)) {
        left = ends[0];
        right = ends[1];
      } else continue;
      // Whole numbers from here on: they take a fraction of the time.
      let first = Math.ceil(x + left) | 0;
      let last = Math.floor(x + right) | 0;
      if (first < fromI) first = fromI;
      if (last > lastI) last = lastI;
      if (first <= last) visit(index, j, first, last);
    }
  }
}
