/** Distances against closed forms (boxes and balls on anisotropic grids) and against every pair of elements, one by one. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { patientPoint, type Vector3 } from "#core/coordinates.ts";
import { createGrid } from "#geometry/grid.ts";
import { emptyMask, type Mask } from "#geometry/mask.ts";
import { addedPathLength } from "./added-path-length.ts";
import { dta95Mm, meanDtaMm } from "./distance-to-agreement.ts";
import { hausdorffMm, percentileMm } from "./hausdorff.ts";
import { rootMeanSquareMm, symmetricMeanMm } from "./mean-distance.ts";
import { nearestDistancesMm } from "./nearest-distances.ts";
import { contourDistances, surfaceDistances } from "./surface-distances.ts";
import { surfaceDsc } from "./surface-dsc.ts";
import { surfaceElements } from "./surface-elements.ts";

function shape(
  size: Vector3,
  spacingMm: Vector3,
  inside: (i: number, j: number, k: number) => boolean,
): Mask {
  const mask = emptyMask(createGrid(size, spacingMm, patientPoint(0, 0, 0)));
  for (let k = 0, at = 0; k < size[2]; k++) {
    for (let j = 0; j < size[1]; j++) {
      for (let i = 0; i < size[0]; i++, at++) mask.data[at] = inside(i, j, k) ? 1 : 0;
    }
  }
  return mask;
}

const box = (spacingMm: Vector3, from: Vector3, to: Vector3, size: Vector3 = [30, 30, 14]): Mask =>
  shape(size, spacingMm, (...at) => at.every((index, axis) => index >= from[axis] && index < to[axis]));

/** Voxels whose centre lies in a ball round the middle of the grid. */
function ball(radiusMm: number, spacingMm: Vector3, size: Vector3, shift: Vector3 = [0, 0, 0]): Mask {
  return shape(size, spacingMm, (...at) => {
    const offset = at.map((index, axis) => (index - (size[axis] - 1) / 2) * spacingMm[axis] - shift[axis]);
    return Math.hypot(...offset) < radiusMm;
  });
}

describe("closed forms", () => {
  test.each<[string, Vector3, number]>([
    ["along i", [4, 0, 0], 4 * 0.7],
    ["along j", [0, 3, 0], 3 * 1.3],
    ["along k", [0, 0, 2], 2 * 5],
    ["along all three", [4, 3, 2], Math.hypot(4 * 0.7, 3 * 1.3, 2 * 5)],
  ])("a box shifted %s has the shift in mm as its Hausdorff distance", (_, shift, expected) => {
    const spacing: Vector3 = [0.7, 1.3, 5];
    const from: Vector3 = [5, 6, 3];
    const to: Vector3 = [15, 14, 7];
    const moved = (corner: Vector3): Vector3 => [
      corner[0] + shift[0],
      corner[1] + shift[1],
      corner[2] + shift[2],
    ];
    const distances = surfaceDistances(box(spacing, from, to), box(spacing, moved(from), moved(to)));
    expect(hausdorffMm(distances)).toBeCloseTo(expected, 10);
  });

  test("a mask has no distance to itself, and all of its surface within any tolerance", () => {
    const mask = ball(8, [1, 1, 2.5], [24, 24, 10]);
    const distances = surfaceDistances(mask, mask);
    expect([hausdorffMm(distances), symmetricMeanMm(distances), rootMeanSquareMm(distances)]).toEqual([
      0, 0, 0,
    ]);
    expect(surfaceDsc(distances, 0)).toBe(1);
  });

  test("a straight-sided box has the area of its faces, short of the bevelled edges and corners", () => {
    // Between voxel centres and half a voxel round them: a x b x c bevelled at its 12 edges and 8 corners by halves.
    const [a, b, c] = [8, 6, 4];
    const { sizes } = surfaceElements(box([1, 1, 1], [3, 3, 3], [3 + a, 3 + b, 3 + c]));
    const [u, v, w] = [a - 1, b - 1, c - 1];
    const faces = 2 * (u * v + v * w + u * w);
    const bevels = 4 * (u + v + w) * Math.SQRT1_2;
    const corners = 8 * (Math.sqrt(3) / 8);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeCloseTo(faces + bevels + corners, 10);
  });

  test("the area of a ball is 4 pi r2 and what the steps of voxels add, less than 15 %", () => {
    for (const spacing of [
      [1, 1, 1],
      [0.5, 0.5, 1],
    ] as const) {
      const { sizes } = surfaceElements(ball(15, spacing, [64, 64, 36]));
      const ratio = sizes.reduce((sum, size) => sum + size, 0) / (4 * Math.PI * 225);
      expect(ratio).toBeGreaterThan(1);
      expect(ratio).toBeLessThan(1.15);
    }
  });

  test("concentric balls are apart by the difference of their radii, within a voxel, whatever the measure", () => {
    const spacing: Vector3 = [1, 1, 1];
    const [inner, outer] = [10, 14].map((radius) => ball(radius, spacing, [34, 34, 34]));
    const distances = surfaceDistances(inner, outer);
    for (const measure of [hausdorffMm(distances, 95), symmetricMeanMm(distances), meanDtaMm(distances)]) {
      expect(Math.abs((measure ?? Number.NaN) - 4)).toBeLessThan(0.5);
    }
    expect(surfaceDsc(distances, 2)).toBe(0);
    expect(surfaceDsc(distances, 6)).toBe(1);
  });

  test("HD95 leaves out a spike that is less than 5 % of the surface, HD does not; DTA looks from the prediction only", () => {
    const spacing: Vector3 = [1, 1, 1];
    const plain = box(spacing, [5, 5, 2], [20, 20, 12]);
    const spiked = { ...plain, data: plain.data.slice() };
    for (let i = 20; i < 27; i++) spiked.data[i + 30 * (10 + 30 * 6)] = 1;
    const forward = surfaceDistances(plain, spiked);
    expect(hausdorffMm(forward)).toBe(7);
    expect(hausdorffMm(forward, 95)).toBe(0);
    expect(dta95Mm(forward)).toBe(0);
    const hollow = surfaceDistances(spiked, plain);
    expect(meanDtaMm(forward)).toBeGreaterThan(0);
    expect(meanDtaMm(hollow)).toBeLessThan(meanDtaMm(forward) ?? 0);
  });
});

