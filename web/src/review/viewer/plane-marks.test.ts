import { expect, test } from "vitest";
import { patientPoint, voxelPoint } from "#core/coordinates.ts";
import { createGrid } from "#geometry/grid.ts";
import { planeGeometry } from "./plane-geometry.ts";
import { cutBall, rulerMm } from "./plane-marks.ts";
import { distanceToSegment } from "./pointer/rulers.ts";

const grid = createGrid([100, 100, 50], [1, 1, 3], patientPoint(0, 0, 0));

test("A ball of 5 mm is cut 3 mm beside its centre in a circle of 4 mm", () => {
  const cut = cutBall(planeGeometry(grid, "axial"), 11, voxelPoint(40, 30, 10), 5);
  expect(cut?.radiusMm).toBeCloseTo(4, 12);
  expect(cut?.at).toEqual([40, 30]);
});

test("A ball does not reach a slice as far away as its radius", () => {
  expect(cutBall(planeGeometry(grid, "axial"), 12, voxelPoint(40, 30, 10), 6)).toBeNull();
});

test("A ruler measures millimetres in the patient: 4 voxels of 1 mm and 1 slice of 3 mm are 5 mm", () => {
  const ruler = { id: 1, plane: "coronal", slice: 7 } as const;
  expect(rulerMm(grid, { ...ruler, from: voxelPoint(10, 7, 3), to: voxelPoint(14, 7, 4) })).toBeCloseTo(
    5,
    12,
  );
});

test("The distance to a line ends at its ends", () => {
  const line = [
    [0, 0],
    [10, 0],
  ] as const;
  expect(distanceToSegment([5, 3], line)).toBe(3);
  expect(distanceToSegment([13, 4], line)).toBe(5);
  expect(distanceToSegment([3, 4], [line[0], line[0]])).toBe(5);
});
