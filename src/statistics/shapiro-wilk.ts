/**
 * Shapiro and Wilk's test (1965) that a sample is normal, with Royston's coefficients and P value: algorithm AS R94
 * (Applied Statistics 44, 1995, 547-551), the one that R and SciPy use.
 */
import { isConstant, mean, squaredDeviations } from "./moments.ts";
import { normalQuantile, normalUpperTail } from "./normal-distribution.ts";

export type ShapiroWilk = {
  /** In (0, 1]; 1 is perfectly normal. */
  readonly w: number;
  /** Small: the sample is not normal. */
  readonly p: number;
};

/** The range of sizes for which the P value was fitted. */
const fewest = 3;
const most = 5000;

/** Royston's polynomials, constant term first. */
const lastWeight = [0, 0.221157, -0.147981, -2.07119, 4.434685, -2.706056];
const secondLastWeight = [0, 0.042981, -0.293762, -1.752461, 5.682633, -3.582633];
const smallGamma = [-2.273, 0.459];
const smallMean = [0.544, -0.39978, 0.025054, -6.714e-4];
const smallLogDeviation = [1.3822, -0.77857, 0.062767, -0.0020322];
const largeMean = [-1.5861, -0.31082, -0.083751, 0.0038915];
const largeLogDeviation = [-0.4803, -0.082676, 0.0030302];

/** Null below 3 and above 5000 values, and where all are equal. */
export function shapiroWilk(values: readonly number[]): ShapiroWilk | null {
  const n = values.length;
  if (n < fewest || n > most || isConstant(values)) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const weights = orderWeights(n);
  const centre = mean(sorted);
  const fitted = sorted.reduce((sum, value, at) => sum + weights[at] * (value - centre), 0);
  const w = Math.min(1, fitted ** 2 / squaredDeviations(sorted));
  return { w, p: pValue(w, n) };
}

/** Antisymmetric weights a_i of the sorted sample, whose squares sum to 1. */
function orderWeights(n: number): number[] {
  if (n === 3) return [-Math.SQRT1_2, 0, Math.SQRT1_2];
  const expected = Array.from({ length: n }, (_, at) => normalQuantile((at + 1 - 0.375) / (n + 0.25)));
  const squares = expected.reduce((sum, value) => sum + value ** 2, 0);
  const u = 1 / Math.sqrt(n);
  const last = polynomial(lastWeight, u) + expected[n - 1] / Math.sqrt(squares);
  const secondLast = polynomial(secondLastWeight, u) + expected[n - 2] / Math.sqrt(squares);
  // The outermost weights (one a side to n = 5, then two) are fitted, the inner ones scaled so that all squares sum to 1.
  const outer = n > 5 ? [last, secondLast] : [last];
  const innerSquares = squares - 2 * outer.reduce((sum, _, at) => sum + expected[n - 1 - at] ** 2, 0);
  const scale = Math.sqrt(innerSquares / (1 - 2 * outer.reduce((sum, weight) => sum + weight ** 2, 0)));
  return expected.map((value, at) => {
    const fromEnd = Math.min(at, n - 1 - at);
    return fromEnd < outer.length ? Math.sign(value) * outer[fromEnd] : value / scale;
  });
}

function pValue(w: number, n: number): number {
  if (n === 3) return Math.max(0, (6 / Math.PI) * (Math.asin(Math.sqrt(w)) - Math.asin(Math.sqrt(0.75))));
  const logDeficit = Math.log(1 - w);
  const x = n <= 11 ? n : Math.log(n);
  if (n > 11) {
    return normalUpperTail(
      (logDeficit - polynomial(largeMean, x)) / Math.exp(polynomial(largeLogDeviation, x)),
    );
  }
  const gamma = polynomial(smallGamma, x);
  if (logDeficit >= gamma) return 0;
  const y = -Math.log(gamma - logDeficit);
  return normalUpperTail((y - polynomial(smallMean, x)) / Math.exp(polynomial(smallLogDeviation, x)));
}

function polynomial(coefficients: readonly number[], x: number): number {
  return coefficients.reduceRight((sum, coefficient) => sum * x + coefficient, 0);
}
