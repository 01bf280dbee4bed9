/**
 * The mistakes of a contour that a network made itself: a little too large or too small, moved, with a leak into a neighbour
 * or a bite missing. A network that was only shown right contours would hand on its mistakes from slice to slice.
 */
import type { Random } from "#core/random.ts";
import { promptValue, viewOf } from "#preprocess/prompt-view.ts";
import { middleOf } from "./draw-prompt.ts";

/** Enlarged by up to this, moved by up to this many pixels. */
const scaledBy = 0.2;
const movedBy = 2;
const leaks = 0.2;
const bites = 0.2;
/** Radius of a leak or a bite in parts of the contour's own. */
const discRadius = [0.25, 0.8] as const;

/** Changes the prompt's channel in place; one without a contour stays as it is. */
export function spoilContour(channel: Float32Array, size: number, random: Random): void {
  const inside = channel.map((value) => (value > 0 ? 1 : 0));
  const pixels = inside.reduce((sum, value) => sum + value, 0);
  if (pixels === 0) return;
  const [x, y] = middleOf(inside, size);
  const scale = 1 + random.uniform(-scaledBy, scaledBy);
  const [dx, dy] = [random.uniform(-movedBy, movedBy), random.uniform(-movedBy, movedBy)];
  const map = { xx: scale, xy: 0, x0: x - scale * (x + dx), yx: 0, yy: scale, y0: y - scale * (y + dy) };
  const moved = viewOf({ data: inside, width: size, height: size }, map, size, 0);
  for (const [chance, value] of [
    [leaks, 1],
    [bites, 0],
  ]) {
    if (random.next() >= chance) continue;
    const border: number[] = [];
    moved.forEach((part, at) => {
      if (part >= 0.5 && (moved[at + 1] < 0.5 || moved[at - size] < 0.5)) border.push(at);
    });
    if (border.length === 0) continue;
    const at = random.pick(border);
    const radius = Math.sqrt(pixels / Math.PI) * random.uniform(...discRadius);
    for (let pixel = 0; pixel < moved.length; pixel++) {
      const away = Math.hypot((pixel % size) - (at % size), Math.floor(pixel / size) - Math.floor(at / size));
      if (away <= radius) moved[pixel] = value;
    }
  }
  // A contour of which nothing is left would be no prompt.
  if (!moved.some((part) => part >= 0.5)) return;
  moved.forEach((part, at) => {
    channel[at] = part >= 0.5 ? promptValue.contour : 0;
  });
}
