/**
 * How large a difference is, in standard deviations, whatever the number of cases: Cohen's d_z of pairs and Hedges' g of
 * two groups (Hedges 1981, with the exact correction for small samples; Lakens 2013, equations 4 and 6).
 */
import { logGamma } from "./log-gamma.ts";
import { isConstant, mean, squaredDeviations, standardDeviation, varyingDifferences } from "./moments.ts";

/**
 * Mean over standard deviation of the differences a - b. Null below two pairs and where all differences are equal. Throws
 * for samples of different lengths.
 */
export function cohenDz(a: readonly number[], b: readonly number[]): number | null {
  const differences = varyingDifferences(a, b);
  return differences === null ? null : mean(differences) / standardDeviation(differences);
}

/** Positive where a's mean is larger. Null below two values a group, and where neither varies. */
export function hedgesG(a: readonly number[], b: readonly number[]): number | null {
  if (a.length < 2 || b.length < 2 || (isConstant(a) && isConstant(b))) return null;
  const degrees = a.length + b.length - 2;
  const pooled = Math.sqrt((squaredDeviations(a) + squaredDeviations(b)) / degrees);
  const correction = Math.exp(logGamma(degrees / 2) - logGamma((degrees - 1) / 2)) / Math.sqrt(degrees / 2);
  return (correction * (mean(a) - mean(b))) / pooled;
}
