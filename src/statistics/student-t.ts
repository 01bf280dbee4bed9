/** Student's t distribution: two-sided tail by the incomplete beta function (Abramowitz and Stegun 26.7.1), and quantile. */
import { incompleteBeta } from "./incomplete-beta.ts";

/** P(|T| > |t|) with `degrees` of freedom, above 0, not necessarily whole. */
export function studentTwoSided(t: number, degrees: number): number {
  const square = t * t;
  return incompleteBeta(degrees / 2, 0.5, degrees / (degrees + square), square / (degrees + square));
}

/** Half-width factor of a two-sided interval: t with P(|T| <= t) = `confidence`, in (0, 1). By bisection. */
export function studentQuantile(confidence: number, degrees: number): number {
  let low = 0;
  let high = 1;
  while (studentTwoSided(high, degrees) > 1 - confidence) high *= 2;
  for (let step = 0; step < 100; step++) {
    const middle = (low + high) / 2;
    if (studentTwoSided(middle, degrees) > 1 - confidence) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
