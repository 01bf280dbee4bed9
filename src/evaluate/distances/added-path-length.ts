/**
 * Added path length (APL; Vaassen et al. 2020, doi:10.1016/j.phro.2019.12.001): how much contour a person would have to draw
 * to turn the automatic contour into the reference, slice by slice. The voxels on the reference's contour that are not
 * on the automatic one, times the mean in-plane spacing. What would have to be erased is not counted.
 *
 * A contour voxel is an inside voxel with an outside one (or the matrix's edge) beside it in the slice, at one of 4 sides.
 */
import { type Mask, maskSlice } from "#geometry/mask.ts";

export type AddedPath = {
  /** As Vaassen. */
  readonly exactMm: number;
  /** A voxel counts as drawn if the automatic contour runs through it or one of its 8 neighbours. */
  readonly oneVoxelMm: number;
};

/** In slice k. The whole contour if the prediction is empty there, 0 if the reference is. */
export function addedPathLength(reference: Mask, prediction: Mask, k: number): AddedPath {
  const [ni, nj] = reference.grid.size;
  const [si, sj] = reference.grid.spacingMm;
  const drawn = new Set(contourOf(prediction, k));
  const added = contourOf(reference, k).filter((at) => !drawn.has(at));
  const apart = added.filter((at) => !isNextToDrawn(at));
  const voxelMm = (si + sj) / 2;
  return { exactMm: added.length * voxelMm, oneVoxelMm: apart.length * voxelMm };

  function isNextToDrawn(at: number): boolean {
    const [i, j] = [at % ni, Math.floor(at / ni)];
    for (let y = Math.max(0, j - 1); y <= Math.min(nj - 1, j + 1); y++)
      for (let x = Math.max(0, i - 1); x <= Math.min(ni - 1, i + 1); x++)
        if (drawn.has(x + ni * y)) return true;
    return false;
  }
}

/** Places in slice k, row by row. */
function contourOf(mask: Mask, k: number): number[] {
  const [ni, nj] = mask.grid.size;
  const slice = maskSlice(mask, k);
  const places: number[] = [];
  for (let j = 0, at = 0; j < nj; j++) {
    for (let i = 0; i < ni; i++, at++) {
      if (slice[at] === 0) continue;
      const onEdge = i === 0 || j === 0 || i === ni - 1 || j === nj - 1;
      if (onEdge || (slice[at - 1] & slice[at + 1] & slice[at - ni] & slice[at + ni]) === 0) places.push(at);
    }
  }
  return places;
}
