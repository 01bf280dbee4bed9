/**
 * The volume that is painted on: HU in float at twice the slices of the CT, so that averaging pairs gives the partial
 * volume along z; edges are soft over one pixel, which gives it in the plane. Coordinates are the body frame's, in
 * millimetres; `Placement` says where the pixels are in it.
 */
import { norm } from "#core/coordinates.ts";

export type Placement = {
  readonly size: number;
  /** Thin slices: two for each slice of the CT. */
  readonly layers: number;
  readonly pixelMm: number;
  readonly layerMm: number;
  /** Body frame coordinates of the first pixel's centre (after rotation, see `at`). */
  readonly firstX: number;
  readonly firstY: number;
  readonly firstZ: number;
};

export type Canvas = Placement & {
  readonly hu: Float32Array;
  /** Where it is kept: how much of what was there is painted over, 0 to 1, so that a real image's noise can be given back. */
  readonly covered?: Float32Array;
};

export type Point = readonly [x: number, y: number, z: number];
/** Signed distance in millimetres, negative inside. */
export type Distance = (x: number, y: number, z: number) => number;
/** HU of a paint, given the place and what was there. */
export type Paint = number | ((before: number, x: number, y: number, z: number) => number);

export function createCanvas(placement: Placement, background: number): Canvas {
  const hu = new Float32Array(placement.size * placement.size * placement.layers).fill(background);
  return { ...placement, hu };
}

type Box = { readonly low: Point; readonly high: Point };

/** What can be painted: it is where `distance` is below 0, and nothing of it lies outside the box. */
type Solid = Box & {
  readonly distance: Distance;
  /** Width of its soft edge; a pixel if it is not given. */
  readonly softMm?: number;
};

export function paint(canvas: Canvas, solid: Solid, colour: Paint): void {
  const { size, layers, pixelMm, layerMm, firstX, firstY, firstZ, hu, covered } = canvas;
  const { low, high, distance, softMm = pixelMm } = solid;
  const range = (axis: 0 | 1 | 2, first: number, step: number, count: number): [number, number] => [
    Math.max(0, Math.floor((low[axis] - softMm - first) / step)),
    Math.min(count - 1, Math.ceil((high[axis] + softMm - first) / step)),
  ];
  const [i0, i1] = range(0, firstX, pixelMm, size);
  const [j0, j1] = range(1, firstY, pixelMm, size);
  const [k0, k1] = range(2, firstZ, layerMm, layers);
  const half = softMm / 2;
  for (let k = k0; k <= k1; k++) {
    const z = firstZ + k * layerMm;
    for (let j = j0; j <= j1; j++) {
      const y = firstY + j * pixelMm;
      for (let i = i0; i <= i1; i++) {
        const x = firstX + i * pixelMm;
        const d = distance(x, y, z);
        if (d >= half) continue;
        const index = i + size * (j + size * k);
        const value = typeof colour === "number" ? colour : colour(hu[index], x, y, z);
        const alpha = d <= -half ? 1 : 0.5 - d / softMm;
        if (covered !== undefined) {
          const opaque = typeof colour === "number" ? 1 : opacity(colour, value, hu[index], [x, y, z]);
          covered[index] += alpha * opaque * (1 - covered[index]);
        }
        hu[index] += alpha * (value - hu[index]);
      }
    }
  }
}

/** How much of the tissue below a paint hides: none of it if a change below shows in full above. */
function opacity(colour: Exclude<Paint, number>, value: number, before: number, at: Point): number {
  return Math.min(1, Math.max(0, 1 - (colour(before + 10, ...at) - value) / 10));
}

/** A piece of a tube, its ends round. */
export type Capsule = {
  readonly from: Point;
  readonly to: Point;
  readonly radiusFrom: number;
  readonly radiusTo: number;
};

export function paintCapsule(canvas: Canvas, capsule: Capsule, colour: Paint): void {
  const { from: a, to: b, radiusFrom, radiusTo } = capsule;
  const reach = Math.max(radiusFrom, radiusTo);
  const low = a.map((value, axis) => Math.min(value, b[axis]) - reach) as unknown as Point;
  const high = a.map((value, axis) => Math.max(value, b[axis]) + reach) as unknown as Point;
  const [dx, dy, dz] = [b[0] - a[0], b[1] - a[1], b[2] - a[2]];
  const squared = dx * dx + dy * dy + dz * dz || 1e-9;
  const distance: Distance = (x, y, z) => {
    const t = Math.min(1, Math.max(0, ((x - a[0]) * dx + (y - a[1]) * dy + (z - a[2]) * dz) / squared));
    return (
      norm(x - a[0] - t * dx, y - a[1] - t * dy, z - a[2] - t * dz) - radiusFrom - t * (radiusTo - radiusFrom)
    );
  };
  // A vessel thinner than a pixel keeps its contrast in proportion to its area: the soft edge may not widen it.
  const thin = Math.min(1, (2 * reach) / canvas.pixelMm);
  const weaker: Paint =
    thin === 1
      ? colour
      : (before, x, y, z) => {
          const value = typeof colour === "number" ? colour : colour(before, x, y, z);
          return before + thin * (value - before);
        };
  paint(canvas, { low, high, distance }, weaker);
}

export function paintPath(
  canvas: Canvas,
  points: readonly Point[],
  radius: (t: number) => number,
  colour: Paint,
): void {
  for (let index = 0; index + 1 < points.length; index++) {
    const radiusFrom = radius(index / (points.length - 1));
    const radiusTo = radius((index + 1) / (points.length - 1));
    paintCapsule(canvas, { from: points[index], to: points[index + 1], radiusFrom, radiusTo }, colour);
  }
}

export function paintEllipsoid(canvas: Canvas, middle: Point, half: Point, colour: Paint): void {
  const shortest = Math.min(...half);
  const [hx, hy, hz] = half;
  const distance: Distance = (x, y, z) =>
    (norm((x - middle[0]) / hx, (y - middle[1]) / hy, (z - middle[2]) / hz) - 1) * shortest;
  const low = middle.map((value, axis) => value - half[axis]) as unknown as Point;
  const high = middle.map((value, axis) => value + half[axis]) as unknown as Point;
  paint(canvas, { low, high, distance }, colour);
}
