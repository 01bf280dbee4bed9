import { expect, test } from "vitest";
import { defaultTraining } from "#contract/training-configuration.ts";
import { learningRateAt } from "./schedule.ts";

const configuration = { ...defaultTraining, learningRate: 2 };

test("the paper's schedule stays at the learning rate", () => {
  expect([0, 5, 9].map((step) => learningRateAt(configuration, step, 10))).toEqual([2, 2, 2]);
});

test("the cosine schedule starts at the learning rate, halves it in the middle and ends at 0", () => {
  const cosine = { ...configuration, schedule: "cosine" } as const;
  expect(learningRateAt(cosine, 0, 10)).toBe(2);
  expect(learningRateAt(cosine, 5, 10)).toBeCloseTo(1, 12);
  expect(learningRateAt(cosine, 10, 10)).toBeCloseTo(0, 12);
});

test("the polynomial schedule is (1 - t)^0.9", () => {
  const polynomial = { ...configuration, schedule: "polynomial" } as const;
  expect(learningRateAt(polynomial, 0, 10)).toBe(2);
  // 2 * 0.5^0.9
  expect(learningRateAt(polynomial, 5, 10)).toBeCloseTo(1.0717734625, 9);
  expect(learningRateAt(polynomial, 10, 10)).toBe(0);
});

test("a warm-up rises linearly to the learning rate, and the schedule begins where it ends", () => {
  const warm = { ...configuration, schedule: "cosine", warmUpSteps: 4 } as const;
  const rates = [0, 1, 2, 3].map((step) => learningRateAt(warm, step, 14));
  expect(rates).toEqual([0.5, 1, 1.5, 2]);
  expect(learningRateAt(warm, 4, 14)).toBe(2);
  expect(learningRateAt(warm, 9, 14)).toBeCloseTo(1, 12);
});
