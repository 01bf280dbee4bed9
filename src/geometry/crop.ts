/** A mask cut to the box of its voxels: what is done to it costs what it is large, not what the image is. */
import { voxelPoint } from "../core/coordinates.ts";
import { voxelToPatient } from "./grid.ts";
import type { Mask } from "./mask.ts";

/** Undefined for an empty mask. */
export function cropToMask({ grid, data }: Mask): Mask | undefined {
  const [width, height, depth] = grid.size;
  let [i0, j0, k0, i1, j1, k1] = [width, height, depth, -1, -1, -1];
  for (let k = 0; k < depth; k++) {
    for (let j = 0; j < height; j++) {
      const start = width * (j + height * k);
      const row = data.subarray(start, start + width);
      const first = row.indexOf(1);
      if (first < 0) continue;
      [i0, i1] = [Math.min(i0, first), Math.max(i1, row.lastIndexOf(1))];
      [j0, j1] = [Math.min(j0, j), Math.max(j1, j)];
      [k0, k1] = [Math.min(k0, k), k];
    }
  }
  if (i1 < 0) return undefined;
  const [ni, nj, nk] = [i1 - i0 + 1, j1 - j0 + 1, k1 - k0 + 1];
  const cut = new Uint8Array(ni * nj * nk);
  for (let k = 0; k < nk; k++) {
    for (let j = 0; j < nj; j++) {
      const start = i0 + width * (j0 + j + height * (k0 + k));
      cut.set(data.subarray(start, start + ni), ni * (j + nj * k));
    }
  }
  const origin = voxelToPatient(grid, voxelPoint(i0, j0, k0));
  return { grid: { ...grid, size: [ni, nj, nk], origin }, data: cut };
}
