/** How far a margin reaches from one point of a body's surface, row by row of voxels. */
import type { Vector3 } from "#core/coordinates.ts";
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

/** Square of how far inside reaches, in margins. What is exactly on one is inside: rounding must not make mirrored masks differ. */
export const onMargin = 1 + 1e-5;
/** The same along an axis. */
export const slack = Math.sqrt(onMargin);

/**
 * Where the row of voxels at offsets v, w from a point lies within reach of it: fills `ends` with its first and last place, relative to
 * the point, in voxels. False, and `ends` as it was, if no part of the row is within reach.
 */
type Span = (v: number, w: number, ends: Float64Array) => boolean;

/**
 * Of an oblique reach. It is convex: Newton's steps from outside come nearer to its border on either side and never pass it. Where a row
 * misses the reach they pass the row's nearest place.
 */
export function obliqueSpan(
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

  return (v, w, ends) => {
    for (let axis = 0; axis < 3; axis++) offset[axis] = v * alongJ[axis] + w * alongK[axis];
    const low = border(-down[0] - 1, 1);
    const high = border(up[0] + 1, -1);
    if (Number.isNaN(low) || Number.isNaN(high)) return false;
    ends[0] = low;
    ends[1] = high;
    return true;
  };
}
