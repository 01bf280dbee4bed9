/**
 * The regularised incomplete beta function I_x(a, b), from which Student's t distribution follows. Its continued fraction
 * (Abramowitz and Stegun 26.5.8) evaluated by the modified Lentz algorithm (Thompson and Barnett 1986), on the side of
 * the mean where it converges fast.
 */
import { logGamma } from "./log-gamma.ts";

/** Stops when a factor of the fraction is 1 to rounding. */
const precision = 1e-16;
const mostTerms = 10_000;
/** Stands in for a zero denominator, as the algorithm asks. */
const tiny = 1e-300;

/** I_x(a, b) in [0, 1]; a, b > 0. `complement` is 1 - x, given apart so that x near 1 loses no digits. */
export function incompleteBeta(a: number, b: number, x: number, complement = 1 - x): number {
  if (x <= 0) return 0;
  if (complement <= 0) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(b, a, complement, x);
  const logFront =
    logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log(complement) - Math.log(a);
  return Math.exp(logFront) * fraction(a, b, x);
}

/** 1 / (1 + d1 / (1 + d2 / (1 + ...))). */
function fraction(a: number, b: number, x: number): number {
  let value = 1;
  let c = 1;
  let d = 0;
  for (let term = 0; term <= mostTerms; term++) {
    const m = term >> 1;
    const numerator =
      term === 0
        ? 1
        : term % 2 === 0
          ? (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
          : (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / nonZero(1 + numerator * d);
    c = nonZero(1 + numerator / c);
    const factor = c * d;
    value *= factor;
    if (term > 0 && Math.abs(factor - 1) < precision) break;
  }
  return value - 1;
}

function nonZero(value: number): number {
  return Math.abs(value) < tiny ? tiny : value;
}
