/**
 * Regression of a fraction in [0, 1] on few variables (Papke and Wooldridge 1996, fractional logit): the mean is the
 * logistic function of a weighted sum, fitted by the Bernoulli quasi-likelihood, which is convex also for fractions. Here no
 * weight may be negative, so that the fit is monotone in every variable, and a ridge keeps weights small where there are few
 * observations. The variables are expected on like scales: standardise them.
 */

type Observation = {
  readonly x: readonly number[];
  /** In [0, 1]. */
  readonly y: number;
  /** How much the observation counts; above 0. */
  readonly weight: number;
};

type LogitFit = { readonly intercept: number; readonly weights: readonly number[] };

/** Enough for a dozen variables; what is left to gain by then is below the fourth digit. */
const mostSweeps = 2000;
const smallestStep = 1e-6;

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
  const y = Float64Array.from(observations, (observation) => observation.y);
  const weight = Float64Array.from(observations, (observation) => observation.weight);
  // The intercept is the weight of a column of ones.
  const columns = [
    new Float64Array(y.length).fill(1),
    ...observations[0].x.map((_, at) => Float64Array.from(observations, ({ x }) => x[at])),
  ];
  const penalties = columns.map((_, at) => (at === 0 ? 0 : ridge));
  const bends = columns.map(
    (column, at) => column.reduce((sum, x, index) => sum + weight[index] * x * x, 0) / 4 + penalties[at],
  );
  const solution = new Float64Array(columns.length);
  const sums = new Float64Array(y.length);
  for (let sweep = 0; sweep < mostSweeps; sweep++) {
    let largest = 0;
    for (const [at, column] of columns.entries()) {
      if (bends[at] === 0) continue;
      let slope = penalties[at] * solution[at];
      for (let index = 0; index < y.length; index++)
        slope += weight[index] * column[index] * (logistic(sums[index]) - y[index]);
      const aim = solution[at] - slope / bends[at];
      const step = (at === 0 ? aim : Math.max(0, aim)) - solution[at];
      solution[at] += step;
      for (let index = 0; index < y.length; index++) sums[index] += step * column[index];
      largest = Math.max(largest, Math.abs(step));
    }
    if (largest < smallestStep) break;
  }
  const [intercept, ...weights] = solution;
  return { intercept, weights };
}
