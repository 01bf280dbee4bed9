/**
 * Dice plus cross-entropy with equal weights (Isensee 2021, nnU-Net): the overlap that is wanted, and a gradient for every
 * pixel also where nothing overlaps yet.
 */
import type { Value } from "#engine/graph.ts";
import type { Tape } from "#engine/tape.ts";
import { crossEntropy } from "./cross-entropy.ts";
import { type DiceDenominator, dice } from "./dice.ts";
import { type Loss, pixelMath } from "./loss.ts";

/** `logits` and `target` [batch, 1, height, width]; the target is 0 or 1. Without target: both parts as they define it. */
export function diceCrossEntropy(
  tape: Tape,
  logits: Value,
  target: Value,
  denominator: DiceDenominator,
): Loss {
  const { full, single, asLoss } = pixelMath(tape, logits);
  const overlap = dice(tape, logits, target, denominator);
  const entropy = crossEntropy(tape, logits, target);
  return {
    loss: asLoss(single("Add", overlap.loss, entropy.loss)),
    gradient: full("Add", overlap.gradient, entropy.gradient),
  };
}
