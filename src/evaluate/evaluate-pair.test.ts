import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { patientPoint } from "#core/coordinates.ts";
import { createGrid } from "#geometry/grid.ts";
import { emptyMask, type Mask, maskSlice } from "#geometry/mask.ts";
import { countOverlap, overlapFromCounts, volumeOverlap } from "#geometry/overlap.ts";
import { meanSdDefined } from "#statistics/printed-numbers.ts";
import { evaluatePair, metricTables } from "./evaluate-pair.ts";
import { type MetricRow, overlapOnly, summariseTable } from "./metric-table.ts";
import { patientColumns, sliceColumns } from "./metrics.ts";
import type { EmptyMasks } from "./pair-metric.ts";

const grid = createGrid([20, 16, 8], [1, 1.5, 4], patientPoint(0, 0, 0));

/** A box of 6 x 4 x `slices` voxels that begins at voxel (i, 5, k). */
function box(i0: number, k0: number, slices: number): Mask {
  const mask = emptyMask(grid);
  for (let k = k0; k < k0 + slices; k++)
    for (let j = 5; j < 9; j++) for (let i = i0; i < i0 + 6; i++) mask.data[i + 20 * (j + 16 * k)] = 1;
  return mask;
}

const none = emptyMask(grid);
const some = box(5, 2, 3);

test("a row has a value or null for every column, and no others, whatever is empty", () => {
  for (const [reference, prediction] of [
    [some, some],
    [some, none],
    [none, some],
    [none, none],
  ] as const) {
    const { volume, slices } = evaluatePair("p", reference, prediction);
    expect(Object.keys(volume.values)).toEqual(patientColumns.map(({ name }) => name));
    for (const { values } of slices)
      expect(Object.keys(values)).toEqual(sliceColumns.map(({ name }) => name));
    for (const value of Object.values(volume.values))
      expect(value === null || Number.isFinite(value)).toBe(true);
  }
});

test.each<[EmptyMasks | "neither", Mask, Mask]>([
  ["neither", some, box(7, 3, 3)],
  ["prediction", some, none],
  ["reference", none, some],
  ["both", none, none],
])(
  "empty masks, %s: a metric is undefined where its column says so, and nowhere else",
  (empty, reference, prediction) => {
    const { values } = evaluatePair("p", reference, prediction).volume;
    const undefinedHere = patientColumns.filter(({ name }) => values[name] === null);
    const declared = patientColumns.filter(({ undefinedIf }) =>
      undefinedIf.some((condition) => condition === empty),
    );
    expect(undefinedHere.map(({ name }) => name)).toEqual(declared.map(({ name }) => name));
  },
);

test("a symmetric metric is the same whichever mask is the reference", () => {
  const [larger, smaller] = [box(4, 2, 4), box(9, 4, 1)];
  const [straight, swapped] = [evaluatePair("p", larger, smaller), evaluatePair("p", smaller, larger)];
  const same = patientColumns.filter(
    ({ name }) => straight.volume.values[name] === swapped.volume.values[name],
  );
  const symmetric = patientColumns.filter((column) => column.symmetric);
  expect(same.map(({ name }) => name)).toEqual(expect.arrayContaining(symmetric.map(({ name }) => name)));
});

test("a misspelt metric does not compile", () => {
  const values: MetricRow["values"] = { dsc: 1 };
  // @ts-expect-error: there is no such metric.
  expect(values.dcs).toBeUndefined();
});

test("a missed tumour: distances are undefined, and what is defined is as bad as it can be", () => {
  const { values } = evaluatePair("p", some, none).volume;
  expect(values).toMatchObject({
    dsc: 0,
    tpr: 0,
    relativeVolumeError: -1,
    surfaceDsc3Mm: 0,
    referenceSurfaceOverlap: 0,
  });
  expect(values).toMatchObject({ lesionSensitivity: 0, outsidePtvAdenoPercent: 100 });
  // The contour of 6 x 4 voxels has 16 of them, in 3 slices, at 1.25 mm.
  expect(values.aplMm).toBe(16 * 3 * 1.25);
});

