/**
 * Regression of a fraction in [0, 1] on few variables (Papke and Wooldridge 1996, fractional logit): the mean is the
 * logistic function of a weighted sum, fitted by the Bernoulli quasi-likelihood, which is convex also for fractions. Here no
 * weight may be negative, so that the fit is monotone in every variable, and a ridge keeps weights small where there are few
 * observations. The variables are expected on like scales: standardise them.
 */

export type Observation = {
  readonly x: readonly number[];
  /** In [0, 1]. */
  readonly y: number;
  /** How much the observation counts; above 0. */
  readonly weight: number;
};

export type LogitFit = { readonly intercept: number; readonly weights: readonly number[] };

/** Enough for a dozen variables; what is left to gain by then is far below the fourth digit. */
const mostSweeps = 2000;
const smallestStep = 1e-7;

export function logistic(value: number): number {
  return 1 / (1 + Math.exp(-value));
}

/**
 * Coordinate descent: each step minimises a parabola that lies above the loss (the logistic's curvature is at most 1/4), so
 * that no step goes up. `ridge` is the weight of half the sum of squared weights; the intercept is free of it. Throws a plain
 * error without observations.
 */
export function fitFractionalLogit(observations: readonly Observation[], ridge: number): LogitFit {
  if (observations.length === 0) throw new Error("a regression needs observations");
  const variables = observations[0].x.length;
  const weights = new Array<number>(variables).fill(0);
  const total = observations.reduce((sum, { weight }) => sum + weight, 0);
  const curvature = weights.map(
    (_, at) => observations.reduce((sum, { x, weight }) => sum + weight * x[at] ** 2, 0) / 4,
  );
  // With no weights the mean is the fit; kept off 0 and 1, where the intercept would be infinite.
  const mean = observations.reduce((sum, { y, weight }) => sum + weight * y, 0) / total;
  const inside = Math.min(1 - 1e-6, Math.max(1e-6, mean));
  let intercept = Math.log(inside / (1 - inside));
  const sums = observations.map(() => intercept);
  for (let sweep = 0; sweep < mostSweeps; sweep++) {
    let largest = 0;
    for (let at = -1; at < variables; at++) {
      const value = at < 0 ? () => 1 : (index: number) => observations[index].x[at];
      let slope = at < 0 ? 0 : ridge * weights[at];
      for (const [index, { y, weight }] of observations.entries())
        slope += weight * value(index) * (logistic(sums[index]) - y);
      const bend = at < 0 ? total / 4 : curvature[at] + ridge;
      if (bend === 0) continue;
      const before = at < 0 ? intercept : weights[at];
      const after = at < 0 ? before - slope / bend : Math.max(0, before - slope / bend);
      const step = after - before;
      if (at < 0) intercept = after;
      else weights[at] = after;
      for (let index = 0; index < sums.length; index++) sums[index] += step * value(index);
      largest = Math.max(largest, Math.abs(step));
    }
    if (largest < smallestStep) break;
  }
  return { intercept, weights };
}
