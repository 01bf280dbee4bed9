/**
 * What lies within reach of a surface, slice by slice, without a look at every row from every point. A reach is a sum of three
 * squares, one for each axis. First the points of each line of voxels tell the voxels of their own line what they leave of it;
 * then each voxel reaches across the lines by what is left at most. So a distance transform goes, one axis after the other
 * (Saito and Toriwaki 1994, Pattern Recognition 27:1551); here the points may lie between the voxels of their line.
 */
import type { Box } from "#geometry/crop.ts";
import type { Grid } from "#geometry/grid.ts";
import { onMargin, type Reach, slack } from "./margins-reach.ts";

export type Canvas = {
  readonly grid: Grid;
  readonly reach: Reach;
  /** Voxels that may be painted. */
  readonly zone: Box;
  /** 1 where the margin may be; undefined: everywhere. */
  readonly allowed: Uint8Array | undefined;
};

/**
 * Sets the voxels of `data` in `zone` that lie within reach of one of the points, where `allowed` has 1. Points are voxel
 * coordinates i, j, k, ...: of each i or j is whole. The reach must not be oblique.
 */
export function paintPlanes(data: Uint8Array, points: Float64Array, canvas: Canvas): void {
  const { grid, zone, allowed } = canvas;
  const { from, to } = zone;
  const paintRows = reachedFrom(0, points, canvas);
  const paintColumns = reachedFrom(1, points, canvas);
  const reached = new Uint8Array((to[0] - from[0]) * (to[1] - from[1]));
  for (let k = from[2]; k < to[2]; k++) {
    reached.fill(0);
    paintRows(reached, k);
    paintColumns(reached, k);
    for (let j = from[1], at = 0; j < to[1]; j++) {
      const row = grid.size[0] * (j + grid.size[1] * k);
      for (let i = from[0]; i < to[0]; i++, at++)
        if (reached[at] === 1 && (allowed === undefined || allowed[row + i] === 1)) data[row + i] = 1;
    }
  }
}

/**
 * Of the points on rows of voxels (`along` 0) or on columns alone (1): a function that sets the pixels of slice k of the zone, row by
 * row, that they reach.
 */
function reachedFrom(along: 0 | 1, allPoints: Float64Array, { reach, zone }: Canvas) {
  const across = 1 - along;
  const { down, up } = reach;
  const [from, to, low, high] = [zone.from[along], zone.to[along], zone.from[across], zone.to[across]];
  const length = to - from;
  const slices = bySlice(along, allPoints);
  // The smooth surface may lie a line outside the image.
  let [firstLine, endLine] = [low, high];
  for (const inOne of slices.values()) {
    for (let index = across; index < inOne.length; index += 3) {
      firstLine = Math.min(firstLine, inOne[index]);
      endLine = Math.max(endLine, inOne[index] + 1);
    }
  }
  /** Line by line what is left of the reach at most; below 0 where nothing is. */
  const left = new Float64Array(length * (endLine - firstLine));
  /** Line by line where the longest span across that begins there ends; 0 where none begins. */
  const ends = new Int32Array(length * (high - low));
  /** Where the spans end that reach the line that is looked at. */
  const open = new Int32Array(length);
  const [perDown, perUp] = [1 / down[along], 1 / up[along]];
  const [step, stepAcross] = along === 0 ? [1, length] : [high - low, 1];

  function leave(k: number, points: Float64Array): void {
    for (let index = 0; index < points.length; index += 3) {
      const dk = k - points[index + 2];
      const w = dk / (dk > 0 ? up[2] : down[2]);
      const inSlice = onMargin - w * w;
      if (inSlice < 0) continue;
      const x = points[index + along];
      const part = Math.sqrt(inSlice);
      // Whole numbers from here on: they take a fraction of the time.
      let first = Math.ceil(x - down[along] * part) | 0;
      let last = Math.floor(x + up[along] * part) | 0;
      if (first < from) first = from;
      if (last >= to) last = to - 1;
      const line = (length * (points[index + across] - firstLine) - from) | 0;
      const end = (line + last) | 0;
      let di = first - x;
      for (let at = (line + first) | 0; at <= end; at++, di++) {
        const u = di > 0 ? di * perUp : di * perDown;
        const rest = inSlice - u * u;
        if (rest > left[at]) left[at] = rest;
      }
    }
  }

  return (reached: Uint8Array, k: number): void => {
    left.fill(-1);
    for (let slice = Math.floor(k - up[2] * slack); slice <= k + down[2] * slack; slice++) {
      const near = slices.get(slice);
      if (near !== undefined) leave(k, near);
    }
    ends.fill(0);
    for (let line = firstLine, at = 0; line < endLine; line++) {
      for (let i = 0; i < length; i++, at++) {
        const rest = left[at];
        if (rest < 0) continue;
        const part = Math.sqrt(rest);
        let first = Math.ceil(line - down[across] * part) | 0;
        let end = (Math.floor(line + up[across] * part) + 1) | 0;
        if (first < low) first = low;
        if (end > high) end = high;
        const begins = length * (first - low) + i;
        if (end > first && end > ends[begins]) ends[begins] = end;
      }
    }
    open.fill(0);
    for (let line = low, at = 0; line < high; line++) {
      for (let i = 0; i < length; i++, at++) {
        if (ends[at] > open[i]) open[i] = ends[at];
        if (line < open[i]) reached[i * step + (line - low) * stepAcross] = 1;
      }
    }
  };
}

/** Of the points on rows (`along` 0) or on columns alone (1): those with k between a whole number and the next, by that number. */
function bySlice(along: 0 | 1, points: Float64Array): ReadonlyMap<number, Float64Array> {
  const slices = new Map<number, number[]>();
  for (let index = 0; index < points.length; index += 3) {
    if (Number.isInteger(points[index + 1]) !== (along === 0)) continue;
    const slice = Math.floor(points[index + 2]);
    const slicePoints = slices.get(slice) ?? [];
    slicePoints.push(points[index], points[index + 1], points[index + 2]);
    slices.set(slice, slicePoints);
  }
  return new Map([...slices].map(([slice, slicePoints]) => [slice, new Float64Array(slicePoints)]));
}
