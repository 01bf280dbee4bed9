/**
 * Slices of a volume along any plane, in (u, v) order: grey values whole, masks cut to the box of what is inside. Axial grey
 * values are a view of the volume, not a copy.
 */
import { planeStrides } from "#editing/tools/plane.ts";
import type { Grid } from "#geometry/grid.ts";
import type { PlaneGeometry } from "../plane-geometry.ts";

/** Grey values of slice `w`, width * height of them: u + width * v. */
export function resliceHu(hu: Int16Array, grid: Grid, geometry: PlaneGeometry, w: number): Int16Array {
  const { width, height } = geometry;
  const [su, sv, sw] = planeStrides(geometry.plane, grid);
  if (su === 1 && sv === width) return hu.subarray(w * sw, (w + 1) * sw);
  const image = new Int16Array(width * height);
  for (let v = 0; v < height; v++) {
    const to = v * width;
    const from = v * sv + w * sw;
    if (su === 1) image.set(hu.subarray(from, from + width), to);
    else for (let u = 0; u < width; u++) image[to + u] = hu[from + u * su];
  }
  return image;
}

/** A part of a mask's slice: (u0, v0) is its first voxel. */
export type MaskSlice = {
  readonly u0: number;
  readonly v0: number;
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
};

/** The box around all voxels of slice `w` that are 1; null if there are none. */
export function cutMaskSlice(
  mask: Uint8Array,
  grid: Grid,
  geometry: PlaneGeometry,
  w: number,
): MaskSlice | null {
  const { width, height } = geometry;
  const [su, sv, sw] = planeStrides(geometry.plane, grid);
  const plane = new Uint8Array(width);
  let [u0, u1, v0, v1] = [width, -1, height, -1];
  for (let v = 0; v < height; v++) {
    const row = readRow(v);
    const first = row.indexOf(1);
    if (first < 0) continue;
    u0 = Math.min(u0, first);
    u1 = Math.max(u1, row.lastIndexOf(1));
    v0 = Math.min(v0, v);
    v1 = v;
  }
  if (v1 < 0) return null;
  const [boxWidth, boxHeight] = [u1 - u0 + 1, v1 - v0 + 1];
  const data = new Uint8Array(boxWidth * boxHeight);
  for (let v = v0; v <= v1; v++) data.set(readRow(v).subarray(u0, u1 + 1), (v - v0) * boxWidth);
  return { u0, v0, width: boxWidth, height: boxHeight, data };

  function readRow(v: number): Uint8Array {
    const from = v * sv + w * sw;
    if (su === 1) return mask.subarray(from, from + width);
    for (let u = 0; u < width; u++) plane[u] = mask[from + u * su];
    return plane;
  }
}
