import { expect, test } from "vitest";
import { patientPoint } from "#core/coordinates.ts";
import { createGrid } from "#geometry/grid.ts";
import { growHint } from "./grow-edit.ts";

const grid = createGrid([10, 10, 10], [0.9, 0.9, 3], patientPoint(0, 0, 0));

test.each([
  [0.5, "volume", /nothing will change/],
  [0.5, "slice", /nothing will change/],
  [2, "volume", /Slices are 3\.0 mm apart: none is added or emptied/],
  [3, "volume", /3\.0 mm between slices/],
  [3, "slice", /No slice is added/],
] as const)("%s mm in each direction of %s is explained by the CT's voxels", (mm, within, words) => {
  expect(growHint(grid, mm, within)).toMatch(words);
});

test("where slices lie closer than columns, a distance between the two is not called too small", () => {
  const thin = createGrid([10, 10, 10], [1.2, 1.2, 0.6], patientPoint(0, 0, 0));
  expect(growHint(thin, 1, "volume")).toMatch(/0\.6 mm between slices/);
  expect(growHint(thin, 1, "slice")).toMatch(/nothing will change/);
});
