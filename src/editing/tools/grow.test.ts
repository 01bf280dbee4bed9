/** Grown and shrunk structures against a search through all pairs of voxels. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { patientPoint } from "#core/coordinates.ts";
import { applyPatch } from "#editing/patch/mask-patch.ts";
import { createGrid, voxelCount } from "#geometry/grid.ts";
import { emptyMask, type Mask } from "#geometry/mask.ts";
import { type GrowWithin, grow, shrink } from "./grow.ts";

const grid = createGrid([9, 8, 5], [0.9, 1.2, 3], patientPoint(0, 0, 0));
const count = voxelCount(grid);

const anyMask = fc
  .tuple(fc.integer({ min: 1, max: 40 }), fc.infiniteStream(fc.integer({ min: 0, max: 99 })))
  .map(([percent, dice]): Mask => {
    const data = new Uint8Array(count);
    for (let at = 0; at < count; at++) data[at] = Number(dice.next().value) < percent ? 1 : 0;
    return { grid, data };
  });
const anyWithin = fc.constantFrom<GrowWithin>("volume", "slice");
const anyMm = fc.double({ min: 0.05, max: 7, noNaN: true });

function resultOf(mask: Mask, change: typeof grow, mm: number, within: GrowWithin): Uint8Array {
  const copy = { grid, data: mask.data.slice() };
  applyPatch(copy, change(copy, mm, within));
  return copy.data;
}

/** Every voxel within reach of one of `side` becomes `side`. */
function searched({ data }: Mask, side: 0 | 1, mm: number, within: GrowWithin): Uint8Array {
  const [ni, nj] = grid.size;
  const placeMm = (at: number): number[] =>
    [at % ni, Math.floor(at / ni) % nj, Math.floor(at / (ni * nj))].map(
      (v, axis) => v * grid.spacingMm[axis],
    );
  const sources = [...data.keys()].filter((at) => data[at] === side).map(placeMm);
  return data.map((value, at) => {
    const [x, y, z] = placeMm(at);
    const near = sources.some(
      ([a, b, c]) => (within === "volume" || c === z) && Math.hypot(a - x, b - y, c - z) <= mm + 1e-4,
    );
    return near ? side : value;
  });
}

test("grown are the voxels whose centres lie within the distance of the centre of one inside, and no others", () => {
  fc.assert(
    fc.property(anyMask, anyMm, anyWithin, (mask, mm, within) => {
      expect(resultOf(mask, grow, mm, within)).toEqual(searched(mask, 1, mm, within));
    }),
    { numRuns: 60, seed: 1 },
  );
});

test("shrunk away are those whose centres lie within the distance of the centre of one outside, and no others", () => {
  fc.assert(
    fc.property(anyMask, anyMm, anyWithin, (mask, mm, within) => {
      const inverse = { grid, data: mask.data.map((value) => 1 - value) };
      expect(resultOf(mask, shrink, mm, within)).toEqual(searched(mask, 0, mm, within));
      // What shrinks is what the outside grows by.
      expect(resultOf(inverse, grow, mm, within)).toEqual(
        searched(mask, 0, mm, within).map((value) => 1 - value),
      );
    }),
    { numRuns: 60, seed: 2 },
  );
});

/** One voxel in the middle. */
function point(): Mask {
  const mask = emptyMask(grid);
  mask.data[4 + 9 * (4 + 8 * 2)] = 1;
  return mask;
}
const slicesOf = (data: Uint8Array): number[] =>
  [0, 1, 2, 3, 4].map((k) => data.subarray(k * 72, (k + 1) * 72).reduce((sum, value) => sum + value, 0));

test("a distance of three columns is within reach though 3 x 0.9 is not quite 2.7, and slices count at their distance", () => {
  const row = (data: Uint8Array): number[] => [...data.subarray(9 * 20, 9 * 21)];
  expect(row(resultOf(point(), grow, 2.7, "volume"))).toEqual([0, 1, 1, 1, 1, 1, 1, 1, 0]);
  expect(slicesOf(resultOf(point(), grow, 2.99, "volume"))).toEqual([0, 0, 7 + 2 * 7 + 2 * 3, 0, 0]);
  expect(slicesOf(resultOf(point(), grow, 3, "volume"))).toEqual([0, 1, 7 + 2 * 7 + 2 * 5, 1, 0]);
  expect(slicesOf(resultOf(point(), grow, 7, "slice")).filter(Boolean)).toHaveLength(1);
});

test("less than the distance between voxels changes nothing, and an empty structure stays empty", () => {
  expect(grow(point(), 0.89, "volume")).toEqual([]);
  expect(shrink(point(), 0.89, "volume")).toEqual([]);
  expect(grow(emptyMask(grid), 5, "volume")).toEqual([]);
  expect(shrink(emptyMask(grid), 5, "slice")).toEqual([]);
});

test("the CT's own edge is no border: a structure that fills the CT does not shrink", () => {
  expect(shrink({ grid, data: new Uint8Array(count).fill(1) }, 3, "volume")).toEqual([]);
});

test.each([0, -2, Number.NaN, 50.5])("%s mm is refused with a sentence", (mm) => {
  for (const change of [grow, shrink])
    expect(() => change(point(), mm, "volume")).toThrow(/more than 0 and at most 50 mm/);
});
