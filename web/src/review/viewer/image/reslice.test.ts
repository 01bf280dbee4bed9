import { expect, test } from "vitest";
import { patientPoint } from "#core/coordinates.ts";
import { createGrid } from "#geometry/grid.ts";
import { planeGeometry, voxelOf } from "../plane-geometry.ts";
import { cutMaskSlice, resliceHu } from "./reslice.ts";

const size = [5, 4, 3] as const;
const grid = createGrid([...size], [1, 1, 1], patientPoint(0, 0, 0));
/** Each voxel's value tells where it is: i + 10 j + 100 k. */
const hu = Int16Array.from(
  { length: 60 },
  (_, at) => (at % 5) + 10 * (Math.floor(at / 5) % 4) + 100 * Math.floor(at / 20),
);

test("An axial slice is a view of the volume, not a copy", () => {
  const slice = resliceHu(hu, grid, planeGeometry(grid, "axial"), 2);
  expect(slice.buffer).toBe(hu.buffer);
  expect([...slice.subarray(0, 6)]).toEqual([200, 201, 202, 203, 204, 210]);
});

test("A coronal image has i across and slices in their order", () => {
  const image = resliceHu(hu, grid, planeGeometry(grid, "coronal"), 3);
  expect([...image]).toEqual([30, 31, 32, 33, 34, 130, 131, 132, 133, 134, 230, 231, 232, 233, 234]);
});

test("A sagittal image has j across and slices in their order", () => {
  const image = resliceHu(hu, grid, planeGeometry(grid, "sagittal"), 4);
  expect([...image]).toEqual([4, 14, 24, 34, 104, 114, 124, 134, 204, 214, 224, 234]);
});

test("A mask's slice is cut to the box of its voxels, in every plane", () => {
  const mask = new Uint8Array(60);
  const put = (i: number, j: number, k: number) => {
    mask[i + 5 * (j + 4 * k)] = 1;
  };
  put(1, 1, 0);
  put(4, 1, 0);
  put(3, 2, 0);
  put(3, 2, 2);
  const axial = cutMaskSlice(mask, grid, planeGeometry(grid, "axial"), 0);
  expect(axial).toEqual({ u0: 1, v0: 1, width: 4, height: 2, data: Uint8Array.of(1, 0, 0, 1, 0, 0, 1, 0) });
  const coronal = cutMaskSlice(mask, grid, planeGeometry(grid, "coronal"), 2);
  expect(coronal).toEqual({ u0: 3, v0: 0, width: 1, height: 3, data: Uint8Array.of(1, 0, 1) });
  const sagittal = cutMaskSlice(mask, grid, planeGeometry(grid, "sagittal"), 3);
  expect(sagittal).toEqual({ u0: 2, v0: 0, width: 1, height: 3, data: Uint8Array.of(1, 0, 1) });
});

test("A slice without voxels of the mask is null", () => {
  expect(cutMaskSlice(new Uint8Array(60), grid, planeGeometry(grid, "sagittal"), 1)).toBeNull();
});

test("A point (u, v) of a plane's slice is the voxel that its axes say", () => {
  expect(voxelOf(planeGeometry(grid, "axial"), 1, 2, 0)).toEqual([1, 2, 0]);
  expect(voxelOf(planeGeometry(grid, "coronal"), 1, 2, 0)).toEqual([1, 0, 2]);
  expect(voxelOf(planeGeometry(grid, "sagittal"), 1, 2, 0)).toEqual([0, 1, 2]);
});
