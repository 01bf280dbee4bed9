/**
 * Overlap of two binary masks: voxel counts, the four measures of the paper (Zhang 2020, Methods, "Evaluation"),
 * DSC = 2TP/(2TP+FP+FN), JSC = TP/(TP+FP+FN), TPR = TP/(TP+FN), FPR = FP/(FP+TN), and precision = TP/(TP+FP).
 * Not here: distances between surfaces, and averages over cases (statistics/summary.ts).
 *
 * The field of view of FPR is every voxel that was counted: the whole matrix of the slice, or of the CT. A larger
 * matrix round the same masks has a smaller FPR.
 */
import { type Box, cropVoxels } from "./crop.ts";
import { countInside, type Mask, stretch } from "./mask.ts";
import { nextInside } from "./seek.ts";

type OverlapCounts = {
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly falseNegatives: number;
  readonly trueNegatives: number;
};

/**
 * Ratios in [0, 1]; null where the definition divides by zero, never a number made up for it:
 *
 * | case                                   | DSC  | JSC  | TPR  | FPR          | precision |
 * | -------------------------------------- | ---- | ---- | ---- | ------------ | --------- |
 * | both empty                             | null | null | null | 0            | null      |
 * | reference empty, prediction not        | 0    | 0    | null | above 0      | 0         |
 * | prediction empty, reference not        | 0    | 0    | 0    | 0            | null      |
 * | reference covers the whole field       | any  | any  | any  | null         | any       |
 */
export type Overlap = {
  readonly counts: OverlapCounts;
  readonly dsc: number | null;
  readonly jsc: number | null;
  readonly tpr: number | null;
  readonly fpr: number | null;
  readonly precision: number | null;
};

/** Counts over two masks' bytes (0 or 1) in the same order. Throws if their lengths differ: a programming fault. */
export function countOverlap(reference: Uint8Array, prediction: Uint8Array): OverlapCounts {
  if (reference.length !== prediction.length) {
    throw new Error(`masks of ${reference.length} and ${prediction.length} voxels cannot be compared`);
  }
  let inReference = 0;
  let inPrediction = 0;
  let truePositives = 0;
  const count = reference.length;
  for (let at = 0, a = -1, b = -1; at < count; ) {
    if (a < at) a = nextInside(reference, at, count);
    if (b < at) b = nextInside(prediction, at, count);
    at = Math.min(a, b);
    for (const end = Math.min(count, at + stretch); at < end; at++) {
      inReference += reference[at];
      inPrediction += prediction[at];
      truePositives += reference[at] & prediction[at];
    }
  }
  return {
    truePositives,
    falsePositives: inPrediction - truePositives,
    falseNegatives: inReference - truePositives,
    trueNegatives: reference.length - inReference - inPrediction + truePositives,
  };
}

/**
 * Dice's coefficient of two sets by what they share and the sum of their sizes, as numbers of voxels or as sums of a
 * measure; null where both are empty.
 */
export function dice(shared: number, sizes: number): number | null {
  return ratio(2 * shared, sizes);
}

/** The measures of one case. Throws if DSC and JSC contradict each other: a programming fault. */
export function overlapFromCounts(counts: OverlapCounts): Overlap {
  const { truePositives: tp, falsePositives: fp, falseNegatives: fn, trueNegatives: tn } = counts;
  const overlap = {
    counts,
    dsc: dice(tp, 2 * tp + fp + fn),
    jsc: ratio(tp, tp + fp + fn),
    tpr: ratio(tp, tp + fn),
    fpr: ratio(fp, fp + tn),
    precision: ratio(tp, tp + fp),
  };
  checkIdentity(overlap);
  return overlap;
}

/** Over the whole volume: one case per patient. */
export function volumeOverlap(reference: Mask, prediction: Mask): Overlap {
  return overlapFromCounts(countOverlap(reference.data, prediction.data));
}

/** Of a mask, the reference, with voxels that lie in a box of its grid. The box is the field of view but for what it leaves out of the mask. */
export function overlapInBox(
  { grid: { size }, data }: Mask,
  { box, inside }: { readonly box: Box; readonly inside: Uint8Array },
): Overlap {
  const counts = countOverlap(cropVoxels(data, size, box), inside);
  return overlapFromCounts({ ...counts, falseNegatives: countInside(data) - counts.truePositives });
}

/** Room for the rounding of three divisions of numbers near 1. */
const identityTolerance = 1e-12;

/**
 * JSC = DSC / (2 - DSC) holds for every single case (not for means of several). Published figures break it, the
 * paper's Table 2 among them, so that it is checked wherever the two stand side by side.
 */
export function checkIdentity({ dsc, jsc }: Pick<Overlap, "dsc" | "jsc">): void {
  const holds =
    dsc === null || jsc === null ? dsc === jsc : Math.abs(jsc - dsc / (2 - dsc)) <= identityTolerance;
  if (!holds) throw new Error(`JSC ${jsc} and DSC ${dsc} of one case contradict each other`);
}

function ratio(numerator: number, denominator: number): number | null {
  return denominator === 0 ? null : numerator / denominator;
}
