import { expect, test } from "vitest";
import { barMargin, rowMiddle, sliceAt, unseenRuns } from "./slice-bar-painter.ts";

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

test("Unseen neighbours are one run; a slice that was seen or is not required parts it", () => {
  expect(unseenRuns(new Set([9, 3, 4, 5, 7]), new Set([4]))).toEqual([
    [3, 3],
    [5, 5],
    [7, 7],
    [9, 9],
  ]);
  expect(unseenRuns(new Set([5, 4, 3, 8]), new Set([8]))).toEqual([[3, 5]]);
  expect(unseenRuns(new Set(), new Set())).toEqual([]);
});
