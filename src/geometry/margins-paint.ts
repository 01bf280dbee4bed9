/** Voxels that a body's surface reaches within a margin, painted into a mask; what lies behind a barrier is left out. */
import type { Vector3 } from "../core/coordinates.ts";
import type { Box } from "./crop.ts";
import type { Grid } from "./grid.ts";

export type Reach = {
  /** Inverse squares of the radii in patient space: towards the positive side of x, y, z, and the negative. */
  readonly positive: Vector3;
  readonly negative: Vector3;
  /** How many voxels the margin reaches along each of the grid's axes, downwards and upwards. */
  readonly down: Vector3;
  readonly up: Vector3;
};

/** What is exactly on the margin is inside: rounding must not make mirrored masks differ. */
const onMargin = 1 + 1e-5;

/**
 * Sets the voxels of `data` in `zone` that lie within reach of one of the points (voxel coordinates), where `allowed` has 1. A
 * voxel of `walls` that the straight way from a point passes hides the voxel from that point.
 */
export function paintReach(
  data: Uint8Array,
  grid: Grid,
  points: Float64Array,
  reach: Reach,
  zone: Box,
  { allowed, walls }: { readonly allowed: Uint8Array | undefined; readonly walls: Uint8Array | undefined },
): void {
  const [ni, nj] = grid.size;
  const { positive, negative, down, up } = reach;
  const [si, sj, sk] = grid.axes.map((axis, index) => axis.map((part) => part * grid.spacingMm[index]));
  for (let index = 0; index < points.length; index += 3) {
    const [x, y, z] = [points[index], points[index + 1], points[index + 2]];
    const i0 = Math.max(zone.from[0], Math.ceil(x - down[0]));
    const i1 = Math.min(zone.to[0] - 1, Math.floor(x + up[0]));
    const j0 = Math.max(zone.from[1], Math.ceil(y - down[1]));
    const j1 = Math.min(zone.to[1] - 1, Math.floor(y + up[1]));
    const k0 = Math.max(zone.from[2], Math.ceil(z - down[2]));
    const k1 = Math.min(zone.to[2] - 1, Math.floor(z + up[2]));
    for (let k = k0; k <= k1; k++) {
      for (let j = j0; j <= j1; j++) {
        const row = ni * (j + nj * k);
        const [v, w] = [j - y, k - z];
        const [ox, oy, oz] = [v * sj[0] + w * sk[0], v * sj[1] + w * sk[1], v * sj[2] + w * sk[2]];
        for (let i = i0; i <= i1; i++) {
          if (data[row + i] === 1 || (allowed !== undefined && allowed[row + i] === 0)) continue;
          const u = i - x;
          const [dx, dy, dz] = [ox + u * si[0], oy + u * si[1], oz + u * si[2]];
          const gauge =
            dx * dx * (dx > 0 ? positive[0] : negative[0]) +
            dy * dy * (dy > 0 ? positive[1] : negative[1]) +
            dz * dz * (dz > 0 ? positive[2] : negative[2]);
          if (gauge > onMargin) continue;
          if (walls !== undefined && hidden(walls, ni, nj, x, y, z, i, j, k)) continue;
          data[row + i] = 1;
        }
      }
    }
  }
}

/** Whether a wall stands on the straight way, looked at every half voxel. */
function hidden(
  walls: Uint8Array,
  ni: number,
  nj: number,
  x: number,
  y: number,
  z: number,
  i: number,
  j: number,
  k: number,
): boolean {
  const steps = Math.ceil(2 * Math.max(Math.abs(i - x), Math.abs(j - y), Math.abs(k - z)));
  for (let step = 1; step <= steps; step++) {
    const part = step / steps;
    const a = Math.round(x + part * (i - x));
    const b = Math.round(y + part * (j - y));
    const c = Math.round(z + part * (k - z));
    if (walls[a + ni * (b + nj * c)] === 1) return true;
  }
  return false;
}
