/** Answers back on the CT's own voxels: a box round all that was found, with the probability of each of its voxels. */
import { type Box, boxSize } from "#geometry/crop.ts";
import type { CtImage } from "#geometry/ct-image.ts";
import { viewOf } from "#preprocess/prompt-view.ts";
import { extentOf } from "./contour-part.ts";
import { type Answer, voxelsOf } from "./prompt-model.ts";

export type ProbabilityInBox = {
  readonly box: Box;
  /** 0 to 1, in the box's memory order. */
  readonly probability: Float32Array;
};

/**
 * `answers` by slice, at least one; between two of them the mean by distance. The box has `roomMm` on every side, as far as the
 * CT goes.
 */
export function onGrid(
  { grid }: Pick<CtImage, "grid">,
  answers: readonly Answer[],
  size: number,
  roomMm: number,
): ProbabilityInBox {
  const box = boxRound({ grid }, answers, size, roomMm);
  const [width, height, depth] = boxSize(box);
  const probability = new Float32Array(width * height * depth);
  const planes = answers.map((answer) => planeOf({ grid }, answer, size, box));
  const [first, last] = [answers[0].k, answers[answers.length - 1].k];
  for (let k = Math.max(box.from[2], first); k <= Math.min(box.to[2] - 1, last); k++) {
    const upper = answers.findIndex((answer) => answer.k >= k);
    const lower = Math.max(0, answers[upper].k === k ? upper : upper - 1);
    const gap = answers[upper].k - answers[lower].k;
    const part = gap === 0 ? 0 : (k - answers[lower].k) / gap;
    const start = (k - box.from[2]) * width * height;
    for (let at = 0; at < width * height; at++)
      probability[start + at] = planes[lower][at] * (1 - part) + planes[upper][at] * part;
  }
  return { box, probability };
}

function boxRound(
  { grid }: Pick<CtImage, "grid">,
  answers: readonly Answer[],
  size: number,
  roomMm: number,
): Box {
  let [left, right, top, bottom] = [
    ...[Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
    ...[Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  ];
  for (const answer of answers) {
    const extent = extentOf(answer, size);
    if (extent === undefined) continue;
    const map = voxelsOf(answer.view, size, { grid });
    left = Math.min(left, map.x0 + map.xx * (extent.left - 0.5));
    right = Math.max(right, map.x0 + map.xx * (extent.right + 0.5));
    top = Math.min(top, map.y0 + map.yy * (extent.top - 0.5));
    bottom = Math.max(bottom, map.y0 + map.yy * (extent.bottom + 0.5));
  }
  const room = grid.spacingMm.map((mm) => Math.ceil(roomMm / mm));
  const from = [left, top, answers[0].k].map((place, axis) => Math.max(0, Math.floor(place) - room[axis]));
  const to = [right, bottom, answers[answers.length - 1].k].map((place, axis) =>
    Math.min(grid.size[axis], Math.ceil(place) + 1 + room[axis]),
  );
  return { from: [from[0], from[1], from[2]], to: [to[0], to[1], to[2]] };
}

/** An answer at the voxels of the box's rows and columns. */
function planeOf(
  { grid }: Pick<CtImage, "grid">,
  { view, probability }: Answer,
  size: number,
  box: Box,
): Float32Array {
  const [width, height] = boxSize(box);
  const map = voxelsOf(view, size, { grid });
  const [xx, yy] = [1 / map.xx, 1 / map.yy];
  const back = { xx, xy: 0, x0: (box.from[0] - map.x0) * xx, yx: 0, yy, y0: (box.from[1] - map.y0) * yy };
  const side = Math.max(width, height);
  const square = viewOf({ data: probability, width: size, height: size }, back, side, 0);
  const plane = new Float32Array(width * height);
  for (let j = 0; j < height; j++) plane.set(square.subarray(j * side, j * side + width), j * width);
  return plane;
}
