/**
 * Prompts as they come when a contour is made from a click: first a place inside the tumour, then, from slice to slice, the
 * contour on the slice before, which is never quite right. Drawn in pixels of the patient's images; plain data, no pixels.
 */
import type { Random } from "#core/random.ts";
import type { ShownImages } from "#training/training-set.ts";

export type Prompt = {
  /** The slice on which the prompt lies; the slice to be contoured, or a near one. */
  readonly slice: number;
  readonly kind: "click" | "contour";
  /** The click, or the middle of the contour. */
  readonly centre: readonly [x: number, y: number];
};

/** Part of the images with target whose prompt is a click on them. */
const clicked = 0.4;
/** Contours come from slices this far away at most, and from the next slice in any case. */
const reachMm = 6;
/** Pixels between a drawn click and the border, where there are such places. */
const clickDepth = 2;

/** Slices that a prompt's contour may come from: the next ones up to `reachMm`. */
export function promptReach(sliceSpacingMm: number): number {
  return Math.max(1, Math.round(reachMm / sliceSpacingMm));
}

/** For slice `slice`; the mask of some slice of the patient must hold target. */
export function drawPrompt(images: ShownImages, size: number, slice: number, random: Random): Prompt {
  const { hasTarget } = images;
  if (hasTarget[slice] && random.next() < clicked)
    return { slice, kind: "click", centre: drawClick(images.mask(slice), size, random) };
  const reach = promptReach(images.sliceSpacingMm);
  const near = Array.from({ length: 2 * reach + 1 }, (_, index) => slice - reach + index).filter(
    (k) => hasTarget[k] ?? false,
  );
  const from = near.length > 0 ? random.pick(near) : nearestWithTarget(images, slice);
  return { slice: from, kind: "contour", centre: middleOf(images.mask(from), size) };
}

/** The same each time: for validation. A click in the middle of the target, or beside it the nearest slice's contour. */
export function plainPrompt(images: ShownImages, size: number, slice: number): Prompt {
  if (images.hasTarget[slice]) {
    const mask = images.mask(slice);
    const [x, y] = middleOf(mask, size);
    let [best, least] = [-1, Number.POSITIVE_INFINITY];
    for (let at = mask.indexOf(1); at >= 0; at = mask.indexOf(1, at + 1)) {
      const away = Math.hypot((at % size) - x, Math.floor(at / size) - y);
      if (away < least) [best, least] = [at, away];
    }
    return { slice, kind: "click", centre: [best % size, Math.floor(best / size)] };
  }
  const from = nearestWithTarget(images, slice);
  return { slice: from, kind: "contour", centre: middleOf(images.mask(from), size) };
}

function nearestWithTarget({ hasTarget, sliceCount }: ShownImages, slice: number): number {
  for (let away = 1; away < sliceCount; away++) {
    for (const k of [slice - away, slice + away]) if (hasTarget[k]) return k;
  }
  return slice;
}

function drawClick(mask: Uint8Array, size: number, random: Random): [number, number] {
  const inside: number[] = [];
  const deep: number[] = [];
  const steps = [-clickDepth, clickDepth, -clickDepth * size, clickDepth * size];
  for (let at = mask.indexOf(1); at >= 0; at = mask.indexOf(1, at + 1)) {
    inside.push(at);
    if (steps.every((step) => mask[at + step] === 1)) deep.push(at);
  }
  const at = random.pick(deep.length > 0 ? deep : inside);
  return [at % size, Math.floor(at / size)];
}

/** The middle of the box round a slice's target; the image's middle without one. */
export function middleOf(mask: ArrayLike<number>, size: number): [number, number] {
  let [left, right, top, bottom] = [size, -1, size, -1];
  for (let y = 0, at = 0; y < size; y++) {
    for (let x = 0; x < size; x++, at++) {
      if (mask[at] === 0) continue;
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = y;
    }
  }
  return right < 0 ? [(size - 1) / 2, (size - 1) / 2] : [(left + right) / 2, (top + bottom) / 2];
}
