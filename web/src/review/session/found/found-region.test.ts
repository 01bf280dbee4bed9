import { expect, test } from "vitest";
import { patientPoint } from "#core/coordinates.ts";
import type { Region } from "#editing/region-cut/segment-region.ts";
import { createGrid } from "#geometry/grid.ts";
import { foundAtClick, foundInBox } from "./found-region.ts";

const grid = createGrid([40, 40, 30], [1, 1, 3], patientPoint(0, 0, 0));

/** Columns and rows 10 to 29, slices `from` <= k < `to`; inside are 12 to 20 in each slice, and `more`. */
function region(from: number, to: number, more?: { readonly column: number }): Region {
  const inside: number[] = [];
  for (let k = from; k < to; k++)
    for (let j = 10; j < 30; j++)
      for (let i = 10; i < 30; i++)
        inside.push(
          k > from + 1 && k < to - 2 && j > 11 && j < 21 && ((i > 11 && i < 21) || i === more?.column)
            ? 1
            : 0,
        );
  return { box: { from: [10, 10, from], to: [30, 30, to] }, inside: Uint8Array.from(inside) };
}

test("a click says how far the region reaches, in slices counted from 1, and nothing where nothing is", () => {
  expect(foundAtClick(region(5, 15), grid, "add")).toBe("Added a region of 9 × 9 × 18 mm, slices 8 to 13");
  expect(foundAtClick(region(5, 15), grid, "replace")).toMatch(/^Replaced by a region/);
  const nothing: Region = { box: { from: [0, 0, 0], to: [0, 0, 0] }, inside: new Uint8Array(0) };
  expect(foundAtClick(nothing, grid, "add")).toBeUndefined();
});

test("a box says what was searched, that it grew, and that the contour ends at it", () => {
  const drawn = { from: [10, 10, 5], to: [30, 30, 15] } as const;
  expect(foundInBox(region(5, 15), grid, drawn)).toBe("Searched in 20 × 20 × 30 mm, slices 6 to 15");
  expect(foundInBox(region(5, 20), grid, drawn)).toBe(
    "The box grew with the tumour, to 20 × 20 × 45 mm, slices 6 to 20",
  );
  expect(foundInBox(region(5, 15, { column: 28 }), grid, drawn)).toMatch(/The contour ends at the box/);
});
