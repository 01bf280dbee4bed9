import { expect, test } from "vitest";
import { patientPoint, voxelPoint } from "#core/coordinates.ts";
import { boundingBox, cropMask, unionBox } from "./crop.ts";
import { createGrid, patientToVoxel, voxelToPatient } from "./grid.ts";
import { countVoxels, emptyMask } from "./mask.ts";

const grid = createGrid([6, 5, 4], [1, 2, 3], patientPoint(10, 20, 30), [
  [0, 1, 0],
  [-1, 0, 0],
]);
const at = (i: number, j: number, k: number): number => i + 6 * (j + 5 * k);

test("the box of a mask reaches from its first to its last voxel along each axis", () => {
  const mask = emptyMask(grid);
  mask.data[at(4, 1, 1)] = 1;
  mask.data[at(1, 3, 2)] = 1;
  expect(boundingBox(mask)).toEqual({ from: [1, 1, 1], to: [5, 4, 3] });
  expect(boundingBox(emptyMask(grid))).toBeUndefined();
  expect(unionBox(boundingBox(mask), { from: [0, 2, 0], to: [2, 5, 1] })).toEqual({
    from: [0, 1, 0],
    to: [5, 5, 3],
  });
  expect(unionBox(undefined, boundingBox(mask))).toEqual(boundingBox(mask));
});

test("a cropped and padded mask has the same voxels in the same places of patient space", () => {
  const mask = emptyMask(grid);
  mask.data[at(5, 4, 3)] = 1;
  mask.data[at(3, 4, 2)] = 1;
  const part = cropMask(mask, { from: [3, 4, 2], to: [6, 5, 4] }, 1);
  expect(part.grid.size).toEqual([5, 3, 4]);
  expect(countVoxels(part)).toBe(2);
  for (const corner of [voxelPoint(5, 4, 3), voxelPoint(3, 4, 2)]) {
    const [i, j, k] = patientToVoxel(part.grid, voxelToPatient(grid, corner)).map(Math.round);
    expect(part.data[i + 5 * (j + 3 * k)]).toBe(1);
  }
});
