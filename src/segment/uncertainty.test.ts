/** Where a model doubts: counts that follow from blocks put there by hand. */
import { expect, test } from "vitest";
import { patientPoint } from "#core/coordinates.ts";
import { createGrid } from "#geometry/grid.ts";
import { maskWhere } from "#geometry/mask.ts";
import { uncertaintyProfile } from "./uncertainty.ts";

// Voxels of 1 mm: a disc of 10 mm fits into a square of 11 and not into one of 9.
const grid = createGrid([40, 30, 3], [1, 1, 5], patientPoint(0, 0, 0));
const area = 40 * 30;

/** A block of `width` x `height` voxels at (i, j) of slice k, all of one level. */
function fill(
  data: Uint8Array,
  k: number,
  [i, j, width, height]: readonly [number, number, number, number],
  level: number,
) {
  for (let y = j; y < j + height; y++) data.fill(level, k * area + y * 40 + i, k * area + y * 40 + i + width);
}

test("doubt is the middle quarter of the levels, counted slice by slice whether inside the contour or not", () => {
  const data = new Uint8Array(3 * area);
  fill(data, 0, [0, 0, 11, 11], 96);
  fill(data, 1, [1, 2, 12, 11], 159);
  fill(data, 1, [20, 2, 11, 11], 160);
  fill(data, 2, [0, 0, 20, 20], 95);
  const mask = maskWhere(grid, (at) => data[at] >= 128);
  expect(uncertaintyProfile({ grid, data }, mask)).toEqual({
    gtvVoxels: [0, 132 + 121, 0],
    uncertainVoxels: [121, 132, 0],
  });
});

test("what the model found and clean-up left out is in doubt, however sure the model is of it", () => {
  const data = new Uint8Array(3 * area);
  fill(data, 1, [0, 0, 12, 12], 255);
  fill(data, 1, [20, 0, 12, 12], 255);
  const mask = maskWhere(grid, (at) => data[at] === 255 && at % 40 < 20);
  expect(uncertaintyProfile({ grid, data }, mask).uncertainVoxels).toEqual([0, 144, 0]);
});

test("patches that hold no disc of 10 mm do not count, however long they are", () => {
  const data = new Uint8Array(3 * area);
  fill(data, 0, [0, 0, 40, 9], 100);
  fill(data, 0, [0, 20, 8, 8], 100);
  fill(data, 1, [0, 0, 40, 11], 100);
  const mask = maskWhere(grid, () => false);
  expect(uncertaintyProfile({ grid, data }, mask).uncertainVoxels).toEqual([0, 440, 0]);
});
