/**
 * Confidence interval of a statistic by the bootstrap, bias-corrected and accelerated (BCa; Efron 1987; Efron and Tibshirani
 * 1993, section 14.3): no normality assumed, and right for skewed metrics, where plain percentiles are not.
 */
import type { Random } from "../core/random.ts";
import type { Interval } from "./interval.ts";
import { isConstant, mean } from "./moments.ts";
import { normalQuantile, normalUpperTail } from "./normal-distribution.ts";

export type BootstrapOptions = {
  readonly random: Random;
  /** The mean by default. */
  readonly statistic?: (values: readonly number[]) => number;
  readonly resamples?: number;
  /** In (0, 1). */
  readonly confidence?: number;
};

/**
 * Null below two values, and where all are equal: resampling a constant says nothing about its uncertainty. Cases are
 * drawn one by one with replacement, so that they must be independent (patients, not slices of one patient).
 */
export function bootstrapInterval(values: readonly number[], options: BootstrapOptions): Interval | null {
  const { random, statistic = mean, resamples = 10_000, confidence = 0.95 } = options;
  if (values.length < 2 || isConstant(values)) return null;
  const observed = statistic(values);
  const sample = new Array<number>(values.length);
  const estimates = new Float64Array(resamples);
  for (let round = 0; round < resamples; round++) {
    for (let at = 0; at < sample.length; at++) sample[at] = values[random.integer(values.length)];
    estimates[round] = statistic(sample);
  }
  estimates.sort();
  const bias = biasCorrection(estimates, observed);
  const a = acceleration(values, statistic);
  const bound = (tail: number): number => {
    const z = bias + normalQuantile(tail);
    return quantile(estimates, 1 - normalUpperTail(bias + z / (1 - a * z)));
  };
  return [bound((1 - confidence) / 2), bound((1 + confidence) / 2)];
}

/** Normal quantile of the share of estimates below the observed value, those equal counted half; bounded off 0 and 1. */
function biasCorrection(sorted: Float64Array, observed: number): number {
  let below = 0;
  let upTo = 0;
  for (const estimate of sorted) {
    if (estimate < observed) below++;
    if (estimate <= observed) upTo++;
  }
  const share = (below + upTo) / (2 * sorted.length);
  const least = 0.5 / sorted.length;
  return normalQuantile(Math.min(1 - least, Math.max(least, share)));
}

/** From the skewness of the jackknife (Efron and Tibshirani, equation 14.15). */
function acceleration(values: readonly number[], statistic: (values: readonly number[]) => number): number {
  const jackknife = values.map((_, left) => statistic(values.filter((_, at) => at !== left)));
  const centre = mean(jackknife);
  const [squares, cubes] = [2, 3].map((power) =>
    jackknife.reduce((sum, value) => sum + (centre - value) ** power, 0),
  );
  return squares === 0 ? 0 : cubes / (6 * squares ** 1.5);
}

/** By linear interpolation between the sorted values (R's type 7, NumPy's default). */
function quantile(sorted: Float64Array, share: number): number {
  const at = share * (sorted.length - 1);
  const low = Math.floor(at);
  const high = Math.min(low + 1, sorted.length - 1);
  return sorted[low] + (at - low) * (sorted[high] - sorted[low]);
}
