/** A body whose measures are known, for comparisons with independent programs. */
import { patientPoint, type Vector3 } from "#core/coordinates.ts";
import { createGrid } from "#geometry/grid.ts";
import { emptyMask, type Mask } from "#geometry/mask.ts";

/** Voxels whose centres lie in the ellipsoid, on a grid of about 90 x 80 x 90 voxels of 1 mm that begins at the origin. */
export function ellipsoid(spacingMm: Vector3, centreMm: Vector3, radiiMm: Vector3): Mask {
  const size: Vector3 = [90, 80, Math.round(90 / spacingMm[2])];
  const mask = emptyMask(createGrid(size, spacingMm, patientPoint(0, 0, 0)));
  for (let k = 0, at = 0; k < size[2]; k++) {
    for (let j = 0; j < size[1]; j++) {
      for (let i = 0; i < size[0]; i++, at++) {
        const offset = [i, j, k].map(
          (index, axis) => (index * spacingMm[axis] - centreMm[axis]) / radiiMm[axis],
        );
        mask.data[at] = Math.hypot(...offset) < 1 ? 1 : 0;
      }
    }
  }
  return mask;
}
