/**
 * The descending aorta of an upright chest CT: beside the spine the one round thing that goes on from slice to slice. Its wall is seen where
 * lung, fat or bone lies against it; where a tumour does, the course above and below tells where it goes on. Made for saying what is no
 * tumour, so it finds a long course or none. docs/decisions/0047
 */
import type { Vector3 } from "#core/coordinates.ts";
import { blockCounts, blockMeans } from "#geometry/block-means.ts";
import { type Box, boxSize, cropVoxels } from "#geometry/crop.ts";
import type { CtImage } from "#geometry/ct-image.ts";
import type { Grid } from "#geometry/grid.ts";
import { mean } from "#statistics/moments.ts";
import { boxOfLungs, type CoarseLungs } from "../lung-support.ts";
import { type Aorta, type Disc, noAorta } from "./aorta.ts";
import { bestCourse } from "./best-course.ts";
import { reachMm, wallSeer } from "./wall-seen.ts";

/** Pixels and slices that it is looked for on: noise averaged out, the wall still sharp. */
const pixelMm = 2;
const sliceMm = 5;
/** Where its middle lies: from right of the body's middle to the left, from a part of the lungs' depth on to their back. */
const field = { rightMm: 25, leftMm: 65, front: 0.4 } as const;
/** A shorter course may be a tumour's: a third of the thorax. */
const shortestMm = 60;
/** Of the wall, on average along the course. */
const leastSeen = 0.55;
/** Neighbours on each side with which a point is averaged: an aorta runs smoothly. */
const smoothing = 2;

/** None without both lungs, between which it is looked for. */
export function findAorta({ grid, hu }: CtImage, lungs: CoarseLungs | undefined): Aorta {
  const box = lungs && fieldOf(lungs, grid);
  if (box === undefined) return noAorta;
  const { spacingMm } = grid;
  const across = Math.max(1, Math.round(pixelMm / Math.max(spacingMm[0], spacingMm[1])));
  const step: Vector3 = [across, across, Math.max(1, Math.round(sliceMm / spacingMm[2]))];
  const size = boxSize(box);
  const [width, height, slices] = blockCounts(size, step);
  const blocks = blockMeans(cropVoxels(hu, grid.size, box), size, step);
  const image = { width, height, pixelMm: [spacingMm[0] * across, spacingMm[1] * across] } as const;
  const see = wallSeer(image);
  const seen = Array.from({ length: slices }, (_, slice) =>
    see(blocks.subarray(slice * width * height, (slice + 1) * width * height)),
  );
  const course = bestCourse(seen, image, spacingMm[2] * step[2]);
  if (course.length * step[2] * spacingMm[2] < shortestMm) return noAorta;
  if (mean(course.map((point) => point.seen)) < leastSeen) return noAorta;
  const voxel = (block: number, axis: 0 | 1 | 2): number =>
    box.from[axis] + block * step[axis] + (step[axis] - 1) / 2;
  return discsAlong(
    smoothed(
      course.map(({ slice, x, y, radiusMm }) => [voxel(x, 0), voxel(y, 1), voxel(slice, 2), radiusMm]),
    ),
  );
}

/** The box to look in: the field of the middles, and what lies round it. Undefined without both lungs. */
function fieldOf(lungs: CoarseLungs, { size, spacingMm }: Grid): Box | undefined {
  if (!lungs.labels.includes(1) || !lungs.labels.includes(2)) return undefined;
  const lungBox = boxOfLungs(lungs);
  if (lungBox === undefined) return undefined;
  const voxels = ([i, j, k]: Vector3): Vector3 => [i * lungs.factor, j * lungs.factor, k];
  const [from, to] = [voxels(lungBox.from), voxels(lungBox.to)];
  const middle = (from[0] + to[0]) / 2;
  const [right, left] = [
    middle - (field.rightMm + reachMm) / spacingMm[0],
    middle + (field.leftMm + reachMm) / spacingMm[0],
  ];
  const reach = reachMm / spacingMm[1];
  const front = from[1] + field.front * (to[1] - from[1]);
  return {
    from: [Math.max(0, Math.round(right)), Math.max(0, Math.round(front - reach)), from[2]],
    to: [Math.min(size[0], Math.round(left)), Math.min(size[1], Math.round(to[1] + reach)), to[2]],
  };
}

/** Column, row, slice and radius of a point of the course. */
type Point = readonly [number, number, number, number];

/** Each the mean of itself and its neighbours, as many on either side as there are: the ends stay. */
function smoothed(points: readonly Point[]): Point[] {
  return points.map((_, at) => {
    const reach = Math.min(smoothing, at, points.length - 1 - at);
    const near = points.slice(at - reach, at + reach + 1);
    const middle = (axis: 0 | 1 | 2 | 3): number =>
      near.reduce((sum, point) => sum + point[axis], 0) / near.length;
    return [middle(0), middle(1), middle(2), middle(3)];
  });
}

/** A disc for every slice from the first point to the last. */
function discsAlong(points: readonly Point[]): Aorta {
  const firstSlice = Math.ceil(points[0][2]);
  const discs: Disc[] = [];
  for (let k = firstSlice, upper = 1; k <= points[points.length - 1][2]; k++) {
    while (points[upper][2] < k) upper++;
    const [low, high] = [points[upper - 1], points[upper]];
    const part = (k - low[2]) / (high[2] - low[2]);
    const between = (axis: 0 | 1 | 3): number => low[axis] + part * (high[axis] - low[axis]);
    discs.push({ i: between(0), j: between(1), radiusMm: between(3) });
  }
  return { firstSlice, discs };
}
