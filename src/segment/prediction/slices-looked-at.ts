/**
 * Which slices of a stack a network looks at. Its pixels are one to two millimetres wide, and a contour changes no faster from slice to slice
 * than along a row: of thin slices it need not see every one. What it says of those between is interpolated, as between its pixels.
 * docs/decisions/0048
 */
import type { Grid } from "#geometry/grid.ts";

/** Slices that are looked at are no closer than a network's pixels are wide. */
export const apartMm = 2;
/** Of a step: positions of slices are rounded in DICOM files, and 1.0001 mm are 1 mm. */
const rounding = 0.05;

/** A slice, and the probabilities of its pixels. */
type Answer = { readonly slice: number; readonly probabilities: Float32Array };

/**
 * What must be looked at for the slices from `from` on, and before `to`. They are some of every n-th slice of the whole upright stack and its
 * last one, `mm` apart at most where slices are closer: what is said of a slice does not depend on where a region begins.
 */
export function slicesLookedAt(
  { size, spacingMm }: Grid,
  [from, to]: readonly [number, number],
  mm: number,
): number[] {
  const step = Math.max(1, Math.floor(mm / spacingMm[2] + rounding));
  const last = size[2] - 1;
  const slices: number[] = [];
  for (let slice = from - (from % step); slice < to - 1 + step && slice < last + step; slice += step)
    slices.push(Math.min(slice, last));
  return slices;
}

/** Takes the answers to the slices in their order, and gives each slice's probabilities to `place`, those between two of them interpolated. */
export function interpolating(
  place: (probabilities: Float32Array, slice: number) => void,
  [from, to]: readonly [number, number],
): (answer: Answer) => void {
  let before: Answer | undefined;
  return (answer) => {
    const first = before === undefined ? answer.slice : before.slice + 1;
    for (let slice = Math.max(from, first); slice < Math.min(to, answer.slice + 1); slice++)
      place(before === undefined ? answer.probabilities : between(before, answer, slice), slice);
    before = answer;
  };
}

function between(before: Answer, after: Answer, slice: number): Float32Array {
  if (slice === after.slice) return after.probabilities;
  const part = (slice - before.slice) / (after.slice - before.slice);
  const mixed = new Float32Array(after.probabilities.length);
  for (let at = 0; at < mixed.length; at++)
    mixed[at] = before.probabilities[at] + part * (after.probabilities[at] - before.probabilities[at]);
  return mixed;
}
