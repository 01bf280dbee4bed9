import { describe, expect, test } from "vitest";
import { defaultTraining } from "#contract/training-configuration.ts";
import { createRandom } from "#core/random.ts";
import { changeIntensities, drawIntensityChange, type IntensityChange } from "./intensity-change.ts";

const size = 128;
const none: IntensityChange = { gain: 1, offsetHu: 0, noiseHu: 0, blurPixels: 0, seed: 3 };
const lung = { lowHu: -1350, highHu: 150, levels: 255 };
/** Levels that one HU is worth in the lung window. */
const perHu = 254 / 1500;

function changed(level: number, change: Partial<IntensityChange>, stream = 0): Float32Array {
  const levels = new Float32Array(size * size).fill(level);
  changeIntensities(levels, size, { ...none, ...change }, { greyLevels: lung, stream });
  return levels;
}

function spread(levels: Float32Array): { mean: number; standardDeviation: number } {
  const mean = levels.reduce((sum, level) => sum + level, 0) / levels.length;
  const variance = levels.reduce((sum, level) => sum + (level - mean) ** 2, 0) / levels.length;
  return { mean, standardDeviation: Math.sqrt(variance) };
}

test("nothing is drawn where nothing is allowed, and what is drawn keeps within its range", () => {
  const off = { contrast: 0, brightnessHu: 0, noiseHu: 0, blurPixels: 0 };
  expect(drawIntensityChange(createRandom(1), off)).toBeUndefined();
  for (let seed = 0; seed < 200; seed++) {
    const drawn = drawIntensityChange(createRandom(seed), { ...off, contrast: 0.2, brightnessHu: 40 });
    expect(Math.abs((drawn?.gain ?? 9) - 1)).toBeLessThanOrEqual(0.2);
    expect(Math.abs(drawn?.offsetHu ?? 99)).toBeLessThanOrEqual(40);
    expect([drawn?.noiseHu, drawn?.blurPixels]).toEqual([0, 0]);
  }
});

describe("an image of one level", () => {
  test("rises by the brightness, in HU", () => {
    expect(changed(100, { offsetHu: 60 })[5]).toBeCloseTo(100 + 60 * perHu, 3);
  });

  test("moves away from water by the contrast: -600 HU times 1.1 is -660 HU", () => {
    const level = (hu: number): number => (hu + 1350) * perHu;
    expect(changed(level(-600), { gain: 1.1 })[5]).toBeCloseTo(level(-660), 3);
    expect(changed(level(0), { gain: 1.1 })[5]).toBeCloseTo(level(0), 3);
  });

  test("stays within the levels that HU can have", () => {
    expect(changed(250, { offsetHu: 400 })[5]).toBe(254);
    expect(changed(3, { offsetHu: -400 })[5]).toBe(0);
  });

  test("gets noise of the standard deviation that was asked for, no more and no less bright", () => {
    const { mean, standardDeviation } = spread(changed(127, { noiseHu: 90 }));
    expect(standardDeviation / (90 * perHu)).toBeGreaterThan(0.97);
    expect(standardDeviation / (90 * perHu)).toBeLessThan(1.03);
    // The standard error of the mean of 16,384 pixels is 0.12 levels; pixels share a table, so three times that.
    expect(Math.abs(mean - 127)).toBeLessThan(0.5);
  });

  test("keeps its level when it is blurred", () => {
    for (const level of changed(91, { blurPixels: 1.7 })) expect(level).toBeCloseTo(91, 3);
  });
});

test("slices of one sample have noise of their own, the same one on every call", () => {
  expect(changed(127, { noiseHu: 50 }, 4)).toEqual(changed(127, { noiseHu: 50 }, 4));
  expect(changed(127, { noiseHu: 50 }, 4)).not.toEqual(changed(127, { noiseHu: 50 }, 5));
});

test("a point is blurred to a Gaussian of the standard deviation that was asked for, and nothing of it is lost", () => {
  const levels = new Float32Array(size * size);
  levels[64 * size + 64] = 200;
  changeIntensities(
    levels,
    size,
    { ...none, blurPixels: 1.5 },
    { greyLevels: defaultTraining.greyLevels, stream: 0 },
  );
  let [sum, squaresX, squaresY] = [0, 0, 0];
  levels.forEach((level, at) => {
    sum += level;
    squaresX += level * ((at % size) - 64) ** 2;
    squaresY += level * (Math.floor(at / size) - 64) ** 2;
  });
  expect(sum).toBeCloseTo(200, 2);
  // The kernel ends at three standard deviations, which takes 1.4 % of the width.
  expect(Math.sqrt(squaresX / sum)).toBeCloseTo(1.5, 1);
  expect(Math.sqrt(squaresY / sum)).toBeCloseTo(1.5, 1);
});
