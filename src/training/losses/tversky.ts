/**
 * Tversky loss (Salehi 2017, Eq. 4), pooled over the pixels of the batch: Dice with a price of its own for what is falsely
 * found (alpha) and for what is missed (beta), a choice between specificity and sensitivity:
 *
 *   T = (sum p y + s) / (sum p y + alpha sum p (1 - y) + beta sum (1 - p) y + s),   L = 1 - T
 *
 * Focal Tversky (Abraham 2019): L = (1 - T)^(1 / gamma), gamma 4/3 theirs: a steeper slope where the overlap is small.
 * Its slope has no bound at T = 1; there it is held at that of T = 1 - 1e-6.
 *
 * s = 1 pixel defines the batch without target: T = s / (alpha sum p + s), 1 when nothing is predicted.
 */
import type { Value } from "#engine/graph.ts";
import type { Tape } from "#engine/tape.ts";
import { type Loss, pixelMath } from "./loss.ts";
import { overlapRatio, smoothing } from "./overlap-ratio.ts";

type TverskyParameters = { readonly alpha: number; readonly beta: number };

const smallestError = 1e-6;

/** `logits` and `target` [batch, 1, height, width]; the target is 0 or 1. */
export function tversky(tape: Tape, logits: Value, target: Value, parameters: TverskyParameters): Loss {
  const { full, asLoss } = pixelMath(tape, logits);
  const { error, gradient } = tverskyError(tape, logits, target, parameters);
  return { loss: asLoss(error), gradient: full("Neg", gradient) };
}

/** As `tversky`; `gamma` 1 is the same loss. */
export function focalTversky(
  tape: Tape,
  logits: Value,
  target: Value,
  { gamma, ...parameters }: TverskyParameters & { readonly gamma: number },
): Loss {
  const { full, single, number, asLoss } = pixelMath(tape, logits);
  const { error, gradient } = tverskyError(tape, logits, target, parameters);
  const bounded = single("Max", error, number(smallestError));
  const slope = single("Mul", single("Pow", bounded, number(1 / gamma - 1)), number(-1 / gamma));
  const loss = single("Pow", error, number(1 / gamma));
  return { loss: asLoss(loss), gradient: full("Mul", gradient, slope) };
}

/** 1 - T, and the gradient of T. */
function tverskyError(tape: Tape, logits: Value, target: Value, { alpha, beta }: TverskyParameters) {
  const { full, single, number, sum } = pixelMath(tape, logits);
  const probability = full("Sigmoid", logits);
  const both = sum(full("Mul", probability, target));
  // A difference of two sums can be a rounding error below 0.
  const falselyFound = single("Max", single("Sub", sum(probability), both), number(0));
  const missed = single("Max", single("Sub", sum(target), both), number(0));
  const numerator = single("Add", both, number(smoothing));
  const wrong = single(
    "Add",
    single("Mul", falselyFound, number(alpha)),
    single("Mul", missed, number(beta)),
  );
  const denominator = single("Add", numerator, wrong);
  // d/dp of the denominator: y + alpha (1 - y) - beta y
  const denominatorSlope = full("Add", full("Mul", target, number(1 - alpha - beta)), number(alpha));
  const { gradient } = overlapRatio(tape, {
    probability,
    numerator,
    denominator,
    numeratorSlope: target,
    denominatorSlope,
  });
  return { error: single("Div", wrong, denominator), gradient };
}
