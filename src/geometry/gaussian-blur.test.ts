import { expect, test } from "vitest";
import { blurVolume, gaussianTaps } from "./gaussian-blur.ts";

test("the taps of a Gaussian add up to 1, and fall off as it does", () => {
  const taps = gaussianTaps(1.5);
  expect(taps).toHaveLength(2 * 5 + 1);
  expect(taps.reduce((sum, tap) => sum + tap, 0)).toBeCloseTo(1, 15);
  expect(taps[8] / taps[5]).toBeCloseTo(Math.exp(-2), 15);
});

test("beyond an end the last value goes on: half of the Gaussian and its middle see it", () => {
  const line = Float32Array.from({ length: 12 }, (_, at) => (at === 0 ? 1 : 0));
  blurVolume(line, [12, 1, 1], [1, 0, 0]);
  expect(line[0]).toBeCloseTo((1 + gaussianTaps(1)[3]) / 2, 6);
});

test("a constant stays to the edge, a point spreads along each axis by its own deviation", () => {
  const size = [9, 9, 9] as const;
  const constant = new Float32Array(729).fill(7);
  blurVolume(constant, [...size], [1, 2, 0.5]);
  for (const value of constant) expect(value).toBeCloseTo(7, 5);
  const point = new Float32Array(729);
  point[4 + 9 * (4 + 9 * 4)] = 1;
  blurVolume(point, [...size], [1, 0, 0.5]);
  const at = (i: number, j: number, k: number): number => point[i + 9 * (j + 9 * k)];
  expect(at(5, 4, 4) / at(4, 4, 4)).toBeCloseTo(Math.exp(-1 / 2), 5);
  expect(at(4, 4, 5) / at(4, 4, 4)).toBeCloseTo(Math.exp(-1 / (2 * 0.25)), 5);
  expect(at(4, 5, 4)).toBe(0);
});
