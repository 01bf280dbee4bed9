/**
 * Mean and standard deviation over cases, with the unit of analysis and the number of undefined cases beside them:
 * a value that is undefined is left out and counted, never replaced. Not here: tests between groups.
 */

/** What one case is: a slice of a patient, or a patient's whole volume. Averages over one are not those over the other. */
const analysisUnits = ["slice", "patient"] as const;
export type AnalysisUnit = (typeof analysisUnits)[number];

export type Summary = {
  readonly unit: AnalysisUnit;
  /** Cases with a value; the mean is over these. */
  readonly defined: number;
  /** Cases without one, left out of the mean. */
  readonly undefinedCases: number;
  /** Null if no case has a value. */
  readonly mean: number | null;
  /** Of the sample (n - 1); null below two values. */
  readonly standardDeviation: number | null;
  readonly median: number | null;
  readonly min: number | null;
  readonly max: number | null;
};

/** Summary of one metric over cases; null marks a case whose value is undefined. */
export function summarise(unit: AnalysisUnit, values: readonly (number | null)[]): Summary {
  const sorted = values.filter((value) => value !== null).sort((a, b) => a - b);
  const count = sorted.length;
  const mean = count === 0 ? null : sorted.reduce((sum, value) => sum + value, 0) / count;
  return {
    unit,
    defined: count,
    undefinedCases: values.length - count,
    mean,
    standardDeviation:
      mean === null || count < 2
        ? null
        : Math.sqrt(sorted.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (count - 1)),
    median: count === 0 ? null : (sorted[(count - 1) >> 1] + sorted[count >> 1]) / 2,
    min: sorted[0] ?? null,
    max: sorted[count - 1] ?? null,
  };
}
