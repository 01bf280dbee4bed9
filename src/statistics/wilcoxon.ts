/**
 * Wilcoxon's signed rank test of paired samples, two-sided, as R's `wilcox.test` decides it: differences of 0 are dropped
 * (Wilcoxon 1945); below 50 differences without ties or zeros the P value is exact, otherwise the normal approximation with
 * the variance corrected for ties and a continuity correction of 1/2. (SciPy's `wilcoxon` leaves the continuity
 * correction off unless asked.)
 */
import { magnitude, pairedDifferences } from "./moments.ts";
import { normalTwoSided } from "./normal-distribution.ts";
import { rank } from "./ranks.ts";

export type WilcoxonTest = {
  /** V: the sum of the ranks of the positive differences a - b. */
  readonly rankSum: number;
  /** Differences that are not 0. */
  readonly used: number;
  readonly zeros: number;
  readonly method: "exact" | "normal-approximation";
  readonly p: number;
};

/** R's limit: below it the exact distribution is used. */
const exactBelow = 50;

/**
 * Null if no difference is other than 0: nothing to rank. Differences count as tied if they are the same double: see
 * `wilcoxonOfMeasurements` where equal ones were computed by different ways. Throws for samples of different lengths.
 */
export function wilcoxonSignedRank(a: readonly number[], b: readonly number[]): WilcoxonTest | null {
  const differences = pairedDifferences(a, b).filter((difference) => difference !== 0);
  const used = differences.length;
  if (used === 0) return null;
  const zeros = a.length - used;
  const { ranks, ties } = rank(differences.map(Math.abs));
  const rankSum = ranks.reduce((sum, value, at) => (differences[at] > 0 ? sum + value : sum), 0);
  if (used < exactBelow && zeros === 0 && ties.length === 0) {
    return { rankSum, used, zeros, method: "exact", p: exactTwoSided(rankSum, used) };
  }
  const offCentre = rankSum - (used * (used + 1)) / 4;
  const tied = ties.reduce((sum, count) => sum + count ** 3 - count, 0);
  const deviation = Math.sqrt((used * (used + 1) * (2 * used + 1)) / 24 - tied / 48);
  const z = (offCentre - Math.sign(offCentre) * 0.5) / deviation;
  return { rankSum, used, zeros, method: "normal-approximation", p: Math.min(1, normalTwoSided(z)) };
}

/** Differences are told apart down to this part of the largest value: 2.1 - 1.4 and 1.4 - 0.7 differ in the last bits. */
const finest = 1e-12;

/**
 * The same of measurements, which were computed by different ways: differences that are tied, or 0, but for rounding count as that
 * (R's `digits.rank`, which it leaves off unless asked).
 */
export function wilcoxonOfMeasurements(a: readonly number[], b: readonly number[]): WilcoxonTest | null {
  const size = Math.max(magnitude(a), magnitude(b));
  if (size === 0) return null;
  const steps = pairedDifferences(a, b).map((difference) => Math.round(difference / size / finest));
  return wilcoxonSignedRank(
    steps,
    steps.map(() => 0),
  );
}

/** Twice the smaller tail of V: of the 2^n signs, how many give a sum as far out. */
function exactTwoSided(rankSum: number, n: number): number {
  const largest = (n * (n + 1)) / 2;
  // ways[s]: subsets of the ranks so far that sum to s; below 2^50, exact in a double.
  const ways = new Float64Array(largest + 1);
  ways[0] = 1;
  for (let value = 1; value <= n; value++) {
    for (let sum = largest; sum >= value; sum--) ways[sum] += ways[sum - value];
  }
  const tail = Math.min(rankSum, largest - rankSum);
  let count = 0;
  for (let sum = 0; sum <= tail; sum++) count += ways[sum];
  return Math.min(1, (2 * count) / 2 ** n);
}
