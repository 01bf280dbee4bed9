import { expect, test } from "vitest";
import { fitFractionalLogit, logistic } from "./fractional-regression.ts";

/** A grid of two variables with the fractions that a known sum gives, without noise. */
const truth = { intercept: 0.4, weights: [1.5, 0.7] } as const;
const observations = [-2, -1, 0, 1, 2].flatMap((a) =>
  [-1, 0, 1].map((b) => {
    return {
      x: [a, b],
      y: logistic(truth.intercept + truth.weights[0] * a + truth.weights[1] * b),
      weight: 1,
    };
  }),
);

test("without a ridge the weights that made the fractions are found again", () => {
  const { intercept, weights } = fitFractionalLogit(observations, 0);
  expect(intercept).toBeCloseTo(truth.intercept, 3);
  expect(weights[0]).toBeCloseTo(truth.weights[0], 3);
  expect(weights[1]).toBeCloseTo(truth.weights[1], 3);
});

test("a variable that speaks against gets no weight, and the others are fitted as if it were not there", () => {
  const against = observations.map(({ x, ...rest }) => ({ ...rest, x: [-x[0], x[1]] }));
  const without = observations.map(({ x, ...rest }) => ({ ...rest, x: [x[1]] }));
  const { intercept, weights } = fitFractionalLogit(against, 0);
  const alone = fitFractionalLogit(without, 0);
  expect(weights[0]).toBe(0);
  expect(weights[1]).toBeCloseTo(alone.weights[0], 4);
  expect(intercept).toBeCloseTo(alone.intercept, 4);
});

test("with no variables that vary, the fit is the weighted mean", () => {
  const flat = [
    { x: [0], y: 1, weight: 1 },
    { x: [0], y: 0, weight: 3 },
  ];
  const { intercept } = fitFractionalLogit(flat, 1);
  expect(logistic(intercept)).toBeCloseTo(0.25, 4);
});

test("the larger the ridge, the smaller the weights, and an observation counted twice is two", () => {
  const [loose, tight] = [0.1, 10].map((ridge) => fitFractionalLogit(observations, ridge).weights);
  // Where the loss's slope meets the ridge's: the loss's is -ridge times the weight.
  for (const [ridge, weights] of [
    [0.1, loose],
    [10, tight],
  ] as const) {
    const { intercept } = fitFractionalLogit(observations, ridge);
    const slope = observations.reduce((sum, { x, y }) => {
      return sum + x[0] * (logistic(intercept + weights[0] * x[0] + weights[1] * x[1]) - y);
    }, 0);
    expect(slope).toBeCloseTo(-ridge * weights[0], 3);
  }
  expect(tight[0]).toBeLessThan(0.7 * loose[0]);
  const doubled = observations.map((observation) => ({ ...observation, weight: 2 }));
  const twice = [...observations, ...observations];
  expect(fitFractionalLogit(doubled, 1).weights[0]).toBeCloseTo(fitFractionalLogit(twice, 1).weights[0], 5);
});
