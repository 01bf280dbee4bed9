import { expect, test } from "vitest";
import { patientPoint } from "#core/coordinates.ts";
import { createGrid } from "#geometry/grid.ts";
import { emptyMask } from "#geometry/mask.ts";
import { contoursOfMask } from "./contours-of-mask.ts";

test("contours run exactly along voxel edges, on the plane that the slice's own file states", () => {
  const grid = createGrid([10, 10, 3], [0.8, 1.2, 5], patientPoint(-100, 50, 300));
  const mask = emptyMask(grid);
  // Columns 3 to 6, rows 2 to 4 of slice 1.
  for (let j = 2; j <= 4; j++) mask.data.fill(1, 100 + 10 * j + 3, 100 + 10 * j + 7);
  const slices = [0, 1, 2].map((k) => ({
    position: patientPoint(-100, 50, 300.04 + 5 * k),
    sopInstanceUid: `1.${k}`,
    sopClassUid: "1",
  }));
  const [contour, ...others] = contoursOfMask(mask, slices, "keyhole");
  expect(others).toEqual([]);
  expect(contour.k).toBe(1);
  const column = (axis: number): number[] =>
    [...new Set([...contour.points].filter((_, index) => index % 3 === axis))].sort((a, b) => a - b);
  const expected = [[-100 + 2.5 * 0.8, -100 + 6.5 * 0.8], [50 + 1.5 * 1.2, 50 + 4.5 * 1.2], [305.04]];
  expected.forEach((values, axis) => {
    expect(column(axis).length).toBe(values.length);
    values.forEach((value, index) => {
      expect(column(axis)[index]).toBeCloseTo(value, 9);
    });
  });
});
