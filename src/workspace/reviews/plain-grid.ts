/** A grid as the records and the browser have it: plain arrays, without the brands that keep points of two spaces apart. */
import type { CaseDetail } from "#contract/workspace/case.ts";
import { patientPoint } from "#core/coordinates.ts";
import type { Grid } from "#geometry/grid.ts";

export type PlainGrid = CaseDetail["grid"];

export function plainGrid({ size, spacingMm, origin, axes: [i, j, k] }: Grid): PlainGrid {
  return {
    size: [size[0], size[1], size[2]],
    spacingMm: [spacingMm[0], spacingMm[1], spacingMm[2]],
    origin: [origin[0], origin[1], origin[2]],
    axes: [
      [i[0], i[1], i[2]],
      [j[0], j[1], j[2]],
      [k[0], k[1], k[2]],
    ],
  };
}

export function gridOf({ origin, ...rest }: PlainGrid): Grid {
  return { ...rest, origin: patientPoint(...origin) };
}
