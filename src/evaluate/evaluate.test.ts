import fc from "fast-check";
import { expect, test } from "vitest";
import { patientPoint } from "#core/coordinates.ts";
import { createGrid, type Grid } from "#geometry/grid.ts";
import { emptyMask, type Mask } from "#geometry/mask.ts";
import { checkIdentity, countOverlap, overlapFromCounts, volumeOverlap } from "#geometry/overlap.ts";
import { meanSdDefined } from "#statistics/printed-numbers.ts";
import { summarise } from "#statistics/summary.ts";
import { metricTablesToCsv } from "./metric-csv.ts";
import { summariseTable } from "./metric-table.ts";
import { overlapMetrics } from "./overlap-metrics.ts";

const grid = createGrid([20, 10, 4], [1, 1, 5], patientPoint(0, 0, 0));

/** Voxels with i in [i0, i1), j in [j0, j1), k in [k0, k1). */
function box(on: Grid, [i0, i1]: number[], [j0, j1]: number[], [k0, k1]: number[]): Mask {
  const mask = emptyMask(on);
  for (let k = k0; k < k1; k++)
    for (let j = j0; j < j1; j++)
      for (let i = i0; i < i1; i++) mask.data[i + on.size[0] * (j + on.size[1] * k)] = 1;
  return mask;
}

test("a box shifted by half its width has a third of the union in common", () => {
  // 10 x 6 x 2 voxels each, 5 x 6 x 2 in common.
  const reference = box(grid, [0, 10], [2, 8], [1, 3]);
  const overlap = volumeOverlap(reference, box(grid, [5, 15], [2, 8], [1, 3]));
  expect(overlap.counts).toEqual({
    truePositives: 60,
    falsePositives: 60,
    falseNegatives: 60,
    trueNegatives: 800 - 180,
  });
  expect(overlap.dsc).toBeCloseTo(1 / 2, 15);
  expect(overlap.jsc).toBeCloseTo(1 / 3, 15);
  expect(overlap.tpr).toBeCloseTo(1 / 2, 15);
  expect(overlap.fpr).toBeCloseTo(60 / 680, 15);
});

test("a prediction that holds the reference has a TPR of 1, and a DSC that follows from the volumes", () => {
  const overlap = volumeOverlap(box(grid, [4, 8], [2, 6], [1, 2]), box(grid, [3, 9], [2, 6], [1, 2]));
  expect(overlap.tpr).toBe(1);
  expect(overlap.precision).toBeCloseTo(16 / 24, 15);
  expect(overlap.dsc).toBeCloseTo((2 * 16) / (16 + 24), 15);
});

test("the field of view of FPR is the whole matrix: twice the slices, half the rate", () => {
  const rate = (slices: number): number | null => {
    const on = createGrid([10, 10, slices], [1, 1, 1], patientPoint(0, 0, 0));
    return volumeOverlap(emptyMask(on), box(on, [0, 10], [0, 1], [0, 1])).fpr;
  };
  expect(rate(4)).toBeCloseTo(10 / 400, 15);
  expect(rate(8)).toBeCloseTo(10 / 800, 15);
});

test("empty masks give null where a ratio has no denominator, and 0 where it has", () => {
  const [none, some, all] = [
    emptyMask(grid),
    box(grid, [0, 2], [0, 1], [0, 1]),
    box(grid, [0, 20], [0, 10], [0, 4]),
  ];
  expect(volumeOverlap(none, none)).toMatchObject({
    dsc: null,
    jsc: null,
    tpr: null,
    fpr: 0,
    precision: null,
  });
  expect(volumeOverlap(none, some)).toMatchObject({ dsc: 0, jsc: 0, tpr: null, fpr: 2 / 800, precision: 0 });
  expect(volumeOverlap(some, none)).toMatchObject({ dsc: 0, jsc: 0, tpr: 0, fpr: 0, precision: null });
  expect(volumeOverlap(all, all)).toMatchObject({ dsc: 1, jsc: 1, tpr: 1, fpr: null, precision: 1 });
});

test("masks of different lengths are a fault", () => {
  expect(() => countOverlap(new Uint8Array(4), new Uint8Array(5))).toThrow("cannot be compared");
});

test("counts add up, swapping the masks keeps DSC, and JSC = DSC / (2 - DSC) in every case", () => {
  const bits = fc.array(fc.integer({ min: 0, max: 1 }), { minLength: 24, maxLength: 24 });
  fc.assert(
    fc.property(bits, bits, (a, b) => {
      const [first, second] = [Uint8Array.from(a), Uint8Array.from(b)];
      const overlap = overlapFromCounts(countOverlap(first, second));
      const counts = overlap.counts;
      expect(
        counts.truePositives + counts.falsePositives + counts.falseNegatives + counts.trueNegatives,
      ).toBe(24);
      expect(counts.truePositives).toBe(a.filter((value, at) => value === 1 && b[at] === 1).length);
      expect(counts.trueNegatives).toBe(a.filter((value, at) => value === 0 && b[at] === 0).length);
      expect(overlapFromCounts(countOverlap(second, first)).dsc).toBe(overlap.dsc);
    }),
  );
});

test("figures that cannot both be true are refused: the paper's 0.73 means 0.575, not 0.68", () => {
  expect(() => checkIdentity({ dsc: 0.73, jsc: 0.68 })).toThrow("contradict");
  expect(() => checkIdentity({ dsc: 0.5, jsc: null })).toThrow("contradict");
  checkIdentity({ dsc: 0.73, jsc: 0.73 / 1.27 });
});

test("a summary leaves undefined cases out and counts them", () => {
  // 2, 4, 9: mean 5, squared deviations 9 + 1 + 16 = 26, over n - 1 = 2.
  expect(summarise("patient", [4, null, 9, 2, null])).toEqual({
    unit: "patient",
    defined: 3,
    undefinedCases: 2,
    mean: 5,
    standardDeviation: Math.sqrt(13),
    median: 4,
    min: 2,
    max: 9,
  });
});

test("a summary of no value has no mean, and of one value no deviation", () => {
  expect(summarise("slice", [null])).toMatchObject({
    defined: 0,
    undefinedCases: 1,
    mean: null,
    median: null,
  });
  expect(summarise("slice", [0.5])).toMatchObject({ mean: 0.5, standardDeviation: null });
  expect(meanSdDefined(summarise("slice", [null]), 2)).toBe("undefined");
  expect(meanSdDefined(summarise("slice", [0.5]), 2)).toBe("0.50");
  expect(meanSdDefined(summarise("slice", [1, 2, 3]), 2)).toBe("2.00 ± 1.00");
});

test("a table is summarised by column and written as CSV with empty cells for undefined values", () => {
  const table = {
    unit: "slice",
    cases: "all",
    fieldOfView: "the slice's matrix",
    columns: overlapMetrics.columns.slice(0, 2),
    rows: [
      { patient: 'a, "b"', slice: 3, values: { dsc: 0.5, jsc: 1 / 3 } },
      { patient: "c", slice: 4, values: { dsc: null, jsc: null } },
    ],
  } as const;
  expect(summariseTable(table).dsc).toMatchObject({ mean: 0.5, undefinedCases: 1 });
  const patients = {
    ...table,
    unit: "patient",
    rows: [{ patient: "c", values: { dsc: 1, jsc: 1 } }],
  } as const;
  expect(metricTablesToCsv([patients, table])).toBe(
    'unit,patient,slice,dsc,jsc\r\npatient,c,,1,1\r\nslice,"a, ""b""",4,0.5,0.3333333333333333\r\nslice,c,5,,\r\n',
  );
});
