/**
 * Chest wall and mediastinum around the lungs, told apart slice by slice with the outline that both lungs and the tumour
 * span (their convex hull): tissue outside of it is chest wall, tissue inside of it near the middle is mediastinum. Spine
 * and heart count as mediastinum; what lies under the dome of a diaphragm is neither.
 */

import { voxelPoint } from "#core/coordinates.ts";
import { indexOfGreatest } from "#core/greatest.ts";
import { distanceToMask } from "#geometry/distances/distance-transform.ts";
import { fillPolygons } from "#geometry/fill-polygons.ts";
import { voxelToPatient } from "#geometry/grid.ts";
import { type Mask, maskWhere } from "#geometry/mask.ts";
import { connectedComponents } from "#geometry/regions/connected-components.ts";
import type { CoarseChest } from "./coarse-chest.ts";
import { airBelowHu, type Lungs } from "./find-lungs.ts";

/** Thinner parts of the mediastinum's tissue are vessels in the lung. */
const vesselMm = 4;
/** How much more than the opening grows back. */
const regrowMm = 2;
/** Of the cavity's half width, how far the mediastinum reaches to the right (hilum) and to the left (heart). */
const reach = { right: 0.4, left: 0.65 } as const;
/** A slice whose hull is smaller than this part of the largest above lies beside a diaphragm: the wall above holds on. */
const shrunkenPart = 0.7;

type ChestRegions = { readonly chestWall: Mask; readonly mediastinum: Mask };

export function chestRegions({ grid, hu, tumour }: CoarseChest, lungs: Lungs): ChestRegions {
  const [width, height, depth] = grid.size;
  const area = width * height;
  const cavity = cavityOf(lungs, tumour);
  const lungSlices = Array.from({ length: depth }, (_, k) => k).filter((k) =>
    lungs.labels.subarray(k * area, (k + 1) * area).some((label) => label > 0),
  );
  const [lowest, highest] = [lungSlices[0], lungSlices[lungSlices.length - 1] + 1];
  const chestWall = new Uint8Array(hu.length);
  const middle = new Uint8Array(hu.length);
  const [low, high] = lateralLimits(cavity, lungs.middleX);
  for (let at = 0; at < hu.length; at++) {
    const k = Math.floor(at / area);
    if (k < lowest || k > highest || hu[at] < airBelowHu || tumour.data[at] === 1) continue;
    if (cavity.data[at] === 0) {
      chestWall[at] = 1;
      continue;
    }
    const [x] = voxelToPatient(grid, voxelPoint(at % width, Math.floor(at / width) % height, k));
    if (x >= low && x <= high) middle[at] = 1;
  }
  return {
    chestWall: { grid, data: chestWall },
    mediastinum: largestOpened({ grid, data: middle }),
  };
}

/** What both lungs and the tumour span in each slice. */
function cavityOf(lungs: Lungs, tumour: Mask): Mask {
  const { grid } = tumour;
  const [width, height, depth] = grid.size;
  const area = width * height;
  const data = new Uint8Array(area * depth);
  let largest = 0;
  for (let k = depth - 1; k >= 0; k--) {
    const inside = (at: number): boolean =>
      lungs.labels[k * area + at] > 0 || tumour.data[k * area + at] === 1;
    const slice = data.subarray(k * area, (k + 1) * area);
    fillPolygons(slice, width, height, [convexHull(outlinePoints(inside, width, height))]);
    const count = slice.reduce((sum, value) => sum + value, 0);
    if (count < shrunkenPart * largest) {
      const above = data.subarray((k + 1) * area, (k + 2) * area);
      for (let at = 0; at < area; at++) slice[at] |= above[at];
    }
    largest = Math.max(largest, count);
  }
  return { grid, data };
}

/** The corners of the first and last voxel of each row: x, y in voxels. */
function outlinePoints(
  inside: (at: number) => boolean,
  width: number,
  height: number,
): [x: number, y: number][] {
  const points: [number, number][] = [];
  for (let y = 0; y < height; y++) {
    let first = -1;
    let last = -1;
    for (let x = 0; x < width; x++) {
      if (!inside(y * width + x)) continue;
      if (first < 0) first = x;
      last = x;
    }
    if (first < 0) continue;
    for (const edge of [y - 0.5, y + 0.5]) points.push([first - 0.5, edge], [last + 0.5, edge]);
  }
  return points;
}

/** Andrew's monotone chain (1979); empty for no points. */
function convexHull(points: readonly [x: number, y: number][]): Float64Array {
  const sorted = [...points].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const chain = (ordered: readonly [number, number][]): [number, number][] => {
    const hull: [number, number][] = [];
    for (const point of ordered) {
      while (hull.length >= 2 && turn(hull[hull.length - 2], hull[hull.length - 1], point) <= 0) hull.pop();
      hull.push(point);
    }
    return hull.slice(0, -1);
  };
  return Float64Array.from([...chain(sorted), ...chain(sorted.toReversed())].flat());
}

function turn(a: readonly number[], b: readonly number[], c: readonly number[]): number {
  return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
}

/** Patient x between which tissue inside the cavity is mediastinum. */
function lateralLimits(cavity: Mask, middleX: number): [low: number, high: number] {
  const [width] = cavity.grid.size;
  let half = 0;
  for (let at = 0; at < cavity.data.length; at++) {
    if (cavity.data[at] === 0) continue;
    const [x] = voxelToPatient(cavity.grid, voxelPoint(at % width, 0, 0));
    half = Math.max(half, Math.abs(x - middleX));
  }
  return [middleX - reach.right * half, middleX + reach.left * half];
}

/** The largest connected region after an opening that takes vessels away. */
function largestOpened(mask: Mask): Mask {
  const { grid } = mask;
  const inner = distanceToMask(maskWhere(grid, (at) => mask.data[at] === 0));
  const { labels, sizes } = connectedComponents(maskWhere(grid, (at) => inner[at] > vesselMm));
  const largest = 1 + indexOfGreatest(sizes);
  const outer = distanceToMask(maskWhere(grid, (at) => labels[at] === largest));
  return maskWhere(grid, (at) => mask.data[at] === 1 && outer[at] <= vesselMm + regrowMm);
}