test.each([
  ["3 mm between positions in tenths of a millimetre", (-53.1 - -293.1) / 80],
  [
    "3 mm as floats of a turned NIfTI have it",
    Math.hypot(Math.fround(3 * Math.cos(0.2)), Math.fround(3 * Math.sin(0.2))),
  ],
])("a surface one slice off is within 3 mm of slices of %s", (_, sliceMm) => {
  expect(sliceMm).toBeGreaterThan(3);
  const spacing: Vector3 = [1, 1, sliceMm];
  const distances = surfaceDistances(
    box(spacing, [5, 5, 3], [25, 25, 8]),
    box(spacing, [5, 5, 4], [25, 25, 9]),
  );
  expect(surfaceDsc(distances, 3)).toBe(1);
  expect(surfaceDsc(distances, 2.99)).toBeLessThan(0.8);
});

test("percentile, mean and root mean square go by area, not by the number of elements", () => {
  // 100 mm2: 90 at 0 mm, 6 at 1 mm, 4 at 5 mm. Of three elements the last is beyond two thirds, but not of the area.
  const side = {
    distancesMm: Float64Array.of(0, 1, 5),
    sizes: Float64Array.of(90, 6, 4),
    totalSize: 100,
  };
  const other = { distancesMm: Float64Array.of(2), sizes: Float64Array.of(50), totalSize: 50 };
  expect([50, 90, 95, 96, 97, 100].map((percent) => percentileMm(side, percent))).toEqual([0, 0, 1, 1, 5, 5]);
  const distances = { referenceToPrediction: side, predictionToReference: other };
  expect(symmetricMeanMm(distances)).toBeCloseTo((6 + 20 + 100) / 150, 12);
  expect(rootMeanSquareMm(distances)).toBeCloseTo(Math.sqrt((6 + 100 + 200) / 150), 12);
  expect(hausdorffMm(distances, 95)).toBe(2);
  expect(dta95Mm(distances)).toBe(2);
});

