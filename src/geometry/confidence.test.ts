import { expect, test } from "vitest";
import {
  certainByte,
  certaintyAbove,
  insideFrom,
  leaning,
  leastProbability,
  probabilityOf,
  toByte,
} from "./confidence.ts";

const thresholds = [0.02, 0.1, 0.5, 0.9];

test("a voxel is inside exactly where the probability is above the threshold", () => {
  for (const threshold of thresholds) {
    expect(toByte(threshold, threshold)).toBe(insideFrom - 1);
    expect(toByte(threshold + 1e-12, threshold)).toBe(insideFrom);
    expect([toByte(0, threshold), toByte(1, threshold)]).toEqual([0, certainByte]);
  }
});

test("each byte's probability is in its own range, and goes back to the byte", () => {
  for (const threshold of thresholds) {
    expect(leastProbability(insideFrom, threshold)).toBe(threshold);
    for (let byte = 0; byte <= certainByte; byte++) {
      const middle = probabilityOf(byte, threshold);
      expect(toByte(middle, threshold)).toBe(byte);
      expect(middle).toBeGreaterThan(leastProbability(byte, threshold));
      expect(middle).toBeLessThan(leastProbability(byte + 1, threshold));
    }
    expect(leastProbability(certainByte + 1, threshold)).toBeCloseTo(1, 12);
  }
});

test("certainty grows from a level to 1, and a byte leans inside from the threshold on", () => {
  expect([0, insideFrom - 1, insideFrom, certainByte].map((byte) => certaintyAbove(byte))).toEqual([
    ...[0, 0, 1 / 128, 1],
  ]);
  expect([19, 20, certainByte].map((byte) => certaintyAbove(byte, 20))).toEqual([0, 1 / 236, 1]);
  expect([leaning(0), leaning(certainByte)]).toEqual([-1, 1]);
  expect(leaning(insideFrom)).toBe(-leaning(insideFrom - 1));
});
