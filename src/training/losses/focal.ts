/**
 * Focal loss (Lin 2017, Eq. 5), the mean over the N pixels of the batch:
 *
 *   L = -1/N sum_i( a_i (1 - q_i)^gamma log q_i ),   q = p and a = alpha where y = 1, q = 1 - p and a = 1 - alpha elsewhere
 *
 * With u = z where y = 1 and -z elsewhere, q = sigmoid(u), and (Lin 2017, Appendix B)
 *
 *   dL/du = a (1 - q)^gamma (gamma q log q + q - 1)
 *
 * Lin divides by the number of anchors with an object; pixels have no such number in a batch without target, so that the
 * mean over all is taken. Without target it costs false positives, the sure ones most.
 */
import type { Value } from "#engine/graph.ts";
import type { Tape } from "#engine/tape.ts";
import { type Loss, pixelMath } from "./loss.ts";

type FocalParameters = {
  /** 0 is cross-entropy with weights; Lin's best is 2. */
  readonly gamma: number;
  /** Weight of the target's pixels; Lin's best beside gamma 2 is 0.25. */
  readonly alpha: number;
};

/** `logits` and `target` [batch, 1, height, width]; the target is 0 or 1. */
export function focal(tape: Tape, logits: Value, target: Value, { gamma, alpha }: FocalParameters): Loss {
  const { count, full, number, mean, asLoss } = pixelMath(tape, logits);
  // 1 where y = 1, -1 elsewhere; alpha where y = 1, 1 - alpha elsewhere.
  const sign = full("Sub", full("Mul", target, number(2)), number(1));
  const weight = full("Add", full("Mul", target, number(2 * alpha - 1)), number(1 - alpha));
  const u = full("Mul", logits, sign);
  const miss = full("Sigmoid", full("Neg", u));
  // log q = -softplus(-u)
  const cost = full("Softplus", full("Neg", u));
  const modulated = full("Mul", weight, full("Pow", miss, number(gamma)));

  const focus = full("Mul", full("Mul", full("Sigmoid", u), cost), number(gamma));
  const slope = full("Mul", modulated, full("Add", focus, miss));
  const gradient = full("Mul", full("Mul", slope, sign), number(-1 / count));
  return { loss: asLoss(mean(full("Mul", modulated, cost))), gradient };
}
