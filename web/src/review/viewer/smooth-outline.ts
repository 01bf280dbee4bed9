/**
 * The outline of voxels as a smooth line, to look at. Every point of the line belongs to a point of the exact boundary
 * (#geometry/trace-boundaries.ts) and lies within `mostStrayVoxels` of it: less than a voxel's centre is from its boundary. So the line has
 * the same centres on its inside, and filling it gives the same voxels. What is measured and exported is the exact boundary.
 */
import type { Polygon } from "#geometry/fill-polygons.ts";
import { gaussianTaps } from "#geometry/gaussian-blur.ts";

/** In voxels; centres are 7/16 or more from a traced boundary. */
export const mostStrayVoxels = 0.43;
/** Of it, what is given away for fewer points: a line of thousands is slow to draw. */
const toleranceVoxels = 0.03;

/** Between two points of the line before some are left out, in voxels: its corners do not show. */
const stepVoxels = 0.5;
/** Coordinates of points that one straight line may stand for: what is looked through for each. */
const longestRun = 64;
/** Of the Gaussian along the line, in voxels: stairs of an oblique border go, a spicule of two voxels stays. */
const widestVoxels = 2;
/** The same, for bends that are left. */
const bendVoxels = 0.5;

/** `polygon` is closed, a boundary as it was traced, in voxels; the result is closed as well. */
export function smoothOutline(polygon: Polygon): Polygon {
  const exact = withPointsBetween(polygon);
  const count = exact.length / 2;
  // Of a circle of this length: blurred by half of it at most, or a small outline would shrink to a dot.
  const radius = (count * stepVoxels) / (2 * Math.PI);
  const taps = gaussianTaps(Math.min(widestVoxels, radius / 2) / stepVoxels);
  const once = blurred(exact, taps);
  const twice = blurred(once, taps);
  // Blurring draws curves inwards: what the second blur took is given back for the first.
  let line = drawnBack(
    once.map((value, at) => 2 * value - twice[at]),
    exact,
  );
  // Where it was drawn back it has a bend.
  const bendTaps = gaussianTaps(Math.min(bendVoxels, radius / 6) / stepVoxels);
  for (let round = 0; round < 3; round++) line = drawnBack(blurred(line, bendTaps), exact);
  return withFewerPoints(line);
}

/** Each point to within reach of the one of the exact boundary that it belongs to. */
function drawnBack(line: Polygon, exact: Polygon): Polygon {
  const near = line.slice();
  for (let x = 0; x < line.length; x += 2) {
    const y = x + 1;
    const [dx, dy] = [line[x] - exact[x], line[y] - exact[y]];
    const fraction = Math.min(1, (mostStrayVoxels - toleranceVoxels) / Math.hypot(dx, dy));
    near[x] = exact[x] + fraction * dx;
    near[y] = exact[y] + fraction * dy;
  }
  return near;
}

/** From each point on to the last one to which a straight line passes all between within the tolerance. */
function withFewerPoints(line: Polygon): Polygon {
  const points: number[] = [];
  for (let from = 0; from < line.length; ) {
    points.push(line[from], line[from + 1]);
    let to = from + 2;
    while (to + 2 < line.length && isStraight(line, from, to + 2)) to += 2;
    from = to;
  }
  return Float64Array.from(points);
}

function isStraight(line: Polygon, from: number, to: number): boolean {
  const [x, y] = [line[from], line[from + 1]];
  const [dx, dy] = [line[to] - x, line[to + 1] - y];
  const length = Math.hypot(dx, dy);
  for (let at = from + 2; at < to; at += 2) {
    const [px, py] = [line[at] - x, line[at + 1] - y];
    const along = px * dx + py * dy;
    if (along < 0 || along > length * length) return false;
    if (Math.abs(px * dy - py * dx) > toleranceVoxels * length) return false;
  }
  return to - from <= longestRun;
}

/** The same line with a point every `stepVoxels`. */
function withPointsBetween(polygon: Polygon): Polygon {
  const points: number[] = [];
  for (let at = 0; at < polygon.length; at += 2) {
    const [x, y] = [polygon[at], polygon[at + 1]];
    const next = (at + 2) % polygon.length;
    const [dx, dy] = [polygon[next] - x, polygon[next + 1] - y];
    const pieces = Math.max(1, Math.round(Math.hypot(dx, dy) / stepVoxels));
    for (let piece = 0; piece < pieces; piece++)
      points.push(x + (dx * piece) / pieces, y + (dy * piece) / pieces);
  }
  return Float64Array.from(points);
}

/** Round and round: the first point follows the last one. */
function blurred(polygon: Polygon, taps: Float64Array): Polygon {
  const reach = (taps.length - 1) / 2;
  const { length } = polygon;
  const padded = new Float64Array(length + 4 * reach);
  for (let at = 0; at < padded.length; at++)
    padded[at] = polygon[(((at - 2 * reach) % length) + length) % length];
  const line = new Float64Array(length);
  for (let at = 0; at < length; at++) {
    let sum = 0;
    for (let tap = 0; tap < taps.length; tap++) sum += taps[tap] * padded[at + 2 * tap];
    line[at] = sum;
  }
  return line;
}
