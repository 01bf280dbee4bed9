/** The descending aorta as a disc on each axial slice, wall included: what lies in it is no tumour of the lung. */
import type { Vector3 } from "#core/coordinates.ts";
import type { CtImage } from "#geometry/ct-image.ts";
import type { Grid } from "#geometry/grid.ts";

/** The middle in voxels of an upright CT's slice. */
export type Disc = { readonly i: number; readonly j: number; readonly radiusMm: number };

/** A disc for `firstSlice` and for each slice above it, as far as they go; none where no aorta was found. */
export type Aorta = { readonly firstSlice: number; readonly discs: readonly Disc[] };

export const noAorta: Aorta = { firstSlice: 0, discs: [] };

/** An upright CT, and what is known of the chest that it shows. */
export type ChestCt = CtImage & { readonly aorta: Aorta };

export function discOn({ firstSlice, discs }: Aorta, k: number): Disc | undefined {
  return discs[k - firstSlice];
}

/** Voxels of a CT's grid or of a box in it: `corner` is the CT's voxel where the box begins. */
type Voxels = {
  readonly grid: Pick<Grid, "size" | "spacingMm">;
  readonly data: { fill(value: number, start: number, end: number): unknown };
  readonly corner?: Vector3;
};

/** Sets every voxel in the aorta to `value`. */
export function fillAorta(aorta: Aorta, voxels: Voxels, value: number): void {
  forRowsOfAorta(aorta, voxels, (_, start, end) => voxels.data.fill(value, start, end));
}

/** Runs of voxels in the aorta, from the lowest slice to the highest: from `start` to before `end` in memory, on slice `k` of the voxels' own. */
export function forRowsOfAorta(
  { firstSlice, discs }: Aorta,
  { grid: { size, spacingMm }, corner = [0, 0, 0] }: Pick<Voxels, "grid" | "corner">,
  visit: (k: number, start: number, end: number) => void,
): void {
  const [width, height, depth] = size;
  discs.forEach((disc, index) => {
    const k = firstSlice + index - corner[2];
    if (k < 0 || k >= depth) return;
    const [i, j] = [disc.i - corner[0], disc.j - corner[1]];
    const high = disc.radiusMm / spacingMm[1];
    for (let row = Math.max(0, Math.ceil(j - high)); row <= Math.min(height - 1, j + high); row++) {
      const half = Math.sqrt(disc.radiusMm ** 2 - ((row - j) * spacingMm[1]) ** 2) / spacingMm[0];
      const [from, to] = [Math.max(0, Math.ceil(i - half)), Math.min(width, Math.floor(i + half) + 1)];
      const start = width * (row + height * k);
      if (from < to) visit(k, start + from, start + to);
    }
  });
}
