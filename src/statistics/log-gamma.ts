/**
 * Logarithm of the gamma function for positive arguments: Stirling's series with Bernoulli coefficients
 * (Abramowitz and Stegun 6.1.41), after the recurrence (6.1.15) has carried the argument to where the series is exact
 * to double precision.
 */

/** B(2k) / (2k (2k - 1)) for k = 1 .. 7. */
const stirling = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156];
/** Above this the series' first omitted term is below 1e-17. */
const seriesFrom = 10;

/** ln Gamma(x), x > 0, to about 1e-14 relative to max(1, |ln Gamma|). */
export function logGamma(x: number): number {
  let shift = 0;
  let z = x;
  while (z < seriesFrom) {
    shift += Math.log(z);
    z += 1;
  }
  const series = stirling.reduce((sum, coefficient, k) => sum + coefficient / z ** (2 * k + 1), 0);
  return (z - 0.5) * Math.log(z) - z + 0.5 * Math.log(2 * Math.PI) + series - shift;
}
