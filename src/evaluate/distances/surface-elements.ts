/**
 * The surface of a mask as elements on the lattice of voxel corners, half a voxel off the voxel centres: one where the
 * eight voxels round a corner (four, for the contour in a slice) are neither all inside nor all outside. As in
 * surface-distance, an element lies at its corner and is as large as the surface between those voxel centres.
 */
import { boundingBox, cropMask } from "#geometry/crop.ts";
import type { Mask } from "#geometry/mask.ts";
import { contourLengths } from "./contour-lengths.ts";
import { surfaceAreas } from "./surface-areas.ts";

export type SurfaceElements = {
  /** i, j, k of each element, 3 n numbers. Corner (i, j, k) touches voxels i - 1 and i, j - 1 and j, k - 1 and k. */
  readonly places: Int32Array;
  /** Area of each in mm2, or length in mm for a contour; 0 nowhere. */
  readonly sizes: Float64Array;
};

/** Elements of the surface in three dimensions; beyond the grid all is outside. None for an empty mask. */
export function surfaceElements(mask: Mask): SurfaceElements {
  return elementsOf(mask, 1, surfaceAreas(mask.grid.spacingMm));
}

/** Elements of the contours in each slice, at its k; none where a slice is empty. */
export function contourElements(mask: Mask): SurfaceElements {
  const [alongI, alongJ] = mask.grid.spacingMm;
  return elementsOf(mask, 0, contourLengths([alongI, alongJ]));
}

/** `depth` 1 looks at the cube of eight voxels, 0 at the square of the four in the corner's own slice. */
function elementsOf(mask: Mask, depth: 0 | 1, sizeOfCode: Float64Array): SurfaceElements {
  const box = boundingBox(mask);
  if (box === undefined) return { places: new Int32Array(0), sizes: new Float64Array(0) };
  const { grid, data } = cropMask(mask, box, 1);
  const [ni, nj, nk] = grid.size;
  const full = sizeOfCode.length - 1;
  // The two voxels of a row that touch a corner are bits 2n and 2n + 1; going on by one voxel shifts the second to the first.
  const firstBits = full & 0b01010101;
  const places: number[] = [];
  const sizes: number[] = [];
  for (let k = 1; k < nk - 1 + depth; k++) {
    for (let j = 1; j < nj; j++) {
      const near = ni * (j - 1 + nj * (k - depth));
      const far = ni * (j - 1 + nj * k);
      let code = 0;
      for (let i = 1; i < ni; i++) {
        code = ((code >> 1) & firstBits) | (data[near + i] << 1) | (data[near + ni + i] << 3);
        if (depth === 1) code |= (data[far + i] << 5) | (data[far + ni + i] << 7);
        if (code === 0 || code === full) continue;
        places.push(i - 1 + box.from[0], j - 1 + box.from[1], k - 1 + box.from[2]);
        sizes.push(sizeOfCode[code]);
      }
    }
  }
  return { places: Int32Array.from(places), sizes: Float64Array.from(sizes) };
}
