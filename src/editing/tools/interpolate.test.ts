/** Interpolation between slices on bodies whose slices between are known: cylinders, cones, oblique tubes, branchings. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { patientPoint } from "#core/coordinates.ts";
import { applyPatch } from "#editing/patch/mask-patch.ts";
import { createGrid } from "#geometry/grid.ts";
import { countVoxels, emptyMask, type Mask, maskSlice, maskWhere } from "#geometry/mask.ts";
import { clearSlice } from "./copy-slice.ts";
import { interpolateSlices } from "./interpolate.ts";

const [width, height, depth] = [70, 60, 12];
const grid = createGrid([width, height, depth], [0.9, 0.9, 5], patientPoint(0, 0, 0));

/** Inside where `test` says so of i, j in pixels and k in slices. */
const body = (test: (i: number, j: number, k: number) => boolean): Mask =>
  maskWhere(grid, (at) =>
    test(at % width, Math.floor(at / width) % height, Math.floor(at / (width * height))),
  );

function without(mask: Mask, slices: readonly number[]): Mask {
  const copy = { grid, data: mask.data.slice() };
  for (const k of slices) applyPatch(copy, clearSlice(copy, k));
  return copy;
}

function interpolated(mask: Mask, drawn?: readonly number[]): Mask {
  const copy = { grid, data: mask.data.slice() };
  applyPatch(copy, interpolateSlices(mask, drawn));
  return copy;
}

function dsc(a: Uint8Array, b: Uint8Array): number {
  let [both, sum] = [0, 0];
  for (let at = 0; at < a.length; at++) {
    both += a[at] & b[at];
    sum += a[at] + b[at];
  }
  return (2 * both) / sum;
}

const gap = [3, 4, 5, 6, 7];

test("a cylinder's missing slices come back to the voxel", () => {
  const whole = body((i, j, k) => k >= 2 && k <= 8 && Math.hypot(i - 30, j - 25) < 14.3);
  expect(interpolated(without(whole, gap)).data).toEqual(whole.data);
});

test("a cone's missing slices come back", () => {
  const whole = body((i, j, k) => k >= 2 && k <= 8 && Math.hypot(i - 30, j - 28) < 24 - 2 * k);
  const result = interpolated(without(whole, gap));
  for (const k of gap) expect(dsc(maskSlice(result, k), maskSlice(whole, k))).toBeGreaterThan(0.97);
});

test("a mirrored contour is filled as the mirror of it, also where it comes to a point", () => {
  const turnedAround = ({ data }: Mask): Mask =>
    body((i, j, k) => data[width - 1 - i + width * (height - 1 - j + height * k)] === 1);
  const side = fc.double({ min: 2, max: 14, noNaN: true });
  fc.assert(
    fc.property(side, side, side, side, (a, b, c, d) => {
      const drawn = body(
        (i, j, k) =>
          (k === 2 && Math.hypot((i - 20) / a, (j - 25) / b) < 1) ||
          (k === 8 && Math.hypot((i - 20 - c) / d, (j - 25 - b) / c) < 1),
      );
      const ends = [0, 2, 8, 11];
      const turned = interpolated(turnedAround(drawn), ends);
      expect(Buffer.compare(turned.data, turnedAround(interpolated(drawn, ends)).data)).toBe(0);
    }),
    { numRuns: 30, seed: 1, endOnFailure: true },
  );
});

test("an oblique tube whose contours lie far apart does not vanish between them", () => {
  const whole = body((i, j, k) => k >= 2 && k <= 8 && Math.hypot(i - 4 - 6 * k, j - 10 - 4 * k) < 8);
  const result = interpolated(without(whole, gap));
  for (const k of gap) expect(dsc(maskSlice(result, k), maskSlice(whole, k))).toBeGreaterThan(0.97);
});

test("a large and a small body beside each other both stay where they are", () => {
  const whole = body(
    (i, j, k) => k >= 2 && k <= 8 && (Math.hypot(i - 22, j - 30) < 16 || Math.hypot(i - 50 - k, j - 30) < 6),
  );
  const result = interpolated(without(whole, gap));
  for (const k of gap) expect(dsc(maskSlice(result, k), maskSlice(whole, k))).toBeGreaterThan(0.95);
});

test("a trunk that parts in two is whole near the trunk and parted near the branches", () => {
  const trunk = (i: number, j: number): boolean => Math.hypot((i - 30) / 2, j - 30) < 10;
  const branches = (i: number, j: number): boolean =>
    Math.hypot(i - 18, j - 30) < 7 || Math.hypot(i - 42, j - 30) < 7;
  const drawn = body((i, j, k) => (k === 2 && trunk(i, j)) || (k === 8 && branches(i, j)));
  const result = interpolated(drawn);
  const at = (i: number, j: number, k: number): number => result.data[i + width * (j + height * k)];
  expect([at(30, 30, 3), at(30, 30, 7), at(18, 30, 7), at(42, 30, 7), at(18, 30, 3)]).toEqual([
    1, 0, 1, 1, 1,
  ]);
});

test("a region without a counterpart ends half way", () => {
  const drawn = body(
    (i, j, k) =>
      (k === 2 || k === 8) &&
      (Math.hypot(i - 22, j - 30) < 12 || (k === 2 && Math.hypot(i - 60, j - 10) < 5)),
  );
  const result = interpolated(drawn);
  const depths = gap.map((k) => result.data[60 + width * (10 + height * k)]);
  expect(depths).toEqual([1, 1, 0, 0, 0]);
});

test("only gaps are filled by default; slices between drawn ones are replaced", () => {
  const whole = body((i, j, k) => k >= 2 && k <= 8 && Math.hypot(i - 30, j - 25) < 10);
  const bad = body(
    (i, j, k) => k >= 2 && k <= 8 && Math.hypot(i - 30, j - 25) < (k === 2 || k === 8 ? 10 : 18 - k),
  );
  expect(interpolateSlices(bad)).toEqual([]);
  expect(interpolated(bad, [8, 2]).data).toEqual(whole.data);
  // A drawn slice in between is kept.
  const filled = interpolated(bad, [2, 5, 8]);
  expect(maskSlice(filled, 5)).toEqual(maskSlice(bad, 5));
});

test("nothing to fill: an empty mask, one slice, drawn slices that are empty or beside the grid", () => {
  expect(interpolateSlices(emptyMask(grid))).toEqual([]);
  const oneSlice = body((i, j, k) => k === 4 && i > 10 && i < 20 && j > 10 && j < 20);
  expect(interpolateSlices(oneSlice)).toEqual([]);
  expect(interpolateSlices(oneSlice, [1, 3])).toEqual([]);
  expect(interpolateSlices(oneSlice, [4, 99])).toEqual([]);
});

test("drawn slices themselves never change, whatever was drawn, and nothing that was drawn goes", () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.record({ x: fc.nat(69), y: fc.nat(59), r: fc.integer({ min: 2, max: 20 }), k: fc.nat(11) }),
        {
          minLength: 2,
          maxLength: 6,
        },
      ),
      (discs) => {
        const drawn = body((i, j, k) =>
          discs.some((disc) => disc.k === k && Math.hypot(i - disc.x, j - disc.y) < disc.r),
        );
        const result = interpolated(drawn);
        for (let k = 0; k < depth; k++) {
          const slice = maskSlice(drawn, k);
          if (slice.includes(1)) expect(dsc(maskSlice(result, k), slice)).toBe(1);
        }
        expect(countVoxels(result)).toBeGreaterThanOrEqual(countVoxels(drawn));
      },
    ),
    { numRuns: 40, seed: 8 },
  );
});
