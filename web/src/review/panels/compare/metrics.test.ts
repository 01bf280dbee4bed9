import { expect, test } from "vitest";
import { patientPoint } from "#core/coordinates.ts";
import { evaluatePair } from "#evaluate/evaluate-pair.ts";
import type { Grid } from "#geometry/grid.ts";
import { type Mask, maskWhere } from "#geometry/mask.ts";
import { cropPair, distanceNumbers, overlapNumbers } from "./metrics.ts";

const grid: Grid = {
  size: [20, 20, 10],
  spacingMm: [1, 1, 2],
  origin: patientPoint(0, 0, 0),
  axes: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
};

/** Columns i from <= i < to of rows 5 to 9, slices 3 to 6. */
function box(from: number, to: number): Mask {
  return maskWhere(grid, (at) => {
    const [i, j, k] = [at % 20, Math.floor(at / 20) % 20, Math.floor(at / 400)];
    return i >= from && i < to && j >= 5 && j < 10 && k >= 3 && k < 7;
  });
}
const nothing = maskWhere(grid, () => false);

test("overlap of two boxes that share half of each, in the slice and in the volume", () => {
  // 4 columns of each, 2 shared: TP 10, FP 10, FN 10 in a slice, 400 voxels.
  const { slice, volume, differenceCc } = overlapNumbers(box(4, 8), box(6, 10), 4);
  const expected = { dsc: 0.5, jsc: 1 / 3, tpr: 0.5 };
  expect(slice).toMatchObject({ ...expected, fpr: 10 / 380 });
  expect(volume).toMatchObject({ ...expected, fpr: 40 / (4000 - 80) });
  expect(differenceCc).toBe(0);
});

test("the difference in volume is the other minus the reference", () => {
  // 20 voxels more a slice in 4 slices, 2 mm3 each.
  expect(overlapNumbers(box(4, 8), box(4, 12), 4).differenceCc).toBeCloseTo(0.16, 12);
});

test("a slice without either contour has no ratios, and no distances", () => {
  const [a, b] = [box(4, 8), box(6, 10)];
  expect(overlapNumbers(a, b, 0).slice).toMatchObject({ dsc: null, tpr: null, fpr: 0 });
  const pair = cropPair(a, b, 0);
  expect(pair && distanceNumbers(pair).slice).toEqual({ hd95Mm: null, meanMm: null, aplMm: null });
});

test("two empty contours have nothing to measure", () => {
  expect(cropPair(nothing, nothing, 4)).toBeUndefined();
  expect(overlapNumbers(nothing, nothing, 4).volume.dsc).toBeNull();
});

test("distances are those with which a cohort is evaluated", () => {
  const [a, b] = [box(4, 8), box(6, 11)];
  const whole = evaluatePair("one", a, b);
  const pair = cropPair(a, b, 5);
  if (pair === undefined) throw new Error("the boxes are not empty");
  const { volume, slice } = distanceNumbers(pair);
  const inSlice = whole.slices.find((row) => row.slice === 5)?.values;
  expect(volume.hd95Mm).toBeCloseTo(whole.volume.values.hd95Mm as number, 12);
  expect(volume.meanMm).toBeCloseTo(whole.volume.values.assdMm as number, 12);
  expect(volume.aplMm).toBe(whole.volume.values.aplMm);
  expect(slice.hd95Mm).toBeCloseTo(inSlice?.hd95Mm as number, 12);
  expect(slice.meanMm).toBeCloseTo(inSlice?.assdMm as number, 12);
  expect(slice.aplMm).toBe(inSlice?.aplMm);
});