test("a tumour that is not there but drawn, and nothing at all", () => {
  expect(evaluatePair("p", none, some).volume.values).toMatchObject({
    dsc: 0,
    precision: 0,
    surfaceDsc3Mm: 0,
  });
  expect(evaluatePair("p", none, some).volume.values).toMatchObject({ falsePositiveComponents: 1 });
  expect(evaluatePair("p", none, none).slices).toEqual([]);
});

test("slices keep their number, have distances of their own, and the overlap of the whole matrix", () => {
  const prediction = box(7, 3, 3);
  const { volume, slices } = evaluatePair("p", some, prediction);
  expect(slices.map(({ slice }) => slice)).toEqual([2, 3, 4, 5]);
  expect(slices.map(({ values }) => values.hdMm)).toEqual([null, 2, 2, null]);
  // In three dimensions the farthest corner is 2 mm off in the slice and a slice of 4 mm off.
  expect(volume.values.hdMm).toBeCloseTo(Math.hypot(2, 4), 12);
  for (const { slice, values } of slices) {
    const [truth, automatic] = [some, prediction].map((mask) => maskSlice(mask, slice ?? -1));
    const { dsc, jsc, tpr, fpr, precision } = overlapFromCounts(countOverlap(truth, automatic));
    expect(values).toMatchObject({ dsc, jsc, tpr, fpr, precision });
  }
  expect(volume.values.fpr).toBe(volumeOverlap(some, prediction).fpr);
  expect(volume.values).toMatchObject({ referenceCc: 0.432, predictionCc: 0.432, relativeVolumeError: 0 });
});

test("a missed tumour cannot better a mean in silence: the number of undefined cases is part of it", () => {
  const { patients } = metricTables([evaluatePair("a", some, box(7, 2, 3)), evaluatePair("b", some, none)]);
  expect(meanSdDefined(summariseTable(patients).hdMm, 2)).toBe("2.00 (1 of 2 undefined)");
  expect(meanSdDefined(summariseTable(patients).lesionSensitivity, 2)).toBe("0.50 ± 0.71");
});

test("masks of different grids are a fault", () => {
  const other = emptyMask(createGrid([20, 16, 7], [1, 1.5, 4], patientPoint(0, 0, 0)));
  expect(() => evaluatePair("p", some, other)).toThrow("cannot be compared");
});

test("what stands without a known spacing is what no spacing changes", () => {
  const [near, far] = [box(5, 2, 3), box(7, 3, 3)];
  const stretched = createGrid([20, 16, 8], [0.7, 0.7, 2], patientPoint(0, 0, 0));
  const onStretched = (mask: Mask): Mask => ({ ...mask, grid: stretched });
  const tables = [
    metricTables([evaluatePair("p", near, far)]),
    metricTables([evaluatePair("p", onStretched(near), onStretched(far))]),
  ];
  for (const name of ["patients", "slices"] as const) {
    const [original, other] = tables.map((table) => table[name]);
    const same = original.columns.filter((column) =>
      original.rows.every(({ values }, at) => {
        const [value, otherValue] = [values[column.name], other.rows[at].values[column.name]];
        return Math.abs((value ?? 0) - (otherValue ?? 0)) < 1e-9;
      }),
    );
    const overlapNames = overlapOnly(original).columns.map((column) => column.name);
    expect(same.map((column) => column.name)).toEqual(expect.arrayContaining(overlapNames));
    expect(overlapNames).toEqual(expect.arrayContaining(["dsc", "jsc", "tpr", "fpr", "precision"]));
    for (const { values } of overlapOnly(original).rows) expect(Object.keys(values)).toEqual(overlapNames);
  }
  expect(overlapOnly(tables[0].patients).columns.map(({ name }) => name)).toContain("relativeVolumeError");
});

test("docs/metrics.md explains every column", () => {
  const page = readFileSync(join(import.meta.dirname, "../../docs/metrics.md"), "utf8");
  const columns = [...patientColumns, ...sliceColumns].map(({ name }) => name);
  expect(columns.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
});
