/**
 * Student's t-test, two-sided: paired, unpaired with equal variances (the paper's), and unpaired after Welch (1947).
 * Null, never NaN, where there is no test: too few values, or no variance to measure the difference by.
 */
import { isConstant, mean, sampleVariance, squaredDeviations, varyingDifferences } from "./moments.ts";
import { studentTwoSided } from "./student-t.ts";

export type TTest = {
  /** Positive where the first sample's mean is larger. */
  readonly t: number;
  readonly degreesOfFreedom: number;
  readonly p: number;
};

/**
 * Of a - b, case by case. Null below two pairs, and where all differences are equal. Throws for samples of different
 * lengths: a programming fault.
 */
export function pairedTTest(a: readonly number[], b: readonly number[]): TTest | null {
  const differences = varyingDifferences(a, b);
  if (differences === null) return null;
  const n = differences.length;
  return result(mean(differences) / Math.sqrt(sampleVariance(differences) / n), n - 1);
}

/** Equal variances assumed. Null if a sample is empty, both hold one value, or neither varies. */
export function unpairedTTest(a: readonly number[], b: readonly number[]): TTest | null {
  const degrees = a.length + b.length - 2;
  if (a.length < 1 || b.length < 1 || degrees < 1 || (isConstant(a) && isConstant(b))) return null;
  const pooled = (squaredDeviations(a) + squaredDeviations(b)) / degrees;
  return result((mean(a) - mean(b)) / Math.sqrt(pooled * (1 / a.length + 1 / b.length)), degrees);
}

/** Variances may differ; the degrees of freedom after Welch and Satterthwaite. Null below two values a sample, or if neither varies. */
export function welchTTest(a: readonly number[], b: readonly number[]): TTest | null {
  if (a.length < 2 || b.length < 2 || (isConstant(a) && isConstant(b))) return null;
  const errorA = sampleVariance(a) / a.length;
  const errorB = sampleVariance(b) / b.length;
  // As parts of their sum: squares of the variances themselves would underflow.
  const [partA, partB] = [errorA / (errorA + errorB), errorB / (errorA + errorB)];
  const degrees = 1 / (partA ** 2 / (a.length - 1) + partB ** 2 / (b.length - 1));
  return result((mean(a) - mean(b)) / Math.sqrt(errorA + errorB), degrees);
}

function result(t: number, degreesOfFreedom: number): TTest {
  return { t, degreesOfFreedom, p: studentTwoSided(t, degreesOfFreedom) };
}
