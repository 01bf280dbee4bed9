/**
 * Points on the surface of the body that a mask was sampled from (margins-between.ts), less than a pixel apart: where the
 * body's depth changes sign along the edges of a lattice of pixels and sub-slices, and the edges of flat ends.
 */
import type { Grid } from "#geometry/grid.ts";
import type { Mask } from "#geometry/mask.ts";
import { connectedRuns, runsByRegion } from "#geometry/regions/connected-components.ts";
import { boxOfRuns, partOfRuns, type Runs } from "#geometry/regions/runs.ts";
import { bodyBetween, type Shapes } from "./margins-between.ts";
import { sliceShape } from "./margins-slices.ts";

/** Background round a body, in pixels and slices. */
const border = 4;
/** Sub-slices are no farther apart. */
const layerMm = 1;

/**
 * Voxel coordinates i, j, k, i, j, k, ... Empty for an empty mask. Parts that do not touch are bodies of their own, and neither shapes
 * the other: the margin round both is what the margins round each hold.
 */
export function surfacePoints(mask: Mask): Float64Array {
  const points: number[] = [];
  for (const runs of runsByRegion(connectedRuns(mask, { connectedBy: "corners" })))
    addBody(points, mask.grid, runs);
  return Float64Array.from(points);
}

function addBody(allPoints: number[], grid: Grid, runs: Runs): void {
  const box = boxOfRuns(runs, grid.size);
  if (box === undefined) return;
  const { from, to } = box;
  const corner = [from[0] - border, from[1] - border, from[2] - border] as const;
  const part = partOfRuns(grid, runs, {
    from: corner,
    to: [to[0] + border, to[1] + border, to[2] + border],
  });
  const depth = part.grid.size[2];
  const shapes = Array.from({ length: depth }, (_, k) => sliceShape(part, k));
  const points: number[] = [];
  for (let k = 0; k + 1 < depth; k++) addSurface(points, shapes, k, part.grid.spacingMm[2]);
  for (let k = 0; k < depth; k++) addFineDetail(points, shapes, k);
  points.forEach((value, at) => {
    allPoints.push(value + corner[at % 3]);
  });
}

/** At slice k and between it and the next. */
function addSurface(points: number[], shapes: Shapes, k: number, sliceMm: number): void {
  const shape = shapes[k] ?? shapes[k + 1];
  if (shape === undefined) return;
  const { width, height } = shape;
  const parts = bodyBetween(shapes, k, sliceMm);
  const layers = Math.max(1, Math.ceil(sliceMm / layerMm - 1e-6));
  let above = layer(0);
  for (let m = 0; m < layers; m++) {
    const here = above;
    above = layer(m + 1);
    const z = k + m / layers;
    // In the slice itself the outline is known and no end cuts it off.
    const outline = m === 0 ? shapes[k]?.depthMm : here;
    if (outline !== undefined) addOutline(points, outline, width, z);
    for (let at = 0; at < here.length; at++) {
      if (here[at] > 0 === above[at] > 0) continue;
      const up = here[at] / (here[at] - above[at]) / layers;
      points.push(at % width, Math.floor(at / width), z + up);
    }
  }
  for (const { rim } of parts) {
    if (rim !== undefined) addOutline(points, rim.depthMm, width, k + rim.heightMm / sliceMm);
  }

  function layer(m: number): Float32Array {
    const values = new Float32Array(width * height).fill(Number.NEGATIVE_INFINITY);
    for (const part of parts) part.raise(values, (m / layers) * sliceMm);
    return values;
  }
}

/** Where the sign changes between neighbouring pixels. */
function addOutline(points: number[], depthMm: Float32Array, width: number, z: number): void {
  const height = depthMm.length / width;
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      const value = depthMm[at];
      const inside = value > 0;
      const right = x + 1 < width ? depthMm[at + 1] : value;
      const below = y + 1 < height ? depthMm[at + width] : value;
      if (right > 0 !== inside) points.push(x + value / (value - right), y, z);
      if (below > 0 !== inside) points.push(x, y + value / (value - below), z);
    }
  }
}

/** How far a voxel that smoothing took away reaches towards the next slice: alone half way, as the tip of a body less. */
const detailReach = { alone: 0.5, tip: 0.2 } as const;

/** Detail that smoothing took away, such as single voxels: the middles of the voxel's faces. */
function addFineDetail(points: number[], shapes: Shapes, k: number): void {
  const shape = shapes[k];
  if (shape === undefined) return;
  const { labels, depthMm, width } = shape;
  for (let at = 0; at < labels.length; at++) {
    if (labels[at] === 0 || depthMm[at] > 0) continue;
    const [x, y] = [at % width, Math.floor(at / width)];
    points.push(x - 0.5, y, k, x + 0.5, y, k, x, y - 0.5, k, x, y + 0.5, k);
    const joined = [k - 1, k + 1].map((other) => (shapes[other]?.labels[at] ?? 0) > 0);
    const reach = joined.includes(true) ? detailReach.tip : detailReach.alone;
    if (!joined[0]) points.push(x, y, k - reach);
    if (!joined[1]) points.push(x, y, k + reach);
  }
}
