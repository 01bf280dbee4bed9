/** Boxes that hold a mask's far-apart parts, one each: what is measured on a tumour need not touch what lies between two. */
import { type Box, boundingBox, cropMask } from "#geometry/crop.ts";
import type { Mask } from "#geometry/mask.ts";

/**
 * Tight boxes that hold every inside voxel once, cut wherever `gap` or more planes of voxels in a row are empty, along any axis.
 * None for an empty mask.
 */
export function separateBoxes(mask: Mask, gap: number): Box[] {
  const box = boundingBox(mask);
  if (box === undefined) return [];
  const part = cropMask(mask, box);
  const occupied = occupiedPlanes(part);
  for (const axis of [0, 1, 2] as const) {
    const runs = runsOf(occupied[axis], gap);
    if (runs.length === 1) continue;
    return runs.flatMap(([first, end]) => {
      const slab = { from: withPart([0, 0, 0], axis, first), to: withPart(part.grid.size, axis, end) };
      return separateBoxes(cropMask(part, slab), gap).map(({ from, to }) => ({
        from: plus(plus(from, slab.from), box.from),
        to: plus(plus(to, slab.from), box.from),
      }));
    });
  }
  return [box];
}

type Triple = Box["from"];

function plus(a: Triple, b: Triple): Triple {
  return [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
}

function withPart(triple: Triple, axis: number, value: number): Triple {
  const [i, j, k] = triple.map((part, index) => (index === axis ? value : part));
  return [i, j, k];
}

/** For each axis 1 for the planes across it that hold a voxel. */
function occupiedPlanes({ grid, data }: Mask): readonly Uint8Array[] {
  const [ni, nj, nk] = grid.size;
  const [columns, rows, slices] = grid.size.map((count) => new Uint8Array(count));
  for (let k = 0; k < nk; k++) {
    for (let j = 0; j < nj; j++) {
      const start = ni * (j + nj * k);
      for (let i = 0; i < ni; i++) {
        if (data[start + i] === 0) continue;
        columns[i] = 1;
        rows[j] = 1;
        slices[k] = 1;
      }
    }
  }
  return [columns, rows, slices];
}

/** First and end of what is occupied between gaps. */
function runsOf(planes: Uint8Array, gap: number): (readonly [number, number])[] {
  const runs: [number, number][] = [];
  planes.forEach((value, at) => {
    if (value === 0) return;
    const last = runs.at(-1);
    if (last === undefined || at - last[1] >= gap) runs.push([at, at + 1]);
    else last[1] = at + 1;
  });
  return runs;
}
