/**
 * Agreement of two methods that measure the same quantity (Bland and Altman 1986; 1999, section 2): bias, limits of
 * agreement, and the confidence intervals of each.
 */
import type { Interval } from "./interval.ts";
import { mean, pairedDifferences, sampleVariance } from "./moments.ts";
import { normalQuantile } from "./normal-distribution.ts";
import { studentQuantile } from "./student-t.ts";

export type BlandAltman = {
  readonly pairs: number;
  /** Mean of a - b. */
  readonly bias: number;
  readonly standardDeviation: number;
  /** Bias -+ 1.96 standard deviations: 95 % of the differences, if they are normal. */
  readonly limits: Interval;
  readonly biasInterval: Interval;
  readonly lowerLimitInterval: Interval;
  readonly upperLimitInterval: Interval;
};

/**
 * In the unit of the values; intervals at `confidence` by Student's t with n - 1 degrees of freedom. Null below two pairs.
 * Equal differences give limits that coincide. Throws for samples of different lengths.
 */
export function blandAltman(
  a: readonly number[],
  b: readonly number[],
  confidence = 0.95,
): BlandAltman | null {
  const differences = pairedDifferences(a, b);
  const n = differences.length;
  if (n < 2) return null;
  const bias = mean(differences);
  const variance = sampleVariance(differences);
  const reach = normalQuantile(0.975);
  const limits: Interval = [bias - reach * Math.sqrt(variance), bias + reach * Math.sqrt(variance)];
  const t = studentQuantile(confidence, n - 1);
  const around = (value: number, error: number): Interval => [value - t * error, value + t * error];
  // Variance of a limit: s^2 (1/n + z^2 / (2 (n - 1))), Bland and Altman 1999, p. 142.
  const limitError = Math.sqrt(variance * (1 / n + reach ** 2 / (2 * (n - 1))));
  return {
    pairs: n,
    bias,
    standardDeviation: Math.sqrt(variance),
    limits,
    biasInterval: around(bias, Math.sqrt(variance / n)),
    lowerLimitInterval: around(limits[0], limitError),
    upperLimitInterval: around(limits[1], limitError),
  };
}
