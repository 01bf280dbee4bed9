/** Where a mask lies in a picture of its slice: its area and its outline, with soft edges. */
import { nextInside } from "#geometry/seek.ts";
import { type Raster, type Sample, samplesAlong } from "./picture-raster.ts";

/** Where a mask is in the picture, each 0 to 1: its area and its outline. */
export type Shape = { readonly area: Float32Array; readonly outline: Float32Array };

/** Outlines are drawn on a finer raster and averaged, so that they have no steps. */
const oversampling = 2;

/** Of a mask's slice; undefined where that is empty. Outlines are smooth, and lie within half a voxel of the mask's edges. */
export function shapeOf(slice: Uint8Array, raster: Raster, outlinePixels: number): Shape | undefined {
  if (!slice.includes(1)) return undefined;
  const fine = { ...raster, sizePixels: raster.sizePixels * oversampling };
  const inside = insidePixels(slice, raster.grid.size[0], samplesAlong(fine, 0), samplesAlong(fine, 1));
  const thickness = Math.max(1, Math.round(outlinePixels * oversampling));
  return {
    area: averaged(inside, raster.sizePixels),
    outline: averaged(outlineOf(inside, fine.sizePixels, thickness), raster.sizePixels),
  };
}

/** A square raster of `oversampling` times `size` as the means of its blocks. */
function averaged(fine: Uint8Array, size: number): Float32Array {
  const means = new Float32Array(size * size);
  const width = size * oversampling;
  for (let at = nextInside(fine, 0, fine.length); at < fine.length; at++) {
    if (fine[at] === 0) continue;
    const y = Math.floor(at / width / oversampling);
    const x = Math.floor((at % width) / oversampling);
    means[x + size * y] += 1 / oversampling ** 2;
  }
  return means;
}

/** 1 where the linearly interpolated mask is at least 1/2. Pixels away from the mask's voxels are not looked at. */
function insidePixels(
  slice: Uint8Array,
  width: number,
  columns: readonly (Sample | undefined)[],
  rows: readonly (Sample | undefined)[],
): Uint8Array {
  const size = columns.length;
  const result = new Uint8Array(size * rows.length);
  const lefts = Int32Array.from(columns, (column) => column?.index[1] ?? -1);
  const rights = Int32Array.from(columns, (column) => column?.index[2] ?? -1);
  const parts = Float64Array.from(columns, (column) => column?.linear ?? 0);
  for (const [y, row] of rows.entries()) {
    if (row === undefined) continue;
    const upper = slice.subarray(width * row.index[1], width * (row.index[1] + 1));
    const lower = slice.subarray(width * row.index[2], width * (row.index[2] + 1));
    const first = Math.min(...[upper.indexOf(1), lower.indexOf(1)].filter((i) => i >= 0));
    const last = Math.max(upper.lastIndexOf(1), lower.lastIndexOf(1));
    const v = row.linear;
    for (let x = 0; last >= 0 && x < size; x++) {
      const left = lefts[x];
      const right = rights[x];
      const u = parts[x];
      if (left < 0 || right < first || left > last) continue;
      const top = upper[left] * (1 - u) + upper[right] * u;
      const bottom = lower[left] * (1 - u) + lower[right] * u;
      if (top * (1 - v) + bottom * v >= 0.5) result[x + size * y] = 1;
    }
  }
  return result;
}

/** Pixels inside that have one outside within `thickness` steps along rows and columns. */
function outlineOf(inside: Uint8Array, width: number, thickness: number): Uint8Array {
  const outline = new Uint8Array(inside.length);
  for (let at = nextInside(inside, 0, inside.length); at < inside.length; at++) {
    if (inside[at] === 0) continue;
    for (let step = 1; step <= thickness; step++) {
      // Beyond the picture counts as inside: a mask that is cut off has no edge there.
      const x = at % width;
      const isEdge =
        (x >= step && inside[at - step] === 0) ||
        (x + step < width && inside[at + step] === 0) ||
        inside[at - step * width] === 0 ||
        inside[at + step * width] === 0;
      if (isEdge) outline[at] = 1;
    }
  }
  return outline;
}
