import { expect, test } from "vitest";
import { numberWithin } from "./typed-number.ts";

const limits = { least: -1000, most: 3000 };

test("whole numbers within the limits are taken, negative ones with a hyphen or a minus sign", () => {
  const typed = ["40", " -600 ", "\u2212600", "-1000", "3000", "0"];
  expect(typed.map((text) => numberWithin(text, limits))).toEqual([40, -600, -600, -1000, 3000, 0]);
});

test("what is no whole number, or beyond the limits, is not taken", () => {
  const typed = ["", "-", "4e2", "12,5", "12.5", "1 000", "0x10", "abc", "-1001", "3001"];
  expect(typed.map((text) => numberWithin(text, limits))).toEqual(typed.map(() => undefined));
});
