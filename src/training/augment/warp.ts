/**
 * An image and its mask through one map: the places are computed once and read by every image that goes through it (the
 * slice, its neighbours in 2.5D, the mask). Grey levels are interpolated in space, bilinear, so that each lies between its
 * four neighbours' and none is scaled or shifted; masks take their nearest pixel's value (Zhang 2020, Methods).
 */
import type { AffineMap } from "#preprocess/affine-map.ts";
import { type ElasticField, elasticRows } from "./elastic-field.ts";

type Warp = {
  /** A square grey-level image; beyond its edge it is `outside`, the level of air. */
  image(levels: Uint8Array, outside: number): Float32Array;
  /** A square mask, nearest neighbour; beyond its edge is no target. */
  mask(mask: Uint8Array): Uint8Array;
};

/** Pixels of the outside before and after each row and column: one for interpolation, one for places on the last. */
const before = 1;
const after = 2;

/**
 * For square images of `size` pixels a side. A pixel shows the place where `affine` takes it, moved before that by the
 * elastic field if there is one.
 */
export function createWarp(affine: AffineMap, elastic: ElasticField | undefined, size: number): Warp {
  const stride = size + before + after;
  /** For each output pixel the offset in the padded source of the pixel up and left of its place. */
  const corners = new Int32Array(size * size);
  /** How far the place is beyond that pixel, 0 to 1. */
  const partsX = new Float32Array(size * size);
  const partsY = new Float32Array(size * size);
  const { xx, xy, x0, yx, yy, y0 } = affine;
  const displacements = elastic === undefined ? undefined : elasticRows(elastic, size);
  for (let y = 0; y < size; y++) {
    const moved = displacements?.(y);
    for (let x = 0; x < size; x++) {
      const fromX = moved === undefined ? x : x + moved[2 * x];
      const fromY = moved === undefined ? y : y + moved[2 * x + 1];
      // Everything further than a pixel beyond the edge is alike.
      const placeX = Math.min(size, Math.max(-1, xx * fromX + xy * fromY + x0)) + before;
      const placeY = Math.min(size, Math.max(-1, yx * fromX + yy * fromY + y0)) + before;
      const left = Math.floor(placeX);
      const top = Math.floor(placeY);
      const at = y * size + x;
      corners[at] = top * stride + left;
      partsX[at] = placeX - left;
      partsY[at] = placeY - top;
    }
  }

  function padded(source: Uint8Array, outside: number): Uint8Array {
    const result = new Uint8Array(stride * stride).fill(outside);
    for (let y = 0; y < size; y++)
      result.set(source.subarray(y * size, (y + 1) * size), (y + before) * stride + before);
    return result;
  }

  return {
    image(levels, outside) {
      const source = padded(levels, outside);
      const result = new Float32Array(size * size);
      for (let at = 0; at < result.length; at++) {
        const corner = corners[at];
        const u = partsX[at];
        const v = partsY[at];
        const top = source[corner] * (1 - u) + source[corner + 1] * u;
        const bottom = source[corner + stride] * (1 - u) + source[corner + stride + 1] * u;
        result[at] = top * (1 - v) + bottom * v;
      }
      return result;
    },
    mask(mask) {
      const source = padded(mask, 0);
      const result = new Uint8Array(size * size);
      for (let at = 0; at < result.length; at++) {
        const right = partsX[at] >= 0.5 ? 1 : 0;
        const down = partsY[at] >= 0.5 ? stride : 0;
        result[at] = source[corners[at] + right + down];
      }
      return result;
    },
  };
}
