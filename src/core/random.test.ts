import { expect, test } from "vitest";
import { createRandom } from "./random.ts";

const draw = (count: number, next: () => number): number[] => Array.from({ length: count }, next);
const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

test("the same seed gives the same numbers, another seed others", () => {
  expect(draw(20, createRandom(7).next)).toEqual(draw(20, createRandom(7).next));
  expect(draw(20, createRandom(7).next)).not.toEqual(draw(20, createRandom(8).next));
});

test("a fork does not depend on what its parent drew before", () => {
  const fresh = createRandom(1);
  const used = createRandom(1);
  draw(5, used.next);
  expect(draw(5, used.fork("patient").next)).toEqual(draw(5, fresh.fork("patient").next));
  expect(draw(5, fresh.fork("a").next)).not.toEqual(draw(5, fresh.fork("b").next));
});

test("uniform numbers have mean 1/2 and variance 1/12, normal ones mean 0 and variance 1", () => {
  const random = createRandom(3);
  const uniform = draw(100_000, random.next);
  // Four standard errors of the mean: 4 * sqrt(1/12 / 1e5) = 0.0037.
  expect(Math.abs(mean(uniform) - 0.5)).toBeLessThan(0.0037);
  expect(Math.abs(mean(uniform.map((value) => (value - 0.5) ** 2)) - 1 / 12)).toBeLessThan(0.001);
  const normal = draw(100_000, () => random.normal());
  expect(Math.abs(mean(normal))).toBeLessThan(4 / Math.sqrt(1e5));
  expect(Math.abs(mean(normal.map((value) => value * value)) - 1)).toBeLessThan(4 * Math.sqrt(2 / 1e5));
});

test("weighted picks follow their weights and a weight of 0 is never picked", () => {
  const random = createRandom(4);
  const picks = draw(40_000, () => random.pick([0, 1, 2], [1, 0, 3]));
  expect(picks.includes(1)).toBe(false);
  expect(Math.abs(mean(picks) - 1.5)).toBeLessThan(0.02);
});

test("a shuffle is a permutation", () => {
  const items = draw(
    50,
    (() => {
      let n = 0;
      return () => n++;
    })(),
  );
  const shuffled = createRandom(5).shuffle(items);
  expect(shuffled).not.toEqual(items);
  expect([...shuffled].sort((a, b) => a - b)).toEqual(items);
});
