/**
 * Plain cross-entropy over the N pixels of the batch, the negative log-likelihood of independent pixels:
 *
 *   H = -1/N sum_i( y_i log p_i + (1 - y_i) log(1 - p_i) ) = 1/N sum_i( softplus(z_i) - y_i z_i )
 *
 * The second form is exact for any logit. A batch without target costs its false positives, like any other.
 */
import type { Value } from "#engine/graph.ts";
import type { Tape } from "#engine/tape.ts";
import { type Loss, pixelMath } from "./loss.ts";

/** `logits` and `target` [batch, 1, height, width]; the target is 0 or 1. */
export function crossEntropy(tape: Tape, logits: Value, target: Value): Loss {
  const { count, full, number, mean, asLoss } = pixelMath(tape, logits);
  const pixels = full("Sub", full("Softplus", logits), full("Mul", target, logits));
  const gradient = full("Mul", full("Sub", full("Sigmoid", logits), target), number(1 / count));
  return { loss: asLoss(mean(pixels)), gradient };
}
