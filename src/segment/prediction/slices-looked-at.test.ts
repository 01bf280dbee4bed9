import { expect, test } from "vitest";
import { patientPoint } from "#core/coordinates.ts";
import { createGrid } from "#geometry/grid.ts";
import { apartMm, interpolating, slicesLookedAt } from "./slices-looked-at.ts";

const stack = (count: number, mm: number) => createGrid([1, 1, count], [1, 1, mm], patientPoint(0, 0, 0));
const all = (count: number) => Array.from({ length: count }, (_, slice) => slice);

test.each([
  ["3 mm", 3, 5, all(5)],
  ["1.25 mm", 1.25, 5, all(5)],
  ["1 mm", 1, 8, [0, 2, 4, 6, 7]],
  ["1 mm, as it is rounded in files", 1.0004, 7, [0, 2, 4, 6]],
  ["0.5 mm", 0.5, 10, [0, 4, 8, 9]],
])("slices of %s", (_, mm, count, expected) => {
  expect(slicesLookedAt(stack(count, mm), [0, count], apartMm)).toEqual(expected);
});

test.each([
  [
    [3, 8],
    [2, 4, 6, 8],
  ],
  [[4, 5], [4]],
  [
    [5, 6],
    [4, 6],
  ],
  [
    [7, 10],
    [6, 8, 9],
  ],
] as const)("a region of slices %j needs those that it is interpolated from", ([from, to], expected) => {
  expect(slicesLookedAt(stack(10, 1), [from, to], apartMm)).toEqual(expected);
});

test("slices between two that were looked at lie between in probability, once each, in order, and none beyond the region", () => {
  const placed: [number, number[]][] = [];
  const take = interpolating((probabilities, slice) => placed.push([slice, [...probabilities]]), [1, 7]);
  take({ slice: 0, probabilities: Float32Array.of(0, 1) });
  take({ slice: 4, probabilities: Float32Array.of(1, 0.5) });
  take({ slice: 8, probabilities: Float32Array.of(1, 0.5) });
  expect(placed).toEqual([
    [1, [0.25, 0.875]],
    [2, [0.5, 0.75]],
    [3, [0.75, 0.625]],
    [4, [1, 0.5]],
    [5, [1, 0.5]],
    [6, [1, 0.5]],
  ]);
});
