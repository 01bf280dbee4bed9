import { expect, test } from "vitest";
import { requiredSlices } from "./required-slices.ts";

test("a slice must be seen if it holds GTV now or by the model, or the model's doubt, each by itself", () => {
  const profile = { gtvVoxels: [0, 5, 0, 0, 0], uncertainVoxels: [0, 0, 7, 0, 0] };
  expect(requiredSlices(5, profile, (k) => k === 4)).toEqual([1, 2, 4]);
});

test("where no model has run the drawn slices must be seen, and none of an empty contour", () => {
  expect(requiredSlices(4, undefined, (k) => k < 2)).toEqual([0, 1]);
  expect(requiredSlices(4, undefined, () => false)).toEqual([]);
});
