/**
 * Slices between drawn ones, from the shapes of the drawn ones: signed in-plane distances in millimetres, mixed linearly
 * (Raya and Udupa 1990), each shape first moved along the line between the two centroids. Without that a tumour that runs
 * obliquely through thick slices, its contours far apart in the plane, would vanish between them.
 *
 * A slice may hold several regions. Those that overlap their counterparts, or lie nearest, are matched
 * (match-regions.ts): one to one they move, a branching is mixed in its place, and what has no counterpart comes to a point
 * half way.
 */

import type { MaskPatch } from "#editing/patch/mask-patch.ts";
import { matchRegions } from "#editing/region-cut/match-regions.ts";
import { type Box, boundingBox, cropMask, unionBox } from "#geometry/crop.ts";
import { type Mask, maskSlice } from "#geometry/mask.ts";
import { patchInBox } from "./between-masks.ts";
import { type Field, type Shape, sampleField, signedDistanceField } from "./signed-field.ts";

/**
 * Without `drawn`: fills the empty slices that lie between slices with voxels. With `drawn`, the slices that a person drew:
 * replaces every slice between two consecutive ones, of which an empty one is taken as the target's end; where both are
 * empty nothing changes. Empty where there is nothing to fill.
 */
export function interpolateSlices(mask: Mask, drawn?: readonly number[]): MaskPatch {
  const count = mask.grid.size[2];
  const filled = Array.from({ length: count }, (_, k) => maskSlice(mask, k).includes(1));
  const fixedSlices =
    drawn === undefined
      ? filled.flatMap((inside, k) => (inside ? [k] : []))
      : [...new Set(drawn)].filter((k) => k >= 0 && k < count).sort((a, b) => a - b);
  return fixedSlices
    .slice(1)
    .flatMap((to, index) =>
      filled[fixedSlices[index]] || filled[to] ? between(mask, fixedSlices[index], to) : [],
    );
}

/** The slices strictly between two. */
function between(mask: Mask, first: number, last: number): MaskPatch {
  if (last - first < 2) return [];
  const [ni, nj] = mask.grid.size;
  const box = unionBox(sliceBox(mask, first), sliceBox(mask, last));
  if (box === undefined) return [];
  const pairs = matchRegions(shape(mask, first, box), shape(mask, last, box)).map(({ a, b }) =>
    aligned(a, b),
  );
  const patch: MaskPatch[number][] = [];
  for (let k = first + 1; k < last; k++) {
    const after = { data: new Uint8Array(ni * nj), width: ni, height: nj };
    for (const pair of pairs) paint(after, pair, (k - first) / (last - first));
    patch.push(...patchInBox(mask, { from: [0, 0, k], to: [ni, nj, k + 1] }, after.data));
  }
  return patch;
}

function sliceBox(mask: Mask, k: number): Box | undefined {
  const [ni, nj] = mask.grid.size;
  return boundingBox({ grid: { ...mask.grid, size: [ni, nj, 1] }, data: maskSlice(mask, k) });
}

/** What slice k has in the columns and rows of the box. */
function shape(mask: Mask, k: number, { from, to }: Box): Shape {
  const part = cropMask(mask, { from: [from[0], from[1], k], to: [to[0], to[1], k + 1] });
  const [[width, height], [sx, sy]] = [part.grid.size, part.grid.spacingMm];
  return { inside: part.data, from: [from[0], from[1]], width, height, spacingMm: [sx, sy] };
}

/** Two shapes to be mixed; one of them may be missing. `shift`: voxels from a's centroid to b's. */
type Pair = {
  readonly a: Field | undefined;
  readonly b: Field | undefined;
  readonly shift: readonly [number, number];
};

function aligned(a: readonly Shape[], b: readonly Shape[]): Pair {
  const [from, to] = [a, b].map((shapes) => (shapes.length === 1 ? centroid(shapes[0]) : undefined));
  const shift: readonly [number, number] =
    from === undefined || to === undefined ? [0, 0] : [to[0] - from[0], to[1] - from[1]];
  return {
    a: a.length === 0 ? undefined : signedDistanceField(a),
    b: b.length === 0 ? undefined : signedDistanceField(b),
    shift,
  };
}

function centroid({ inside, width }: Shape): readonly [number, number] {
  let [x, y, count] = [0, 0, 0];
  for (let at = inside.indexOf(1); at >= 0; at = inside.indexOf(1, at + 1)) {
    x += at % width;
    y += Math.floor(at / width);
    count++;
  }
  return [x / count, y / count];
}

type Slice = { readonly data: Uint8Array; readonly width: number; readonly height: number };

/** What lies on the mixed border but for rounding is outside, or a symmetric contour would be filled more to one side. */
const roundingMm = 1e-4;

/** Adds what lies inside the mixed shape, `part` of the way from a to b. */
function paint({ data, width, height }: Slice, { a, b, shift }: Pair, part: number): void {
  const fields = [a, b].filter((field) => field !== undefined);
  // The mixed shape lies within the boxes of both, each moved: a border of the shift is enough.
  const least = (axis: 0 | 1): number =>
    Math.floor(Math.min(...fields.map(({ from }) => from[axis])) - Math.abs(shift[axis]));
  const most = (axis: 0 | 1): number =>
    Math.ceil(Math.max(...fields.map(({ from, size }) => from[axis] + size[axis])) + Math.abs(shift[axis]));
  for (let y = Math.max(0, least(1)); y < Math.min(height, most(1)); y++) {
    for (let x = Math.max(0, least(0)); x < Math.min(width, most(0)); x++) {
      const inA = depthMm(a, b, x - part * shift[0], y - part * shift[1]);
      const inB = depthMm(b, a, x + (1 - part) * shift[0], y + (1 - part) * shift[1]);
      if ((1 - part) * inA + part * inB > roundingMm) data[y * width + x] = 1;
    }
  }
}

/** A missing shape is everywhere as far outside as its counterpart is deep, so that that ends half way. */
function depthMm(field: Field | undefined, counterpart: Field | undefined, x: number, y: number): number {
  return field === undefined ? -(counterpart?.deepestMm ?? 0) : sampleField(field, x, y);
}
