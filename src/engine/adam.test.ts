import { expect, test } from "vitest";
import { adamStep } from "./adam.ts";

function freshState(weight: readonly number[]) {
  const moments = () => new Float32Array(weight.length);
  return { weight: Float32Array.from(weight), moment1: moments(), moment2: moments() };
}

test("the first step moves each weight by the learning rate against its gradient's sign, however large", () => {
  const state = freshState([1, 1, 1]);
  adamStep(state, Float32Array.of(1000, -0.5, 0), { learningRate: 0.01, l2: 0, scale: 1, step: 1 });
  expect(state.weight[0]).toBeCloseTo(0.99, 6);
  expect(state.weight[1]).toBeCloseTo(1.01, 6);
  expect(state.weight[2]).toBe(1);
  // b1 = 0.9 and b2 = 0.999: the moments hold a tenth of g and a thousandth of its square.
  expect(state.moment1[0]).toBeCloseTo(100, 4);
  expect(state.moment2[1]).toBeCloseTo(0.25e-3, 9);
});

test("a constant gradient moves by the learning rate at every step: the bias corrections cancel", () => {
  const state = freshState([0]);
  for (let step = 1; step <= 50; step++)
    adamStep(state, Float32Array.of(3), { learningRate: 0.01, l2: 0, scale: 1, step });
  expect(state.weight[0]).toBeCloseTo(-0.5, 5);
});

test("L2 pulls a weight without gradient towards 0", () => {
  const state = freshState([2, -2]);
  adamStep(state, new Float32Array(2), { learningRate: 0.01, l2: 1e-3, scale: 1, step: 1 });
  expect(state.weight[0]).toBeCloseTo(1.99, 6);
  expect(state.weight[1]).toBeCloseTo(-1.99, 6);
});
