/**
 * Points on the surface of the body that a mask was sampled from. Between two slices the body is mixed from their outlines'
 * signed distances (shape-based interpolation, Raya and Udupa 1990, with monotone cubics along the slices), above its last
 * slice it ends as margins-ends.ts has it. The surface is where that field changes sign along the edges of a lattice of
 * pixels and sub-slices: points less than a pixel apart.
 */
import { type Box, boundingBox, cropMask } from "./crop.ts";
import { type BodyEnd, bodyEnd } from "./margins-ends.ts";
import { depthOfRegions, type SliceShape, sliceShape } from "./margins-slices.ts";
import type { Mask } from "./mask.ts";

/** Background round the mask, in pixels and slices. */
const border = 4;
/** Sub-slices are no farther apart. */
const layerMm = 1;

/** Voxel coordinates i, j, k, i, j, k, ... Empty for an empty mask. */
export function surfacePoints(mask: Mask): Float64Array {
  const box = boundingBox(mask);
  if (box === undefined) return new Float64Array(0);
  const part = cropMask(mask, box, border);
  const shapes = Array.from({ length: part.grid.size[2] }, (_, k) => sliceShape(part, k));
  const points: number[] = [];
  for (let k = 0; k + 1 < shapes.length; k++) {
    if (shapes[k] === undefined && shapes[k + 1] === undefined) continue;
    crossings(shapes, k, part.grid.spacingMm[2], points);
  }
  for (let k = 0; k < shapes.length; k++) fineDetail(part, shapes[k], k, points);
  return inGrid(points, box);
}

function inGrid(points: readonly number[], { from }: Box): Float64Array {
  return Float64Array.from(points, (value, at) => value + from[at % 3] - border);
}

/** How deep a pixel lies at a height over the lower of two slices. */
type Depth = (at: number, heightMm: number) => number;

/** Adds the points at slice k and between it and the next. */
function crossings(
  shapes: readonly (SliceShape | undefined)[],
  k: number,
  sliceMm: number,
  points: number[],
): void {
  const shape = shapes[k] ?? shapes[k + 1];
  if (shape === undefined) return;
  const { width, height } = shape;
  const depths = depthsBetween(shapes, k, sliceMm);
  const layers = Math.max(1, Math.ceil(sliceMm / layerMm - 1e-6));
  let above = layer(0);
  for (let m = 0; m < layers; m++) {
    const here = above;
    above = layer(m + 1);
    const z = k + m / layers;
    for (let y = 0, at = 0; y < height - 1; y++, at++) {
      for (let x = 0; x < width - 1; x++, at++) {
        const value = here[at];
        const inside = value > 0;
        const [right, below, up] = [here[at + 1], here[at + width], above[at]];
        if (right > 0 !== inside) points.push(x + value / (value - right), y, z);
        if (below > 0 !== inside) points.push(x, y + value / (value - below), z);
        if (up > 0 !== inside) points.push(x, y, z + value / (value - up) / layers);
      }
    }
  }

  function layer(m: number): Float32Array {
    const values = new Float32Array(width * height).fill(Number.NEGATIVE_INFINITY);
    const heightMm = (m / layers) * sliceMm;
    for (const depth of depths) {
      for (let at = 0; at < values.length; at++) values[at] = Math.max(values[at], depth(at, heightMm));
    }
    return values;
  }
}

/** What there is between slices k and k + 1: regions that go on, that end over k, that begin below k + 1. */
function depthsBetween(shapes: readonly (SliceShape | undefined)[], k: number, sliceMm: number): Depth[] {
  const [lower, upper] = [shapes[k], shapes[k + 1]];
  const [onFrom, onTo] = [new Set<number>(), new Set<number>()];
  if (lower !== undefined && upper !== undefined) {
    lower.labels.forEach((label, at) => {
      if (label === 0 || upper.labels[at] === 0) return;
      onFrom.add(label);
      onTo.add(upper.labels[at]);
    });
  }
  const depths: Depth[] = [];
  if (lower !== undefined && upper !== undefined && onFrom.size > 0) {
    depths.push(
      mixed(
        shapes[k - 1]?.depthMm,
        depthOfRegions(lower, onFrom),
        depthOfRegions(upper, onTo),
        shapes[k + 2]?.depthMm,
        sliceMm,
      ),
    );
  }
  depths.push(...ends(lower, onFrom, shapes[k - 1], sliceMm));
  for (const depth of ends(upper, onTo, shapes[k + 2], sliceMm))
    depths.push((at, heightMm) => depth(at, sliceMm - heightMm));
  return depths;
}

/** Monotone cubic along the slices (Fritsch and Carlson 1980): no bulge where an outline jumps. */
function mixed(
  before: Float32Array | undefined,
  from: Float32Array,
  to: Float32Array,
  after: Float32Array | undefined,
  sliceMm: number,
): Depth {
  return (at, heightMm) => {
    const t = heightMm / sliceMm;
    const [a, b] = [from[at], to[at]];
    const rise = b - a;
    const [m, n] = [
      before === undefined ? rise : slope(a - before[at], rise),
      after === undefined ? rise : slope(rise, after[at] - b),
    ];
    const s = 1 - t;
    return a * s * s * (1 + 2 * t) + b * t * t * (3 - 2 * t) + m * t * s * s - n * t * t * s;
  };
}

function slope(one: number, other: number): number {
  return one * other <= 0 ? 0 : (2 * one * other) / (one + other);
}

/** The regions of a slice that do not go on, each with the end that follows from the slice before. */
function ends(
  shape: SliceShape | undefined,
  goingOn: ReadonlySet<number>,
  before: SliceShape | undefined,
  sliceMm: number,
): Depth[] {
  if (shape === undefined) return [];
  const ending = Array.from({ length: shape.count }, (_, index) => index + 1).filter(
    (label) => !goingOn.has(label),
  );
  return ending.map((label) => {
    const depthMm = depthOfRegions(shape, new Set([label]));
    const { topMm, insetMm } = endOf(shape, label, depthMm, before, sliceMm);
    let [height, inset] = [Number.NaN, 0];
    return (at, heightMm) => {
      if (heightMm !== height) [height, inset] = [heightMm, insetMm(heightMm)];
      return Math.min(depthMm[at] - inset, topMm - heightMm);
    };
  });
}

function endOf(
  shape: SliceShape,
  label: number,
  depthMm: Float32Array,
  before: SliceShape | undefined,
  sliceMm: number,
): BodyEnd {
  let [deepest, deepestBefore] = [0, Number.NEGATIVE_INFINITY];
  for (let at = 0; at < depthMm.length; at++) {
    if (shape.labels[at] !== label) continue;
    deepest = Math.max(deepest, depthMm[at]);
    if (before !== undefined) deepestBefore = Math.max(deepestBefore, before.depthMm[at]);
  }
  return bodyEnd(deepest, deepestBefore > 0 ? deepestBefore : undefined, sliceMm);
}

/** Detail that the blur took away, such as single voxels: the middles of the voxel's faces. */
function fineDetail({ grid }: Mask, shape: SliceShape | undefined, k: number, points: number[]): void {
  if (shape === undefined) return;
  const [width] = grid.size;
  shape.labels.forEach((label, at) => {
    if (label === 0 || shape.depthMm[at] > 0) return;
    const [x, y] = [at % width, Math.floor(at / width)];
    points.push(x - 0.5, y, k, x + 0.5, y, k, x, y - 0.5, k, x, y + 0.5, k, x, y, k - 0.5, x, y, k + 0.5);
  });
}
