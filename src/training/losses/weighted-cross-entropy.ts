/**
 * The paper's loss (Zhang 2020, Eq. 1, after Sudre 2017):
 *
 *   H = -1/N sum_i( w y_i log p_i + (1 - y_i) log(1 - p_i) ),   w = (N - sum p_i) / sum p_i
 *
 * over the N pixels of the batch, y the reference (0 or 1), p the prediction. It is computed from the logits z, where
 * -log p = softplus(-z) and -log(1 - p) = softplus(z) are exact for any z.
 *
 * w is held constant in the gradient, as class weights are: through w the loss would fall by predicting foreground
 * everywhere. It divides by the predicted foreground, which can vanish, so it is bounded (see maximumWeight).
 */
import type { Value } from "#engine/graph.ts";
import type { Tape } from "#engine/tape.ts";
import { type Loss, pixelMath } from "./loss.ts";

/**
 * A tumour of 1 cc covers 2 pixels in 100,000 of a 512 x 512 slice set; batches hold 1 pixel in 1,000 or more. Above
 * 1,000 the weight no longer balances the classes but follows how little is predicted at the moment.
 */
export const maximumWeight = 1000;

/** `logits` and `target` [batch, 1, height, width]; the target is 0 or 1. Without target it costs false positives. */
export function weightedCrossEntropy(tape: Tape, logits: Value, target: Value): Loss {
  const { count, full, single, number, sum, mean, asLoss } = pixelMath(tape, logits);
  const one = number(1);

  const probability = full("Sigmoid", logits);
  const foreground = sum(probability);
  const ratio = single("Div", single("Sub", number(count), foreground), single("Max", foreground, one));
  const weight = single("Min", ratio, number(maximumWeight));

  const weightedTarget = full("Mul", target, weight);
  const background = full("Sub", one, target);
  const missed = full("Mul", weightedTarget, full("Softplus", full("Neg", logits)));
  const falselyFound = full("Mul", background, full("Softplus", logits));

  // d/dz: p (1 - y) - w y (1 - p)
  const up = full("Mul", background, probability);
  const down = full("Mul", weightedTarget, full("Sub", one, probability));
  const gradient = full("Mul", full("Sub", up, down), number(1 / count));
  return { loss: asLoss(mean(full("Add", missed, falselyFound))), gradient };
}
