/**
 * A region of a volume as runs of voxels along its rows: a tumour is a thousandth of a CT, and a mask of all of it takes longer to make,
 * and to look through, than all that is asked of the tumour.
 */
import type { Vector3 } from "#core/coordinates.ts";
import { type Box, gridOfBox } from "../crop.ts";
import type { Grid } from "../grid.ts";
import { emptyMask, type Mask } from "../mask.ts";

/** Places in memory of each run's first voxel, and of the one after its last, in memory order. No run goes on in the next row. */
export type Runs = { readonly starts: Int32Array; readonly ends: Int32Array };

/** Number of voxels. */
export function voxelsOfRuns({ starts, ends }: Runs): number {
  let count = 0;
  for (let run = 0; run < starts.length; run++) count += ends[run] - starts[run];
  return count;
}

/** The smallest box that holds them; undefined for none. */
export function boxOfRuns({ starts, ends }: Runs, [width, height]: Vector3): Box | undefined {
  if (starts.length === 0) return undefined;
  let [left, right, top, bottom] = [width, 0, height, 0];
  for (let run = 0; run < starts.length; run++) {
    const row = Math.floor(starts[run] / width);
    left = Math.min(left, starts[run] - row * width);
    right = Math.max(right, ends[run] - row * width);
    top = Math.min(top, row % height);
    bottom = Math.max(bottom, (row % height) + 1);
  }
  const area = width * height;
  const [first, last] = [starts[0], starts[starts.length - 1]].map((at) => Math.floor(at / area));
  return { from: [left, top, first], to: [right, bottom, last + 1] };
}

export function maskOfRuns(grid: Grid, { starts, ends }: Runs): Mask {
  const mask = emptyMask(grid);
  for (let run = 0; run < starts.length; run++) mask.data.fill(1, starts[run], ends[run]);
  return mask;
}

/** What of them lies in a box of their grid, as a mask of the box in the same place in patient space. */
export function partOfRuns(grid: Grid, { starts, ends }: Runs, box: Box): Mask {
  const [width, height] = grid.size;
  const { from, to } = box;
  const part = emptyMask(gridOfBox(grid, box));
  const { size } = part.grid;
  for (let run = 0; run < starts.length; run++) {
    const row = Math.floor(starts[run] / width);
    const [y, z] = [row % height, Math.floor(row / height)];
    if (y < from[1] || y >= to[1] || z < from[2] || z >= to[2]) continue;
    const left = Math.max(from[0], starts[run] - row * width) - from[0];
    const right = Math.min(to[0], ends[run] - row * width) - from[0];
    const start = size[0] * (y - from[1] + size[1] * (z - from[2]));
    if (left < right) part.data.fill(1, start + left, start + right);
  }
  return part;
}
