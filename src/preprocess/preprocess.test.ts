import { expect, test } from "vitest";
import { defaultTraining } from "#contract/training-configuration.ts";
import { outsideLevel, toGreyLevels } from "./grey-levels.ts";
import { countLevels, normaliseInto, populationStatistics } from "./normalise.ts";
import { createResizer, reachOf } from "./resize.ts";

test("4096 grey values become 255 levels, the ends map to the ends and values beyond are clamped", () => {
  const hu = Int16Array.from({ length: 4096 }, (_, index) => index - 1024);
  expect(new Set(toGreyLevels(hu, defaultTraining.greyLevels)).size).toBe(255);
  expect([...toGreyLevels(Int16Array.of(-2000, -1024, 3071, 30000), defaultTraining.greyLevels)]).toEqual([
    0, 0, 254, 254,
  ]);
});

test("a window spends all its levels between its ends, and what lies outside an image is air in each of them", () => {
  const lung = { lowHu: -1350, highHu: 150, levels: 255 };
  expect([...toGreyLevels(Int16Array.of(-1400, -1350, -600, 150, 400), lung)]).toEqual([0, 0, 127, 254, 254]);
  // Level of -1000 HU: (-1000 + 1350) / 1500 * 254 = 59.3, and (-1000 + 1024) / 4095 * 254 = 1.5.
  expect(outsideLevel(lung)).toBe(59);
  expect(outsideLevel(defaultTraining.greyLevels)).toBe(1);
  expect(outsideLevel({ lowHu: -160, highHu: 240, levels: 255 })).toBe(0);
});

test("population statistics are the mean and standard deviation over all images together", () => {
  const { mean, standardDeviation } = populationStatistics([
    countLevels(Uint8Array.of(0, 10)),
    countLevels(Uint8Array.of(20, 30)),
  ]);
  expect(mean).toBe(15);
  expect(standardDeviation).toBeCloseTo(Math.sqrt(125), 12);
  const target = new Float32Array(2);
  normaliseInto(target, [15, 15 + Math.sqrt(125)], { mean, standardDeviation });
  expect(target[0]).toBe(0);
  expect(target[1]).toBeCloseTo(1, 6);
});

test("resizing keeps a constant, the mean of an image that shrinks, and a ramp in its interior", () => {
  const constant = createResizer([7, 9], [20, 4])(new Float32Array(63).fill(3));
  for (const value of constant) expect(value).toBeCloseTo(3, 5);
  const ramp = Float32Array.from({ length: 32 * 32 }, (_, index) => index % 32);
  const half = createResizer([32, 32], [16, 16])(ramp);
  for (let x = 1; x < 15; x++) expect(half[5 * 16 + x]).toBeCloseTo(2 * x + 0.5, 4);
  const twice = createResizer([32, 32], [64, 64])(ramp);
  for (let x = 1; x < 63; x++) expect(twice[9 * 64 + x]).toBeCloseTo((x + 0.5) / 2 - 0.5, 4);
});

test("an image that is written where another one was is the same as in new memory", () => {
  const resize = createResizer([32, 32], [20, 20]);
  const image = Float32Array.from({ length: 32 * 32 }, (_, at) => Math.sin(at * at));
  const memory = new Float32Array(500).fill(7);
  const part = { left: 2, right: 17, top: 4, bottom: 20 };
  expect(resize(image, part, memory)).toEqual(resize(image, part));
  expect(memory.subarray(15 * 16).every((value) => value === 7)).toBe(true);
});

test("a part of a resized image is that of the whole, and what an image's part does not reach does not depend on it", () => {
  for (const [from, to] of [
    [16, 37],
    [32, 20],
  ] as const) {
    const image = Float32Array.from({ length: from * from }, (_, at) => Math.sin(at * at));
    const resize = createResizer([from, from], [to, to]);
    const whole = resize(image);
    const inner = { left: 5, right: 9, top: 3, bottom: 4 };
    const reached = reachOf([from, from], [to, to])(inner);
    const part = resize(image, reached);
    for (let y = inner.top; y < inner.bottom; y++)
      image.fill(1e3, y * from + inner.left, y * from + inner.right);
    const changed = resize(image);
    for (let y = 0; y < to; y++) {
      for (let x = 0; x < to; x++) {
        const isReached = x >= reached.left && x < reached.right && y >= reached.top && y < reached.bottom;
        const at = x - reached.left + (reached.right - reached.left) * (y - reached.top);
        if (isReached) expect(part[at]).toBe(whole[x + to * y]);
        expect(changed[x + to * y] !== whole[x + to * y]).toBe(isReached);
      }
    }
  }
});
