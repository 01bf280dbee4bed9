/**
 * Added path length (APL; Vaassen et al. 2020, doi:10.1016/j.phro.2019.12.001): how much contour a person would have to draw
 * to turn the automatic contour into the reference, slice by slice. The voxels on the reference's contour that are not
 * on the automatic one, times the mean in-plane spacing. What would have to be erased is not counted.
 *
 * A contour voxel is an inside voxel with an outside one (or the matrix's edge) beside it in the slice, at one of 4 sides.
 */
import type { Mask } from "#geometry/mask.ts";

/**
 * In slice k, in mm. `toleranceVoxels` 0 as Vaassen; 1 takes a voxel for drawn if the automatic contour runs through it or one
 * of its 8 neighbours. The whole contour if the prediction is empty there, 0 if the reference is.
 */
export function addedPathLengthMm(
  reference: Mask,
  prediction: Mask,
  k: number,
  toleranceVoxels: 0 | 1,
): number {
  const [ni, nj] = reference.grid.size;
  const [si, sj] = reference.grid.spacingMm;
  let added = 0;
  for (let j = 0; j < nj; j++) {
    for (let i = 0; i < ni; i++) {
      if (onContour(reference, i, j, k) && !drawn(i, j)) added++;
    }
  }
  return added * ((si + sj) / 2);

  function drawn(i: number, j: number): boolean {
    for (let dj = -toleranceVoxels; dj <= toleranceVoxels; dj++) {
      for (let di = -toleranceVoxels; di <= toleranceVoxels; di++) {
        if (onContour(prediction, i + di, j + dj, k)) return true;
      }
    }
    return false;
  }
}

function onContour({ grid, data }: Mask, i: number, j: number, k: number): boolean {
  const [ni, nj] = grid.size;
  if (i < 0 || j < 0 || i >= ni || j >= nj) return false;
  const at = i + ni * (j + nj * k);
  if (data[at] === 0) return false;
  if (i === 0 || j === 0 || i === ni - 1 || j === nj - 1) return true;
  return (data[at - 1] & data[at + 1] & data[at - ni] & data[at + ni]) === 0;
}
