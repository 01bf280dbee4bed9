/** Voxels that a body's surface reaches within a margin, painted into a mask; what lies behind a barrier is left out. */
import type { Box } from "#geometry/crop.ts";
import type { Grid } from "#geometry/grid.ts";
import { onMargin, type Reach, spanOf } from "./margins-reach.ts";

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
  if (canvas.walls === undefined) paintAll(data, points, canvas);
  else paintSeen(data, points, canvas, canvas.walls);
}

/** Of each row first what begins where and reaches how far: a voxel is not visited for every point that reaches it. */
function paintAll(data: Uint8Array, points: Float64Array, canvas: Canvas): void {
  const { grid, zone, allowed } = canvas;
  const { from, to } = zone;
  const [width, height, depth] = to.map((end, axis) => end - from[axis]);
  /** Where the longest span that begins at a voxel ends; 0: none begins there. */
  const ends = new Uint16Array(width * height * depth);
  eachRow(points, canvas, (_, j, k, span) => {
    const at = span[0] - from[0] + width * (j - from[1] + height * (k - from[2]));
    if (span[1] >= ends[at]) ends[at] = span[1] + 1;
  });
  for (let k = from[2], at = 0; k < to[2]; k++) {
    for (let j = from[1]; j < to[1]; j++) {
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
  const { grid, allowed } = canvas;
  const hidden = hiddenBy(walls, grid, points);
  eachRow(points, canvas, (index, j, k, span) => {
    const row = grid.size[0] * (j + grid.size[1] * k);
    for (let i = span[0]; i <= span[1]; i++) {
      if (data[row + i] === 1 || (allowed !== undefined && allowed[row + i] === 0)) continue;
      if (!hidden(index, i, j, k)) data[row + i] = 1;
    }
  });
}

/** Where the point stands in `points`, j and k of the row, its first and last voxel within reach: one array for all rows. */
type VisitRow = (index: number, j: number, k: number, span: Int32Array) => void;

/** What is exactly on the margin is inside along each axis. */
const slack = Math.sqrt(onMargin);

/** Each row of the zone that each point reaches. */
function eachRow(points: Float64Array, { grid, reach, zone }: Canvas, visit: VisitRow): void {
  const { from, to } = zone;
  const [down, up] = [reach.down, reach.up].map((side) => side.map((voxels) => voxels * slack));
  const reaches = spanOf(grid, reach);
  const ends = new Float64Array(2);
  const span = new Int32Array(2);
  for (let index = 0; index < points.length; index += 3) {
    const x = points[index];
    const y = points[index + 1];
    const z = points[index + 2];
    const j0 = Math.max(from[1], Math.ceil(y - down[1]));
    const j1 = Math.min(to[1] - 1, Math.floor(y + up[1]));
    const k0 = Math.max(from[2], Math.ceil(z - down[2]));
    const k1 = Math.min(to[2] - 1, Math.floor(z + up[2]));
    for (let k = k0; k <= k1; k++) {
      for (let j = j0; j <= j1; j++) {
        if (!reaches(j - y, k - z, ends)) continue;
        span[0] = Math.max(from[0], Math.ceil(x + ends[0]));
        span[1] = Math.min(to[0] - 1, Math.floor(x + ends[1]));
        if (span[0] <= span[1]) visit(index, j, k, span);
      }
    }
  }
}

/** Whether a wall stands on the straight way from the point that begins at `index` to a voxel, looked at every half voxel. */
function hiddenBy(
  walls: Uint8Array,
  { size: [ni, nj] }: Grid,
  points: Float64Array,
): (index: number, i: number, j: number, k: number) => boolean {
  return (index, i, j, k) => {
    const x = points[index];
    const y = points[index + 1];
    const z = points[index + 2];
    const steps = Math.ceil(2 * Math.max(Math.abs(i - x), Math.abs(j - y), Math.abs(k - z)));
    for (let step = 1; step <= steps; step++) {
      const part = step / steps;
      const a = Math.round(x + part * (i - x));
      const b = Math.round(y + part * (j - y));
      const c = Math.round(z + part * (k - z));
      if (walls[a + ni * (b + nj * c)] === 1) return true;
    }
    return false;
  };
}
