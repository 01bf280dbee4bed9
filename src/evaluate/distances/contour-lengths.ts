/**
 * Length of the contour inside a square of four voxel centres, for each of the 16 ways in which they lie inside or outside:
 * marching squares with the contour through the middle of the edges, as surface-distance measures (see surface-areas.ts).
 */

/** Lengths in mm by code: bit 0 is corner (0, 0), bit 1 (1, 0), bit 2 (0, 1), bit 3 (1, 1); 0 for the codes 0 and 15. */
export function contourLengths([alongI, alongJ]: readonly [number, number]): Float64Array {
  const corner = Math.hypot(alongI, alongJ) / 2;
  return Float64Array.from({ length: 16 }, (_, code) => {
    if (code === 0 || code === 15) return 0;
    if (code === 0b0011 || code === 0b1100) return alongI;
    if (code === 0b0101 || code === 0b1010) return alongJ;
    const diagonal = code === 0b0110 || code === 0b1001;
    return diagonal ? 2 * corner : corner;
  });
}
