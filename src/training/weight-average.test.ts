import { expect, test } from "vitest";
import { createWeightAverage, withoutAverages } from "./weight-average.ts";

const weights = (value: number) => new Map([["w", { shape: [1], data: Float32Array.of(value) }]]);

test("the average forgets at the decay: weights that jump from 0 to 1 are found as 1 - d^n", () => {
  const decay = 0.5;
  const average = createWeightAverage(["w"], weights(0), decay);
  // From step 8 on (1 + t) / (10 + t) is one half or more.
  for (let step = 8; step < 13; step++) average.update(weights(1), step);
  expect(average.weights().get("w")?.data[0]).toBeCloseTo(1 - decay ** 5, 6);
});

test("early on the drawn weights are forgotten faster: step 1 keeps 2 / 11", () => {
  const average = createWeightAverage(["w"], weights(0), 0.999);
  average.update(weights(1), 1);
  expect(average.weights().get("w")?.data[0]).toBeCloseTo(1 - 2 / 11, 6);
});

test("a checkpoint's averages go on, they do not begin again from the weights", () => {
  const average = createWeightAverage(["w"], weights(0), 0.9);
  average.update(weights(1), 1);
  const again = createWeightAverage(["w"], new Map([...weights(1), ...average.state()]), 0.9);
  expect(again.weights()).toEqual(average.weights());
  expect([...withoutAverages(new Map([...weights(1), ...average.state()])).keys()]).toEqual(["w"]);
});
