/**
 * A margin round a mask. The body that the mask was sampled from is expanded (its surface, see
 * margins-surface.ts), not its voxels, and the result is sampled at voxel centres: so 6 and 8 mm come out right although
 * slices are 5 mm apart. Each side of the patient has a radius of its own; between sides the reach is that of an ellipsoid's
 * octant.
 *
 * Expanding in two steps samples twice: expand the sum from the original (`sumMargins`) where the sum is what is meant, as
 * target-volumes.ts does for a PTV.
 */

import type { Vector3 } from "#core/coordinates.ts";
import { DelineateError } from "#core/errors.ts";
import { type Box, boundingBox } from "#geometry/crop.ts";
import { type Grid, sameGrid } from "#geometry/grid.ts";
import type { Mask } from "#geometry/mask.ts";
import { keepAttached } from "#geometry/regions/connected-components.ts";
import { paintReach } from "./margins-paint.ts";
import type { Reach } from "./margins-reach.ts";
import { surfacePoints } from "./margins-surface.ts";

export const marginSides = ["anterior", "posterior", "left", "right", "superior", "inferior"] as const;
export type MarginSide = (typeof marginSides)[number];

/** Millimetres towards each side of the patient, 0 or more. */
export type MarginsMm = Readonly<Record<MarginSide, number>>;

/** No margin may be larger: more is a slip of the keyboard. */
const largestMarginMm = 100;

export function uniformMargin(mm: number): MarginsMm {
  return { anterior: mm, posterior: mm, left: mm, right: mm, superior: mm, inferior: mm };
}

export function sumMargins(a: MarginsMm, b: MarginsMm): MarginsMm {
  return {
    anterior: a.anterior + b.anterior,
    posterior: a.posterior + b.posterior,
    left: a.left + b.left,
    right: a.right + b.right,
    superior: a.superior + b.superior,
    inferior: a.inferior + b.inferior,
  };
}

export type MarginLimits = {
  /** The margin stays inside: the body. */
  readonly within?: Mask;
  /** The margin neither enters nor jumps over: bone. */
  readonly barriers?: Mask;
};

/**
 * A new mask on the same grid that holds the whole of `mask`, limits or not. With limits: without what lies outside `within` or
 * in `barriers`, without what a straight way from the mask's surface reaches only through `barriers`, and in one piece with the
 * mask. All margins 0: the same mask. An empty mask stays empty. Throws `invalid-value` for a margin below 0, above
 * `largestMarginMm` or not a number, and a plain `Error` if a limit is on another grid. `surfaceOf` may keep surfaces.
 */
export function expandMargin(
  mask: Mask,
  margins: MarginsMm,
  limits: MarginLimits = {},
  surfaceOf: (mask: Mask) => Float64Array = surfacePoints,
): Mask {
  for (const side of marginSides) {
    if (!(margins[side] >= 0 && margins[side] <= largestMarginMm))
      throw new DelineateError(
        "invalid-value",
        `A margin must be between 0 and ${largestMarginMm} mm; the ${side} one is ${margins[side]} mm.`,
      );
  }
  for (const limit of [limits.within, limits.barriers]) {
    if (limit !== undefined && !sameGrid(limit.grid, mask.grid))
      throw new Error("a margin's limits must be on its mask's grid");
  }
  const data = mask.data.slice();
  const box = boundingBox(mask);
  if (box === undefined || marginSides.every((side) => margins[side] === 0)) return { grid: mask.grid, data };
  const reach = reachOf(mask.grid, margins);
  const zone = zoneIn(box, mask.grid, reach);
  const { within, barriers } = limits;
  const walls = barriers && wallsIn(barriers, mask, zone);
  const allowed = within?.data;
  paintReach(data, surfaceOf(mask), { grid: mask.grid, reach, zone, allowed, walls });
  const expanded = { grid: mask.grid, data };
  if (allowed !== undefined || walls !== undefined) keepAttached(expanded, mask);
  return expanded;
}

/** The barriers without the mask; undefined where none is in reach. */
function wallsIn(barriers: Mask, mask: Mask, zone: Box): Uint8Array | undefined {
  const [ni, nj] = mask.grid.size;
  const walls = new Uint8Array(mask.data.length);
  let any = false;
  for (let k = zone.from[2]; k < zone.to[2]; k++) {
    for (let j = zone.from[1]; j < zone.to[1]; j++) {
      const row = ni * (j + nj * k);
      for (let at = row + zone.from[0]; at < row + zone.to[0]; at++) {
        if (barriers.data[at] === 0 || mask.data[at] === 1) continue;
        walls[at] = 1;
        any = true;
      }
    }
  }
  return any ? walls : undefined;
}

/** A side without a margin: a radius that no voxel notices, so that nothing is divided by 0. */
const leastRadiusMm = 1e-3;
/** Axes whose direction cosines are nearer to the patient's than this lie along them. */
const alongTolerance = 1e-6;

/** Patient coordinates are LPS: x grows to the left, y to the back, z to the head. */
function reachOf({ axes, spacingMm }: Grid, margins: MarginsMm): Reach {
  const radius = (mm: number): number => Math.max(mm, leastRadiusMm);
  const positive = [margins.left, margins.posterior, margins.superior].map(radius);
  const negative = [margins.right, margins.anterior, margins.inferior].map(radius);
  /** The farthest that the octants' ellipsoids reach along a direction. */
  const support = (direction: Vector3): number =>
    Math.hypot(...direction.map((part, axis) => part * (part > 0 ? positive[axis] : negative[axis])));
  const up = axes.map((axis, index) => support(axis) / spacingMm[index]);
  const down = axes.map(([x, y, z], index) => support([-x, -y, -z]) / spacingMm[index]);
  const reach: Reach = { down: [down[0], down[1], down[2]], up: [up[0], up[1], up[2]] };
  const ball = [...positive, ...negative].every((mm) => mm === positive[0]);
  const straight = axes.every((axis) => axis.some((part) => Math.abs(Math.abs(part) - 1) < alongTolerance));
  if (ball || straight) return reach;
  const inverse = (radii: readonly number[]): Vector3 => [radii[0] ** -2, radii[1] ** -2, radii[2] ** -2];
  return { ...reach, oblique: { positive: inverse(positive), negative: inverse(negative) } };
}

/** All voxels that a margin round a mask of this box may reach or has to look at. */
export function reachedZone(box: Box, grid: Grid, margins: MarginsMm): Box {
  return zoneIn(box, grid, reachOf(grid, margins));
}

/** The mask's box may be a slice too small for the body. */
function zoneIn({ from, to }: Box, { size }: Grid, { down, up }: Reach): Box {
  const low = (axis: 0 | 1 | 2): number => Math.max(0, Math.floor(from[axis] - 1 - down[axis]));
  const high = (axis: 0 | 1 | 2): number => Math.min(size[axis], Math.ceil(to[axis] + 1 + up[axis]));
  return { from: [low(0), low(1), low(2)], to: [high(0), high(1), high(2)] };
}
