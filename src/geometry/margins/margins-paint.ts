/** Voxels that a body's surface reaches within a margin, painted into a mask; what lies behind a barrier is left out. */
import type { Box } from "#geometry/crop.ts";
import type { Grid } from "#geometry/grid.ts";
import { obliqueSpan, onMargin, type Reach, slack } from "./margins-reach.ts";
import { byWalls, hiddenBy } from "./margins-walls.ts";

type Canvas = {
  readonly grid: Grid;
  readonly reach: Reach;
  /** Voxels that may be painted. */
  readonly zone: Box;
  /** 1 where the margin may be; undefined: everywhere. */
  readonly allowed: Uint8Array | undefined;
  /** 1 where it can neither be nor be reached through. */
  readonly walls: Uint8Array | undefined;
};

/**
 * Sets the voxels of `data` in `zone` that lie within reach of one of the points (voxel coordinates), where `allowed` has 1. A
 * voxel of `walls` that the straight way from a point passes hides the voxel from that point.
 */
export function paintReach(data: Uint8Array, points: Float64Array, canvas: Canvas): void {
  const { walls } = canvas;
  if (walls === undefined) {
    paintAll(data, points, canvas);
    return;
  }
  const { free, obstructed } = byWalls(points, canvas, walls);
  paintAll(data, free, canvas);
  paintSeen(data, obstructed, canvas, walls);
}

/** Of each row first what begins where and reaches how far: a voxel is not visited for every point that reaches it. */
function paintAll(data: Uint8Array, points: Float64Array, canvas: Canvas): void {
  const { grid, zone, allowed } = canvas;
  const { from, to } = zone;
  const [width, height] = [to[0] - from[0], to[1] - from[1]];
  const ends = new Uint16Array(width * height);
  for (let k = from[2]; k < to[2]; k++) {
    ends.fill(0);
    eachRow(points, canvas, k, ends);
    for (let j = from[1], at = 0; j < to[1]; j++) {
      const row = grid.size[0] * (j + grid.size[1] * k);
      for (let i = from[0], end = 0; i < to[0]; i++, at++) {
        if (ends[at] > end) end = ends[at];
        if (i < end && (allowed === undefined || allowed[row + i] === 1)) data[row + i] = 1;
      }
    }
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

/** Where the longest span that begins at a voxel of the zone's slice ends; 0: none begins there. */
type LongestSpans = Uint16Array;

/** Where the point stands in `points`, j of the row, its first and last voxel within reach. */
type VisitRow = (index: number, j: number, first: number, last: number) => void;

/**
 * Each row of slice k of the zone that each point reaches: slice by slice, so that what is written lies near together. Told to a
 * function, or noted right here: a call for each row takes as long as all the rest.
 */
function eachRow(points: Float64Array, canvas: Canvas, k: number, into: VisitRow | LongestSpans): void {
  const { grid, reach, zone } = canvas;
  const [fromI, fromJ] = zone.from;
  const [lastI, lastJ] = zone.to.map((end) => end - 1);
  const [leftI, downJ, downK] = reach.down;
  const [rightI, upJ, upK] = reach.up;
  const oblique = reach.oblique && obliqueSpan(grid, reach.oblique, reach);
  const ends = new Float64Array(2);
  const [visit, spans] = typeof into === "function" ? [into, new Uint16Array(0)] : [undefined, into];
  const width = lastI + 1 - fromI;
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
      if (first > last) continue;
      if (visit !== undefined) visit(index, j, first, last);
      else {
        const at = first - fromI + width * (j - fromJ);
        if (last >= spans[at]) spans[at] = last + 1;
      }
    }
  }
}
