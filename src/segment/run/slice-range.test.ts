import { expect, test } from "vitest";
import { patientPoint } from "#core/coordinates.ts";
import { createGrid } from "#geometry/grid.ts";
import { emptyMask } from "#geometry/mask.ts";
import { sliceRange } from "./slice-range.ts";

test.each<[string, [number, number, number], { first: number; last: number }]>([
  ["at the feet", [1, 0, 0], { first: 1, last: 2 }],
  ["at the head, feet first", [-1, 0, 0], { first: 4, last: 5 }],
])("slices are counted from the feet where the first stored one is %s", (_, row, expected) => {
  const mask = emptyMask(createGrid([2, 2, 5], [1, 1, 3], patientPoint(0, 0, 0), [row, [0, 1, 0]]));
  mask.data.fill(1, 0, 8);
  expect(sliceRange(mask)).toEqual({ ...expected, count: 2 });
  expect(sliceRange(emptyMask(mask.grid))).toEqual({ first: 0, last: 0, count: 0 });
});
