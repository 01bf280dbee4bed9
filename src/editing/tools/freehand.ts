/**
 * What a person outlined by hand, filled. A voxel belongs to the outline if its centre lies inside, with half-open borders as
 * in geometry/fill-polygons.ts: for outlines that do not cross themselves the two agree to the voxel. Where an outline
 * crosses itself the rule is non-zero winding and not even-odd: a hand that overshoots its beginning, or goes round twice,
 * means the whole, and even-odd would punch a hole where the loops overlap.
 */

import type { MaskPatch } from "#editing/patch/mask-patch.ts";
import { type Crossing, collectCrossings, type Polygon } from "#geometry/fill-polygons.ts";
import type { Mask } from "#geometry/mask.ts";
import { type Plane, patchOfPlane, planeShape, planeSlice } from "./plane.ts";

type Outline = {
  readonly plane: Plane;
  /** The slice of the plane. */
  readonly index: number;
  /** u, v, u, v, ... in continuous voxel coordinates of the plane; closed by the line from the last point to the first. */
  readonly outline: Float64Array;
  /** 1 adds the inside to the mask, 0 takes it away. */
  readonly value: 0 | 1;
};

/** Empty for fewer than three points, beside the grid, and where no voxel changes. */
export function fillOutline(mask: Mask, { plane, index, outline, value }: Outline): MaskPatch {
  const { width, height, count } = planeShape(plane, mask.grid);
  if (outline.length < 6 || index < 0 || index >= count) return [];
  const inside = fillWinding(outline, width, height);
  const slice = planeSlice(mask, plane, index);
  for (let at = 0; at < slice.length; at++) if (inside[at] === 1) slice[at] = value;
  return patchOfPlane(mask, plane, index, slice);
}

/** 1 in the voxels round which the outline winds, width * height. */
export function fillWinding(outline: Polygon, width: number, height: number): Uint8Array {
  const inside = new Uint8Array(width * height);
  const rows: Crossing[][] = [];
  collectCrossings(outline, height, rows);
  rows.forEach((row, y) => {
    row.sort((a, b) => a.x - b.x);
    let winding = 0;
    for (let at = 0; at + 1 < row.length; at++) {
      winding += row[at].turn;
      if (winding === 0) continue;
      const from = Math.max(0, Math.ceil(row[at].x));
      const to = Math.min(width, Math.ceil(row[at + 1].x));
      if (to > from) inside.fill(1, y * width + from, y * width + to);
    }
  });
  return inside;
}
