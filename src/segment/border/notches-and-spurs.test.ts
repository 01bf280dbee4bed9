import { expect, test } from "vitest";
import { patientPoint } from "#core/coordinates.ts";
import { createGrid } from "#geometry/grid.ts";
import { emptyMask, type Mask, maskWhere, sameVoxels } from "#geometry/mask.ts";
import { closeNotches, cutSpurs } from "./notches-and-spurs.ts";

const [width, height, slices] = [48, 40, 3] as const;
const grid = createGrid([width, height, slices], [1, 1, 1], patientPoint(0, 0, 0));
const maskOf = (inside: (i: number, j: number, k: number) => boolean): Mask =>
  maskWhere(grid, (at) =>
    inside(at % width, Math.floor(at / width) % height, Math.floor(at / (width * height))),
  );

const block = (i: number, j: number): boolean => i >= 10 && i < 40 && j >= 8 && j < 32;

test("a notch that is narrower than the disc is closed, a wider one stays, and nothing is taken away or put round it", () => {
  const notched = (wide: number) => maskOf((i, j) => block(i, j) && !(j < 20 && i >= 20 && i < 20 + wide));
  const { data } = closeNotches(notched(6));
  const whole = maskOf(block).data;
  expect(data.every((value, at) => value <= whole[at] && value >= notched(6).data[at])).toBe(true);
  // A disc from outside reaches a little way into its mouth.
  expect([data[22 + width * 8], data[22 + width * 12]]).toEqual([0, 1]);
  expect(sameVoxels(closeNotches(notched(9)), notched(9))).toBe(false);
  expect(closeNotches(notched(12)).data[26 + width * 12]).toBe(0);
});

test("slices are closed one by one: what is missing on one stays missing", () => {
  const gap = maskOf((i, j, k) => block(i, j) && k !== 1);
  expect(sameVoxels(closeNotches(gap), gap)).toBe(true);
});

test("at the image's edge a contour is closed as well, and keeps to the image; nothing stays nothing", () => {
  const edge = maskOf((i, j) => i < 12 && j < 30 && !(i < 6 && j >= 10 && j < 15));
  const closed = closeNotches(edge);
  expect(closed.data[3 + width * 12]).toBe(1);
  expect(
    closed.data.every(
      (value, at) => value === 0 || (at % width < 12 && Math.floor(at / width) % height < 30),
    ),
  ).toBe(true);
  const nothing = emptyMask(grid);
  expect(closeNotches(nothing)).toBe(nothing);
});

test("a spur that is narrower than the disc goes, and so does what hangs on it; what is as wide stays, also at the image's edge", () => {
  const spur = (i: number, j: number): boolean => i >= 30 && i < 39 && j >= 17 && j < 23;
  const beyond = (i: number, j: number): boolean => i >= 39 && i < 48 && j >= 12 && j < 28;
  const half = (i: number, j: number): boolean => i < 30 && j >= 8 && j < 32;
  const cut = cutSpurs(maskOf((i, j) => half(i, j) || spur(i, j) || beyond(i, j)));
  expect([cut.data[10 + width * 20], cut.data[32 + width * 20], cut.data[44 + width * 20]]).toEqual([
    1, 0, 0,
  ]);
  expect(cut.data[0 + width * 20]).toBe(1);
});

test("what is thinner than the disc everywhere stays as it is, and nothing stays nothing", () => {
  const thin = maskOf((i, j) => i >= 10 && i < 40 && j >= 18 && j < 22);
  expect(cutSpurs(thin)).toBe(thin);
  const nothing = emptyMask(grid);
  expect(cutSpurs(nothing)).toBe(nothing);
});
