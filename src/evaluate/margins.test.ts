import { expect, test } from "vitest";
import { patientPoint, type Vector3 } from "#core/coordinates.ts";
import { createGrid } from "#geometry/grid.ts";
import { emptyMask, type Mask } from "#geometry/mask.ts";
import { detectLesions } from "./lesions.ts";
import { marginValues, targetMargins } from "./margins.ts";

const grid = createGrid([50, 20, 10], [1, 2, 5], patientPoint(0, 0, 0));

function boxes(...corners: readonly (readonly [Vector3, Vector3])[]): Mask {
  const mask = emptyMask(grid);
  for (const [from, to] of corners) {
    for (let k = from[2]; k < to[2]; k++)
      for (let j = from[1]; j < to[1]; j++)
        for (let i = from[0]; i < to[0]; i++) mask.data[i + 50 * (j + 20 * k)] = 1;
  }
  return mask;
}

const reference = boxes([
  [0, 5, 2],
  [30, 10, 6],
]);
const short = (mm: number): Mask =>
  boxes([
    [0, 5, 2],
    [30 - mm, 10, 6],
  ]);
/** One column of voxels of the reference: 5 x 4 voxels of 1 x 2 x 5 mm. */
const columnCc = 0.2;

/**
 * From a prediction that ends `mm` before the farthest centre, between centres. Its surface lies half a voxel, 0.5 mm, outside its last
 * centres where it is flat; at the box's edges, which are the farthest, it is rounded, but not behind the centres.
 */
function expectFromSurface(measuredMm: number | null, mm: number): void {
  expect(measuredMm).toBeGreaterThanOrEqual(mm - 0.5);
  expect(measuredMm).toBeLessThan(mm);
}

test("from a flat end 9 mm before the farthest centre it is 8.5 mm: half a voxel less", () => {
  const spur = boxes([
    [0, 7, 3],
    [30, 8, 4],
  ]);
  // Smoothing reaches two rows on, to the edges of the end, with a weight of e^-12.5.
  expect(marginValues(spur, short(9), 5).marginNeededMm).toBeCloseTo(8.5, 4);
});

test("a prediction that ends 9 mm short needs 8.5 to 9 mm from its surface: three columns outside 6 mm, one outside 8", () => {
  const values = marginValues(reference, short(9), 5);
  expect(values).toMatchObject({
    outsideCtvSquamousPercent: 10,
    outsideCtvAdenoPercent: 100 / 30,
    outsidePtvSquamousMm: 0,
    outsidePtvSquamousCc: 0,
    outsidePtvSquamousPercent: 0,
    outsidePtvAdenoMm: 0,
    outsidePtvAdenoCc: 0,
    outsidePtvAdenoPercent: 0,
  });
  expectFromSurface(values.marginNeededMm, 9);
  expect(values.outsideCtvSquamousMm).toBeCloseTo(Number(values.marginNeededMm) - 6, 12);
  expect(values.outsideCtvAdenoMm).toBeCloseTo(Number(values.marginNeededMm) - 8, 12);
  expect(values.outsideCtvSquamousCc).toBeCloseTo(3 * columnCc, 12);
  expect(values.outsideCtvAdenoCc).toBeCloseTo(columnCc, 12);
});

test("the PTV margin is the department's own, and is added to the CTV's", () => {
  const [usual, none] = [5, 0].map((mm) => marginValues(reference, short(13), mm));
  expectFromSurface(usual.outsidePtvSquamousMm, 13 - 6 - 5);
  expect(usual.outsidePtvAdenoMm).toBe(0);
  expectFromSurface(none.outsidePtvSquamousMm, 13 - 6);
  expectFromSurface(none.outsidePtvAdenoMm, 13 - 8);
});

test("margins are three-dimensional millimetres: one and a half slices of 5 mm and three rows of 2 mm", () => {
  const seed = boxes([
    [10, 10, 5],
    [11, 11, 6],
  ]);
  const away = boxes([
    [10, 13, 7],
    [11, 14, 8],
  ]);
  expect(marginValues(seed, away, 5).marginNeededMm).toBeCloseTo(Math.hypot(7.5, 6), 12);
});

test("what the prediction draws too much needs no margin", () => {
  expect(marginValues(short(9), reference, 5)).toMatchObject({ marginNeededMm: 0, outsideCtvSquamousCc: 0 });
});

test("a missed tumour lies outside whole, at a distance that is undefined; without a tumour nothing is defined", () => {
  const missed = marginValues(reference, emptyMask(grid), 5);
  expect(missed).toMatchObject({
    marginNeededMm: null,
    outsidePtvAdenoMm: null,
    outsidePtvAdenoPercent: 100,
  });
  expect(missed.outsidePtvAdenoCc).toBeCloseTo(30 * columnCc, 12);
  const names = targetMargins.columns.map(({ name }) => name);
  for (const prediction of [reference, emptyMask(grid)]) {
    const values = marginValues(emptyMask(grid), prediction, 5);
    expect(values).toEqual(Object.fromEntries(names.map((name) => [name, null])));
  }
});

test("a lesion is found from a tenth of its voxels on, and a contour that touches no lesion is false", () => {
  const lesions = boxes(
    [
      [0, 0, 0],
      [10, 1, 1],
    ],
    [
      [20, 0, 0],
      [40, 1, 1],
    ],
    [
      [0, 10, 5],
      [4, 14, 9],
    ],
  );
  // Of 10 voxels one, of 20 one, of 64 none; the second island of the prediction lies beside all of them.
  const prediction = boxes(
    [
      [0, 0, 0],
      [1, 1, 1],
    ],
    [
      [39, 0, 0],
      [45, 1, 1],
    ],
    [
      [30, 10, 5],
      [32, 11, 6],
    ],
  );
  expect(detectLesions(lesions, prediction)).toEqual({
    lesions: 3,
    lesionsFound: 1,
    lesionSensitivity: 1 / 3,
    falsePositiveComponents: 1,
  });
});

test("voxels that touch at a corner are one lesion", () => {
  const corner = boxes(
    [
      [4, 4, 4],
      [5, 5, 5],
    ],
    [
      [5, 5, 5],
      [6, 6, 6],
    ],
  );
  expect(detectLesions(corner, corner)).toMatchObject({
    lesions: 1,
    lesionsFound: 1,
    falsePositiveComponents: 0,
  });
});
