/**
 * Soft Dice loss, pooled over the pixels of the batch (so that a slice without target does not decide alone):
 *
 *   L = 1 - (2 sum p y + s) / (sum p^2 + sum y^2 + s)    squared denominator: Milletari 2016 (V-Net), Eq. 3
 *   L = 1 - (2 sum p y + s) / (sum p   + sum y   + s)    plain denominator: Drozdzal 2016; 1 - DSC for p in {0, 1}
 *
 * s = 1 pixel defines the batch without target: L = 1 - s / (sum p + s), 0 when nothing is predicted.
 */
import type { LossParameters } from "#contract/training-configuration.ts";
import type { Value } from "#engine/graph.ts";
import type { Tape } from "#engine/tape.ts";
import { type Loss, pixelMath } from "./loss.ts";
import { overlapRatio, smoothing } from "./overlap-ratio.ts";

export type DiceDenominator = LossParameters["diceDenominator"];

/** `logits` and `target` [batch, 1, height, width]; the target is 0 or 1. */
export function dice(tape: Tape, logits: Value, target: Value, denominator: DiceDenominator): Loss {
  const { full, single, number, sum, asLoss } = pixelMath(tape, logits);
  const probability = full("Sigmoid", logits);
  const squared = denominator === "squared";
  const predicted = sum(squared ? full("Mul", probability, probability) : probability);
  const smooth = number(smoothing);
  const both = single("Mul", sum(full("Mul", probability, target)), number(2));
  const { ratio, gradient } = overlapRatio(tape, {
    probability,
    numerator: single("Add", both, smooth),
    denominator: single("Add", single("Add", predicted, sum(target)), smooth),
    numeratorSlope: full("Mul", target, number(2)),
    denominatorSlope: squared ? full("Mul", probability, number(2)) : number(1),
  });
  return { loss: asLoss(single("Sub", number(1), ratio)), gradient: full("Neg", gradient) };
}