describe("added path length", () => {
  const square = (from: number, to: number): Mask =>
    shape([20, 20, 1], [1, 2, 5], (i, j) => i >= from && i < to && j >= 4 && j < 14);

  test("the contour of a 10 by 10 square has 36 voxels; all of it is added to an empty slice", () => {
    const empty = square(0, 0);
    expect(addedPathLength(square(4, 14), empty, 0).exactMm).toBe(36 * 1.5);
    expect(addedPathLength(square(4, 14), empty, 0).oneVoxelMm).toBe(36 * 1.5);
    expect(addedPathLength(square(4, 14), square(4, 14), 0).exactMm).toBe(0);
    expect(addedPathLength(empty, square(4, 14), 0).exactMm).toBe(0);
  });

  test("a square shifted by one voxel shares the long sides, and is all along it at a tolerance of one voxel", () => {
    // Columns 4 to 13 and 5 to 14. On the top and bottom row the reference has 10 each, 9 of them shared; its left side of
    // 8 more and its right side of 8 more lie on no contour of the other.
    const added = addedPathLength(square(4, 14), square(5, 15), 0).exactMm;
    expect(added).toBe((2 + 16) * 1.5);
    expect(addedPathLength(square(4, 14), square(5, 15), 0).oneVoxelMm).toBe(0);
    // Shifted by two: the left side with its two corners is new, and of the right side all but its two ends.
    expect(addedPathLength(square(4, 14), square(6, 16), 0).oneVoxelMm).toBe((10 + 6) * 1.5);
  });

  test("a mask that reaches the edge of the matrix has its contour there", () => {
    const full = shape([4, 3, 1], [1, 1, 1], () => true);
    expect(
      addedPathLength(
        full,
        shape([4, 3, 1], [1, 1, 1], () => false),
        0,
      ).exactMm,
    ).toBe(10);
  });
});

describe("against every pair, one by one", () => {
  const index = fc.integer({ min: -4, max: 9 });
  const places = fc.array(fc.tuple(index, index, index), { minLength: 1, maxLength: 25 });
  const spacing = fc.constantFrom<Vector3>([1, 1, 1], [0.9765625, 0.9765625, 5], [3, 0.5, 1.2]);
  const apart = (a: readonly number[], b: readonly number[], mm: Vector3): number =>
    Math.hypot(...mm.map((step, axis) => (a[axis] - b[axis]) * step));

  test("the nearest distance is the least of all distances", () => {
    fc.assert(
      fc.property(places, places, spacing, (from, to, mm) => {
        const distances = nearestDistancesMm(Int32Array.from(from.flat()), Int32Array.from(to.flat()), mm);
        from.forEach((place, at) => {
          expect(distances[at]).toBeCloseTo(Math.min(...to.map((other) => apart(place, other, mm))), 10);
        });
      }),
    );
  });

  /** Corners between voxels of both kinds, by looking at all corners. */
  function corners(mask: Mask, depth: 0 | 1): number[][] {
    const [ni, nj, nk] = mask.grid.size;
    const value = (i: number, j: number, k: number): number =>
      i < 0 || j < 0 || k < 0 || i >= ni || j >= nj || k >= nk ? 0 : mask.data[i + ni * (j + nj * k)];
    const boundary: number[][] = [];
    for (let k = 0; k < nk + depth; k++) {
      for (let j = 0; j <= nj; j++) {
        for (let i = 0; i <= ni; i++) {
          const around = [0, 1].flatMap((di) =>
            [0, 1].flatMap((dj) => (depth === 1 ? [0, 1] : [0]).map((dk) => value(i - di, j - dj, k - dk))),
          );
          if (new Set(around).size === 2) boundary.push([i, j, k]);
        }
      }
    }
    return boundary;
  }

  test.each([
    ["surfaces", surfaceDistances, [4, 3, 3], 1],
    ["contours", contourDistances, [6, 6, 1], 0],
  ] as const)(
    "%s of random masks have the greatest and the sorted distances of all pairs",
    (_, measure, size, depth) => {
      const voxels = size[0] * size[1] * size[2];
      const bits = fc.array(fc.integer({ min: 0, max: 1 }), { minLength: voxels, maxLength: voxels });
      fc.assert(
        fc.property(bits, bits, spacing, (a, b, mm) => {
          const grid = createGrid(size, mm, patientPoint(0, 0, 0));
          const [reference, prediction] = [a, b].map((data) => ({ grid, data: Uint8Array.from(data) }));
          const [from, to] = [corners(reference, depth), corners(prediction, depth)];
          const nearest = (places: number[][], others: number[][]): number[] =>
            places
              .map((place) => Math.min(...others.map((other) => apart(place, other, mm))))
              .sort((x, y) => x - y);
          const distances = measure(reference, prediction);
          const sides = [
            [distances.referenceToPrediction, nearest(from, to)],
            [distances.predictionToReference, nearest(to, from)],
          ] as const;
          for (const [side, expected] of sides) {
            expect(side.distancesMm.length).toBe(expected.length);
            side.distancesMm.forEach((value, at) => {
              expect(value === expected[at] || Math.abs(value - expected[at]) < 1e-9).toBe(true);
            });
          }
          const greatest = Math.max(...sides.map(([, expected]) => expected[expected.length - 1] ?? 0));
          if (from.length === 0 || to.length === 0) expect(hausdorffMm(distances)).toBeNull();
          else expect(hausdorffMm(distances)).toBeCloseTo(greatest, 9);
        }),
      );
    },
  );
});
