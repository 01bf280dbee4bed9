import { expect, test } from "vitest";
import { createRandom } from "../core/random.ts";
import { identityMap, randomMap, warpImage, warpMask } from "./augment.ts";
import { paperGreyLevels, toGreyLevels } from "./grey-levels.ts";
import { normaliseInto, populationStatistics } from "./normalise.ts";
import { createResizer } from "./resize.ts";

test("4096 grey values become 255 levels, the ends map to the ends and values beyond are clamped", () => {
  const hu = Int16Array.from({ length: 4096 }, (_, index) => index - 1024);
  expect(new Set(toGreyLevels(hu, paperGreyLevels)).size).toBe(255);
  expect([...toGreyLevels(Int16Array.of(-2000, -1024, 3071, 30000), paperGreyLevels)]).toEqual([
    0, 0, 254, 254,
  ]);
});

test("population statistics are the mean and standard deviation over all images together", () => {
  const { mean, standardDeviation } = populationStatistics([Uint8Array.of(0, 10), Uint8Array.of(20, 30)]);
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

test("a mirrored mask is the mirror image, and mirroring twice gives the mask back", () => {
  const size = 8;
  const mask = Uint8Array.from({ length: 64 }, (_, index) => (index * 7 + (index >> 2)) % 2);
  const mirror = { ...identityMap, scaleX: -1, shiftX: size - 1 };
  const once = warpMask(mask, size, mirror);
  expect(once[3 * size + 1]).toBe(mask[3 * size + 6]);
  expect(warpMask(once, size, mirror)).toEqual(mask);
});

test("no transform changes an intensity: a constant image stays constant where the source covers it", () => {
  const random = createRandom(2);
  const size = 32;
  const image = new Uint8Array(size * size).fill(77);
  const inside = new Uint8Array(size * size).fill(1);
  for (let trial = 0; trial < 50; trial++) {
    const map = randomMap(random, size);
    const warped = warpImage(image, size, map);
    const covered = warpMask(inside, size, { ...map });
    for (let y = 0; y < size; y++) {
      for (let x = 0; x < size; x++) {
        const sourceX = x * map.scaleX + map.shiftX;
        const sourceY = y * map.scaleY + map.shiftY;
        const whole = sourceX >= 0 && sourceY >= 0 && sourceX <= size - 1 && sourceY <= size - 1;
        if (whole && covered[y * size + x]) expect(warped[y * size + x]).toBeCloseTo(77, 3);
      }
    }
  }
});
