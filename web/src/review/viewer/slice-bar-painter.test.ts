import { expect, test } from "vitest";
import { barMargin, rowMiddle, sliceAt } from "./slice-bar-painter.ts";

test("The head is at the top: slice 0 is the lowest row, or the uppermost where slices are counted from the head", () => {
  expect(rowMiddle(0, 10, true, 100 + 2 * barMargin)).toBe(barMargin + 95);
  expect(rowMiddle(9, 10, true, 100 + 2 * barMargin)).toBe(barMargin + 5);
  expect(rowMiddle(0, 10, false, 100 + 2 * barMargin)).toBe(barMargin + 5);
});

test("A click on a slice's row is that slice, beyond the ends the first or last", () => {
  for (const headUp of [true, false]) {
    for (const k of [0, 41, 119]) expect(sliceAt(rowMiddle(k, 120, headUp, 640), 120, headUp, 640)).toBe(k);
  }
  expect(sliceAt(0, 120, true, 640)).toBe(119);
  expect(sliceAt(640, 120, true, 640)).toBe(0);
});
