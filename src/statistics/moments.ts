/** Mean, median and sample variance of plain numbers, and when numbers count as constant. */

/** Of at least one value. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Of at least one value; of an even number the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/** Sum of squared deviations from the mean, in two passes. */
export function squaredDeviations(values: readonly number[]): number {
  const centre = mean(values);
  return values.reduce((sum, value) => sum + (value - centre) ** 2, 0);
}

/** Of the sample, over n - 1; at least two values. */
export function sampleVariance(values: readonly number[]): number {
  return squaredDeviations(values) / (values.length - 1);
}

export function standardDeviation(values: readonly number[]): number {
  return Math.sqrt(sampleVariance(values));
}

/** Rounding of a subtraction leaves this much of the values' size; a spread below it is taken for none. */
const roundingOfSize = 1e-14;
/** And so is a spread whose squares and cubes would underflow. */
const negligible = 1e-100;

/** The largest absolute value, 0 of none. */
export function magnitude(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

/**
 * True if all values are equal but for rounding: their variance is no measure of anything. Also for no value. For
 * differences, `size` is the magnitude of what was subtracted, whose rounding they carry.
 */
export function isConstant(values: readonly number[], size = magnitude(values)): boolean {
  return values.every((value) => Math.abs(value - values[0]) <= roundingOfSize * size + negligible);
}

/** a - b, pair by pair; null if all are equal but for rounding, or there are fewer than two. Throws for unequal lengths. */
export function varyingDifferences(a: readonly number[], b: readonly number[]): number[] | null {
  const differences = pairedDifferences(a, b);
  const size = Math.max(magnitude(a), magnitude(b));
  return differences.length < 2 || isConstant(differences, size) ? null : differences;
}

/** a - b, pair by pair. Throws for samples of different lengths: a programming fault. */
export function pairedDifferences(a: readonly number[], b: readonly number[]): number[] {
  if (a.length !== b.length) throw new Error(`${a.length} and ${b.length} values are no pairs`);
  return a.map((value, at) => value - b[at]);
}
