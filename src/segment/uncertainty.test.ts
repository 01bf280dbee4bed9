/** Where a model doubts: counts that follow from bands and blocks put there by hand. */
import { expect, test } from "vitest";
import { patientPoint } from "../core/coordinates.ts";
import { createGrid } from "../geometry/grid.ts";
import { maskWhere } from "../geometry/mask.ts";
import { uncertaintyProfile } from "./uncertainty.ts";

// Voxels of 1 mm²: a disc of 5 mm is 19.6 of them.
const grid = createGrid([30, 20, 3], [1, 1, 5], patientPoint(0, 0, 0));
const area = 600;

/** A block of `width` x `height` voxels at (i, j) of slice k, all of one level. */
function fill(
  data: Uint8Array,
  k: number,
  i: number,
  j: number,
  width: number,
  height: number,
  level: number,
) {
  for (let y = j; y < j + height; y++) {
    const row = k * area + y * 30 + i;
    data.fill(level, row, row + width);
  }
}

test("doubt is the middle half of the levels, whether inside the contour or not, counted slice by slice", () => {
  const data = new Uint8Array(3 * area);
  fill(data, 0, 0, 0, 5, 5, 64);
  fill(data, 1, 0, 0, 6, 5, 191);
  fill(data, 1, 10, 10, 5, 5, 192);
  fill(data, 2, 0, 0, 10, 10, 63);
  const mask = maskWhere(grid, (at) => data[at] >= 128);
  expect(uncertaintyProfile({ grid, data }, mask)).toEqual({
    gtvVoxels: [0, 55, 0],
    uncertainVoxels: [25, 30, 0],
  });
});

test("patches smaller than a disc of 5 mm are speckle, each by itself however many there are in a slice", () => {
  const data = new Uint8Array(3 * area);
  fill(data, 0, 0, 0, 19, 1, 100);
  fill(data, 0, 0, 4, 19, 1, 100);
  fill(data, 1, 0, 0, 20, 1, 100);
  fill(data, 1, 0, 4, 4, 4, 100);
  const mask = maskWhere(grid, () => false);
  expect(uncertaintyProfile({ grid, data }, mask).uncertainVoxels).toEqual([0, 20, 0]);
});
