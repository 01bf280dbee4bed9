import { expect, test } from "vitest";
import { largestSlice, nextUnseen } from "./slice-targets.ts";

test("The next required slice that was not seen is the nearest above, then the lowest", () => {
  const required = new Set([12, 3, 7, 8]);
  expect(nextUnseen(required, new Set([8]), 3)).toBe(7);
  expect(nextUnseen(required, new Set([8]), 7)).toBe(12);
  expect(nextUnseen(required, new Set([8]), 12)).toBe(3);
});

test("Nothing is next once all required slices were seen, or where none is required", () => {
  expect(nextUnseen(new Set([3, 7]), new Set([3, 7, 9]), 0)).toBeNull();
  expect(nextUnseen(new Set(), new Set(), 0)).toBeNull();
});

test("A slice that is shown but not yet on screen is its own next one only if it is the last", () => {
  expect(nextUnseen(new Set([5, 6]), new Set(), 5)).toBe(6);
  expect(nextUnseen(new Set([5]), new Set(), 5)).toBe(5);
});

test("The largest slice is the one with most voxels, the lower of equals, none of an empty structure", () => {
  expect(largestSlice([0, 4, 9, 9, 2])).toBe(2);
  expect(largestSlice([0, 0, 0])).toBeNull();
  expect(largestSlice([])).toBeNull();
});
