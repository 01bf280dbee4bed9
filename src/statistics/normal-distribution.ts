/**
 * The standard normal distribution: tail and quantile. The tail is Mills' series near the centre (Abramowitz and Stegun
 * 26.2.11) and the continued fraction of the tail beyond it (26.2.14), so that small P values keep their digits.
 */

/** Where the series, which loses digits by cancellation in the tail, hands over to the continued fraction. */
const fractionFrom = 2.5;

/** P(Z > z). */
export function normalUpperTail(z: number): number {
  if (z < 0) return 1 - normalUpperTail(-z);
  const density = Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI);
  if (z < fractionFrom) {
    let term = z;
    let sum = z;
    for (let odd = 3; term > sum * 1e-17; odd += 2) {
      term *= (z * z) / odd;
      sum += term;
    }
    return 0.5 - density * sum;
  }
  let fraction = 0;
  for (let k = 200; k >= 1; k--) fraction = k / (z + fraction);
  return density / (z + fraction);
}

/** P(|Z| > |z|). */
export function normalTwoSided(z: number): number {
  return 2 * normalUpperTail(Math.abs(z));
}

/** z with P(Z < z) = `probability`, in (0, 1): a rational start (26.2.23), then Halley's steps on the tail itself. */
export function normalQuantile(probability: number): number {
  if (probability > 0.5) return -normalQuantile(1 - probability);
  const t = Math.sqrt(-2 * Math.log(probability));
  let z =
    t - (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)));
  for (let step = 0; step < 3; step++) {
    const density = Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI);
    const newton = (normalUpperTail(z) - probability) / density;
    z += newton / (1 - 0.5 * z * newton);
  }
  return -z;
}
