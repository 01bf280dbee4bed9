/**
 * The common part of Dice and Tversky: a ratio of two sums over the pixels' probabilities, and its gradient by the
 * quotient rule, d(n/d)/dz = (n' - d' n / d) / d * p (1 - p).
 */
import type { Value } from "#engine/graph.ts";
import type { Tape } from "#engine/tape.ts";
import { pixelMath } from "./loss.ts";

/** Pixels added to numerator and denominator: without target and prediction the overlap is 1. */
export const smoothing = 1;

type OverlapParts = {
  /** p of each pixel, the logits' shape. */
  readonly probability: Value;
  readonly numerator: Value;
  readonly denominator: Value;
  /** Derivatives by p of each pixel (or one number for all). */
  readonly numeratorSlope: Value;
  readonly denominatorSlope: Value;
};

/** The ratio (one number) and its gradient with respect to the logits. */
export function overlapRatio(tape: Tape, parts: OverlapParts): { ratio: Value; gradient: Value } {
  const { full, single, number } = pixelMath(tape, parts.probability);
  const ratio = single("Div", parts.numerator, parts.denominator);
  const slope = full("Sub", parts.numeratorSlope, full("Mul", parts.denominatorSlope, ratio));
  const sigmoidSlope = full("Mul", parts.probability, full("Sub", number(1), parts.probability));
  return { ratio, gradient: full("Mul", full("Div", slope, parts.denominator), sigmoidSlope) };
}
