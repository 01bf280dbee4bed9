import { expect, test } from "vitest";
import { pSentence, pValue, signed, volumeText } from "./printed-numbers.ts";

test("volumes are read to 0.1 cc at least, small ones finer", () => {
  expect([0, 0.0003, 0.0041, 0.04, 0.17, 1.624, 28.44, 133.64, 1204].map(volumeText)).toEqual([
    "0",
    "< 0.001",
    "0.004",
    "0.040",
    "0.17",
    "1.62",
    "28.4",
    "133.6",
    "1204.0",
  ]);
});

test("a difference has a sign unless it rounds to nothing", () => {
  expect([0.124, -0.124, 0.004, -0.004, 0].map((difference) => signed(difference, 2))).toEqual([
    "+0.12",
    "−0.12",
    "0.00",
    "0.00",
    "0.00",
  ]);
});

test("a P above 0.05 never reads as one that is not", () => {
  const values = [0.0004, 0.0321, 0.0496, 0.05, 0.0502, 0.05004, 0.0506, 0.4];
  const texts = ["< 0.001", "0.032", "0.050", "0.050", "0.0502", "0.05004", "0.051", "0.400"];
  expect(values.map(pValue)).toEqual(texts);
  expect(pSentence(0.0502)).toBe("P = 0.0502");
});
