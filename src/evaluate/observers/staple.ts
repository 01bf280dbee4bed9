/**
 * STAPLE for binary masks (Warfield, Zou, Wells, IEEE Trans Med Imaging 23, 2004, 903-921): the probability of each voxel
 * to be truly inside and each observer's sensitivity and specificity, estimated from each other by expectation
 * maximisation. Voxels are taken as independent, with one prior for all (no Markov field).
 *
 * Voxels that the same observers contoured are alike to the algorithm: it runs over the patterns of decisions and how often
 * each occurs, which is exact and takes no time.
 *
 * Specificity and prior depend on how much background is counted, and with them the estimate. Counted are the voxels of
 * the smallest box of the grid's axes that holds every observer's contour and a voxel more on each side, so that the CT's
 * size has no influence.
 */
import { boundingBox, cropMask, unionBox } from "#geometry/crop.ts";
import { emptyMask, type Mask } from "#geometry/mask.ts";

export type Staple = {
  /** Voxels with a probability of at least 1/2. */
  readonly mask: Mask;
  /** In the order of the masks, each in (0, 1). */
  readonly observers: readonly { readonly sensitivity: number; readonly specificity: number }[];
  /** Share of the box that a voxel is expected to be inside: the mean share that the observers contoured. */
  readonly prior: number;
  readonly iterations: number;
  readonly converged: boolean;
};

/** Where the iteration starts: observers who are nearly always right. */
const startingRate = 0.99999;
/** Converged when no rate moves by more than this. */
const convergedBelow = 1e-9;
const mostIterations = 10_000;
/** Rates stay this far from 0 and 1: an observer is never beyond doubt, and no probability is 0 / 0. */
const leastDoubt = 1e-12;
/** A pattern is one 32-bit integer. */
const mostObservers = 31;

/** All masks lie on one grid. Null if nobody contoured anything. Throws for no or more than 31 masks: a programming fault. */
export function staple(masks: readonly Mask[]): Staple | null {
  if (masks.length === 0 || masks.length > mostObservers) {
    throw new Error(`STAPLE takes 1 to ${mostObservers} masks, not ${masks.length}`);
  }
  const counts = countPatterns(masks);
  if (counts === null) return null;
  const [patterns, occurrences] = [[...counts.keys()], [...counts.values()]];
  const sensitivity = masks.map(() => startingRate);
  const specificity = masks.map(() => startingRate);
  const total = occurrences.reduce((sum, count) => sum + count, 0);
  const contoured = masks.map((_, observer) => sumWhere(patterns, occurrences, observer, true));
  const prior = contoured.reduce((sum, count) => sum + count, 0) / (total * masks.length);

  const insideProbability = (pattern: number): number => {
    let inside = prior;
    let outside = 1 - prior;
    for (let observer = 0; observer < masks.length; observer++) {
      const decided = marks(pattern, observer);
      inside *= decided ? sensitivity[observer] : 1 - sensitivity[observer];
      outside *= decided ? 1 - specificity[observer] : specificity[observer];
    }
    return inside / (inside + outside);
  };

  let iterations = 0;
  let moved = Number.POSITIVE_INFINITY;
  while (moved > convergedBelow && iterations < mostIterations) {
    const inside = patterns.map((pattern, at) => occurrences[at] * insideProbability(pattern));
    const outside = inside.map((weight, at) => occurrences[at] - weight);
    moved = 0;
    for (let observer = 0; observer < masks.length; observer++) {
      moved = Math.max(
        moved,
        update(sensitivity, observer, sumWhere(patterns, inside, observer, true), inside),
        update(specificity, observer, sumWhere(patterns, outside, observer, false), outside),
      );
    }
    iterations++;
  }
  const chosen = new Set(patterns.filter((pattern) => pattern !== 0 && insideProbability(pattern) >= 0.5));
  return {
    mask: maskOfPatterns(masks, chosen),
    observers: masks.map((_, at) => ({ sensitivity: sensitivity[at], specificity: specificity[at] })),
    prior,
    iterations,
    converged: moved <= convergedBelow,
  };
}

/** Sets a rate to hits over all weights, within its bounds; by how much it moved. Without any weight it stays. */
function update(rates: number[], observer: number, hits: number, weights: readonly number[]): number {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (total <= 0) return 0;
  const rate = Math.min(1 - leastDoubt, Math.max(leastDoubt, hits / total));
  const movedBy = Math.abs(rate - rates[observer]);
  rates[observer] = rate;
  return movedBy;
}

function sumWhere(
  patterns: readonly number[],
  weights: readonly number[],
  observer: number,
  contoured: boolean,
): number {
  return weights.reduce(
    (sum, weight, at) => (marks(patterns[at], observer) === contoured ? sum + weight : sum),
    0,
  );
}

function marks(pattern: number, observer: number): boolean {
  return ((pattern >> observer) & 1) === 1;
}

/** Bit n is set where observer n contoured the voxel. */
function patternAt(masks: readonly Mask[], at: number): number {
  let pattern = 0;
  for (let observer = 0; observer < masks.length; observer++) pattern |= masks[observer].data[at] << observer;
  return pattern;
}

/** Background counted round all contours: without any, a contour that fills its box would have no specificity. */
const boxMarginVoxels = 1;

/** How often each pattern occurs within the box round all contours; null without any contour. */
function countPatterns(masks: readonly Mask[]): Map<number, number> | null {
  const box = masks.map(boundingBox).reduce(unionBox, undefined);
  if (box === undefined) return null;
  const parts = masks.map((mask) => cropMask(mask, box, boxMarginVoxels));
  const counts = new Map<number, number>();
  for (let at = 0; at < parts[0].data.length; at++) {
    const pattern = patternAt(parts, at);
    counts.set(pattern, (counts.get(pattern) ?? 0) + 1);
  }
  return counts;
}

function maskOfPatterns(masks: readonly Mask[], chosen: ReadonlySet<number>): Mask {
  const mask = emptyMask(masks[0].grid);
  for (let at = 0; at < mask.data.length; at++) {
    const pattern = patternAt(masks, at);
    if (pattern !== 0 && chosen.has(pattern)) mask.data[at] = 1;
  }
  return mask;
}
