/**
 * Confidence interval of a statistic by the bootstrap, bias-corrected and accelerated (BCa; Efron 1987; Efron and Tibshirani
 * 1993, section 14.3): no normality assumed, and right for skewed metrics, where plain percentiles are not.
 */
import type { Random } from "#core/random.ts";
import type { Interval } from "./interval.ts";
import { isConstant, mean } from "./moments.ts";
import { normalQuantile, normalUpperTail } from "./normal-distribution.ts";

type BootstrapOptions = {
  readonly random: Random;
  readonly resamples?: number;
  /** In (0, 1). */
  readonly confidence?: number;
};

/**
 * Interval of `statistic` over the cases. Cases are drawn whole, with replacement, and must be independent: of slices, a case
 * is a patient with all his slices. Null below two cases, and where the statistic is the same whichever case is left
 * out: resampling equal cases says nothing about their uncertainty.
 */
export function bootstrapInterval<Case>(
  cases: readonly Case[],
  statistic: (cases: readonly Case[]) => number,
  { random, resamples = 10_000, confidence = 0.95 }: BootstrapOptions,
): Interval | null {
  if (cases.length < 2) return null;
  const jackknife = cases.map((_, left) => statistic(cases.filter((_, at) => at !== left)));
  if (isConstant(jackknife)) return null;
  const sample = [...cases];
  const estimates = new Float64Array(resamples);
  for (let round = 0; round < resamples; round++) {
    for (let at = 0; at < sample.length; at++) sample[at] = cases[random.integer(cases.length)];
    estimates[round] = statistic(sample);
  }
  estimates.sort();
  const bias = biasCorrection(estimates, statistic(cases));
  const a = acceleration(jackknife);
  const bound = (tail: number): number => {
    const z = bias + normalQuantile(tail);
    return quantile(estimates, 1 - normalUpperTail(bias + z / (1 - a * z)));
  };
  return [bound((1 - confidence) / 2), bound((1 + confidence) / 2)];
}

/** Estimates this close to the observed value, relative to it, differ by the order of summation alone. */
const rounding = 1e-12;

/** Normal quantile of the share of estimates below the observed value, those equal counted half; bounded off 0 and 1. */
function biasCorrection(sorted: Float64Array, observed: number): number {
  let below = 0;
  let upTo = 0;
  const room = rounding * Math.abs(observed);
  for (const estimate of sorted) {
    if (estimate < observed - room) below++;
    if (estimate <= observed + room) upTo++;
  }
  const share = (below + upTo) / (2 * sorted.length);
  const least = 0.5 / sorted.length;
  return normalQuantile(Math.min(1 - least, Math.max(least, share)));
}

/** From the skewness of the jackknife, which is not constant (Efron and Tibshirani, equation 14.15). */
function acceleration(jackknife: readonly number[]): number {
  const centre = mean(jackknife);
  const [squares, cubes] = [2, 3].map((power) =>
    jackknife.reduce((sum, value) => sum + (centre - value) ** power, 0),
  );
  return cubes / (6 * squares ** 1.5);
}

/** By linear interpolation between the sorted values (R's type 7, NumPy's default). */
function quantile(sorted: Float64Array, share: number): number {
  const at = share * (sorted.length - 1);
  const low = Math.floor(at);
  const high = Math.min(low + 1, sorted.length - 1);
  return sorted[low] + (at - low) * (sorted[high] - sorted[low]);
}
