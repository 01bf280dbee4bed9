/** Voxels that a body's surface reaches within a margin, painted into a mask; what lies behind a barrier is left out. */
import type { Vector3 } from "#core/coordinates.ts";
import type { Box } from "#geometry/crop.ts";
import type { Grid } from "#geometry/grid.ts";

export type Reach = {
  /** How many voxels the margin reaches along each of the grid's axes, downwards and upwards; 0 is no reach at all. */
  readonly down: Vector3;
  readonly up: Vector3;
  /**
   * Only where the grid lies obliquely in the patient and sides differ: inverse squares of the radii in patient space, towards the
   * positive side of x, y, z, and the negative. Else the reach is an ellipsoid's octant along the grid's own axes.
   */
  readonly oblique?: { readonly positive: Vector3; readonly negative: Vector3 };
};

type Canvas = {
  readonly grid: Grid;
  readonly reach: Reach;
  /** Voxels that may be painted. */
  readonly zone: Box;
  /** 1 where the margin may be; undefined: everywhere. */
  readonly allowed: Uint8Array | undefined;
  /** 1 where it can neither be nor be reached through. */
  readonly walls: Uint8Array | undefined;
};

/** Square of how far inside reaches, in margins. What is exactly on one is inside: rounding must not make mirrored masks differ. */
export const onMargin = 1 + 1e-5;

/**
 * Sets the voxels of `data` in `zone` that lie within reach of one of the points (voxel coordinates), where `allowed` has 1. A
 * voxel of `walls` that the straight way from a point passes hides the voxel from that point.
 */
export function paintReach(data: Uint8Array, points: Float64Array, canvas: Canvas): void {
  const { grid, reach, zone, allowed, walls } = canvas;
  const [ni, nj] = grid.size;
  const { down, up } = reach;
  const span = reach.oblique === undefined ? alignedSpan(reach) : obliqueSpan(grid, reach.oblique, reach);
  const hidden = walls && hiddenBy(walls, grid, points);
  for (let index = 0; index < points.length; index += 3) {
    const x = points[index];
    const y = points[index + 1];
    const z = points[index + 2];
    const j0 = Math.max(zone.from[1], Math.ceil(y - down[1]));
    const j1 = Math.min(zone.to[1] - 1, Math.floor(y + up[1]));
    const k0 = Math.max(zone.from[2], Math.ceil(z - down[2]));
    const k1 = Math.min(zone.to[2] - 1, Math.floor(z + up[2]));
    for (let k = k0; k <= k1; k++) {
      for (let j = j0; j <= j1; j++) {
        if (!span(j - y, k - z)) continue;
        const row = ni * (j + nj * k);
        const i1 = Math.min(zone.to[0] - 1, Math.floor(x + spanEnds[1]));
        for (let i = Math.max(zone.from[0], Math.ceil(x + spanEnds[0])); i <= i1; i++) {
          if (data[row + i] === 1 || (allowed !== undefined && allowed[row + i] === 0)) continue;
          if (hidden?.(index, i, j, k)) continue;
          data[row + i] = 1;
        }
      }
    }
  }
}

/** Where a row lies within reach, relative to the point, in voxels: written by the span functions, to allocate nothing. */
const spanEnds = new Float64Array(2);

/** Fills `spanEnds` for the row at offsets v, w from the point; false if no part of it is within reach. */
type Span = (v: number, w: number) => boolean;

function alignedSpan({ down, up }: Reach): Span {
  return (v, w) => {
    const rest = onMargin - (v / (v > 0 ? up[1] : down[1])) ** 2 - (w / (w > 0 ? up[2] : down[2])) ** 2;
    if (!(rest >= 0)) return false;
    const part = Math.sqrt(rest);
    spanEnds[0] = -part * down[0];
    spanEnds[1] = part * up[0];
    return true;
  };
}
/**
 * The reach is convex: Newton's steps from outside come nearer to its border on either side and never pass it. Where a row
 * misses the reach they pass the row's nearest place.
 */
function obliqueSpan(
  grid: Grid,
  { positive, negative }: NonNullable<Reach["oblique"]>,
  { down, up }: Reach,
): Span {
  const [alongI, alongJ, alongK] = grid.axes.map((axis, index) =>
    axis.map((part) => part * grid.spacingMm[index]),
  );
  const offset = new Float64Array(3);

  /** The border met from `start` on in the direction of `sign`; NaN if there is none. */
  function border(start: number, sign: 1 | -1): number {
    let u = start;
    for (let round = 0; round < 40; round++) {
      let [gauge, slope] = [-1, 0];
      for (let axis = 0; axis < 3; axis++) {
        const mm = offset[axis] + u * alongI[axis];
        const weight = mm > 0 ? positive[axis] : negative[axis];
        gauge += mm * mm * weight;
        slope += 2 * mm * weight * alongI[axis];
      }
      if (gauge <= onMargin - 1) return u;
      if (slope * sign >= 0) return Number.NaN;
      u -= gauge / slope;
    }
    return u;
  }

  return (v, w) => {
    for (let axis = 0; axis < 3; axis++) offset[axis] = v * alongJ[axis] + w * alongK[axis];
    const low = border(-down[0] - 1, 1);
    if (Number.isNaN(low)) return false;
    spanEnds[0] = low;
    spanEnds[1] = border(up[0] + 1, -1);
    return true;
  };
}

/** Whether a wall stands on the straight way from the point that begins at `index` to a voxel, looked at every half voxel. */
function hiddenBy(
  walls: Uint8Array,
  { size: [ni, nj] }: Grid,
  points: Float64Array,
): (index: number, i: number, j: number, k: number) => boolean {
  return (index, i, j, k) => {
    const x = points[index];
    const y = points[index + 1];
    const z = points[index + 2];
    const steps = Math.ceil(2 * Math.max(Math.abs(i - x), Math.abs(j - y), Math.abs(k - z)));
    for (let step = 1; step <= steps; step++) {
      const part = step / steps;
      const a = Math.round(x + part * (i - x));
      const b = Math.round(y + part * (j - y));
      const c = Math.round(z + part * (k - z));
      if (walls[a + ni * (b + nj * c)] === 1) return true;
    }
    return false;
  };
}
