/**
 * How deep pixels lie in a region of a slice, in millimetres: positive inside, negative outside, 0 on the border, which runs
 * between the pixels. Exact to half a pixel, by the same amount on both sides, so that the border itself has no bias.
 */
import { patientPoint } from "#core/coordinates.ts";
import { createGrid } from "../grid.ts";
import { distanceToMask } from "./distance-transform.ts";

/**
 * Of a region of width * height pixels, 0 or 1, row by row. Without a pixel inside minus infinity everywhere, without one
 * outside plus infinity.
 */
export function signedDistanceMm(
  inside: Uint8Array,
  width: number,
  height: number,
  spacingMm: readonly [number, number],
): Float32Array {
  const grid = createGrid([width, height, 1], [spacingMm[0], spacingMm[1], 1], patientPoint(0, 0, 0));
  const outward = distanceToMask({ grid, data: inside });
  const outside = new Uint8Array(inside.length);
  for (let at = 0; at < inside.length; at++) outside[at] = 1 - inside[at];
  const inward = distanceToMask({ grid, data: outside });
  const halfMm = Math.min(spacingMm[0], spacingMm[1]) / 2;
  const depthMm = new Float32Array(inside.length);
  for (let at = 0; at < inside.length; at++)
    depthMm[at] = inside[at] === 1 ? inward[at] - halfMm : halfMm - outward[at];
  return depthMm;
}
