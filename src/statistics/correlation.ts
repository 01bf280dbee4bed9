/**
 * Correlation of two variables: Pearson's r and Spearman's rho, each with its two-sided P value against 0 from Student's t
 * with n - 2 degrees of freedom. Below ten pairs Spearman's is exact, over all orders of the ranks: there t is far off, and gives
 * P = 0 for any three pairs that rise together, where one order in three is as far out.
 */
import { isConstant, magnitude, mean } from "./moments.ts";
import { rank } from "./ranks.ts";
import { studentTwoSided } from "./student-t.ts";

export type Correlation = {
  readonly pairs: number;
  /** In [-1, 1]. */
  readonly coefficient: number;
  /** Null for two pairs, through which a line always goes. */
  readonly p: number | null;
};

/** Null below two pairs, and where either variable is constant. Throws for samples of different lengths. */
export function pearson(x: readonly number[], y: readonly number[]): Correlation | null {
  if (x.length !== y.length) throw new Error(`${x.length} and ${y.length} values are no pairs`);
  if (x.length < 2 || isConstant(x) || isConstant(y)) return null;
  const [deviationsX, deviationsY] = [scaledDeviations(x), scaledDeviations(y)];
  let [xx, yy, xy] = [0, 0, 0];
  for (let at = 0; at < x.length; at++) {
    const [dx, dy] = [deviationsX[at], deviationsY[at]];
    xx += dx * dx;
    yy += dy * dy;
    xy += dx * dy;
  }
  const coefficient = Math.max(-1, Math.min(1, xy / Math.sqrt(xx * yy)));
  const degrees = x.length - 2;
  // t^2 = degrees r^2 / (1 - r^2); the infinite t of r = 1 has P = 0.
  const t = Math.sqrt((degrees * coefficient ** 2) / (1 - coefficient ** 2));
  return {
    pairs: x.length,
    coefficient,
    p: degrees === 0 ? null : Number.isFinite(t) ? studentTwoSided(t, degrees) : 0,
  };
}

/** In units of a power of 2 near the largest, which rounds nothing: products of squares of tiny ones would underflow. */
function scaledDeviations(values: readonly number[]): number[] {
  const centre = mean(values);
  const deviations = values.map((value) => value - centre);
  const unit = 2 ** Math.floor(Math.log2(magnitude(deviations)));
  return deviations.map((deviation) => deviation / unit);
}

/** R's limit: 9! orders are counted in milliseconds. */
const exactBelow = 10;

/** Pearson's r of the midranks. The same null cases. */
export function spearman(x: readonly number[], y: readonly number[]): Correlation | null {
  const [ranksX, ranksY] = [rank(x).ranks, rank(y).ranks];
  const correlation = pearson(ranksX, ranksY);
  if (correlation === null || correlation.p === null || correlation.pairs >= exactBelow) return correlation;
  return { ...correlation, p: shareAsFarOut(fromCentre(ranksX), fromCentre(ranksY)) };
}

/** Twice each midrank's distance from the mean rank: whole numbers, whose sums of products are exact. */
function fromCentre(ranks: readonly number[]): number[] {
  return ranks.map((value) => 2 * value - (ranks.length + 1));
}

/** Of all n! ways to pair x with y, the share whose sum of products is as far from 0 as theirs, to either side. */
function shareAsFarOut(x: readonly number[], y: readonly number[]): number {
  const observed = Math.abs(x.reduce((sum, value, at) => sum + value * y[at], 0));
  const taken = y.map(() => false);
  let orders = 0;
  let asFar = 0;
  const pairFrom = (at: number, sum: number): void => {
    if (at === x.length) {
      orders++;
      if (Math.abs(sum) >= observed) asFar++;
      return;
    }
    for (let other = 0; other < y.length; other++) {
      if (taken[other]) continue;
      taken[other] = true;
      pairFrom(at + 1, sum + x[at] * y[other]);
      taken[other] = false;
    }
  };
  pairFrom(0, 0);
  return asFar / orders;
}
