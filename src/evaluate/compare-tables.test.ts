import { expect, test } from "vitest";
import { createRandom } from "#core/random.ts";
import { compareTables } from "./compare-tables.ts";
import type { MetricColumn, MetricRow, MetricTable } from "./metric-table.ts";
import type { MetricName } from "./metrics.ts";

const column = (name: MetricName): MetricColumn => ({
  name,
  title: name,
  unit: "1",
  definition: "",
  digits: 3,
});

function tableOf(
  rows: readonly MetricRow[],
  names: readonly MetricName[],
  unit: "patient" | "slice" = "patient",
) {
  const columns = names.map(column);
  return { unit, cases: "all", fieldOfView: "all", columns, rows } satisfies MetricTable;
}

function patients(values: Partial<Record<MetricName, readonly (number | null)[]>>, from = 1): MetricTable {
  const names = Object.keys(values) as MetricName[];
  const rows = (values[names[0]] ?? []).map((_, at) => ({
    patient: `p${at + from}`,
    values: Object.fromEntries(names.map((name) => [name, values[name]?.[at] ?? null])),
  }));
  return tableOf(rows, names);
}

const seed = { seed: 1 };

test("cases are matched by patient, whatever the order of the rows", () => {
  const a = patients({ dsc: [0.7, 0.8, 0.9] });
  const b = patients({ dsc: [0.5, 0.7, 0.6] });
  const [comparison] = compareTables(a, { ...b, rows: [...b.rows].reverse() }, seed);
  // Differences 0.2, 0.1, 0.3: mean 0.2, SD 0.1, t = 0.2 / (0.1 / sqrt 3).
  expect(comparison.difference.mean).toBeCloseTo(0.2, 12);
  expect(comparison.pairedT?.t).toBeCloseTo(2 * Math.sqrt(3), 10);
  expect(comparison.cohenDz).toBeCloseTo(2, 10);
  expect(comparison.wilcoxon).toMatchObject({ rankSum: 6, used: 3, method: "exact", p: 0.25 });
  expect(comparison.normality?.w).toBeCloseTo(1, 10);
});

test("differences that are equal but for rounding are tied in Wilcoxon's test", () => {
  // In steps of 0.7 mm; P by SciPy of the whole steps.
  const a = patients({ hd95Mm: [2, 3, 5, 7, 4, 9, 6, 8, 3, 5].map((steps) => steps * 0.7) });
  const b = patients({ hd95Mm: [1, 2, 3, 6, 3, 6, 5, 9, 2, 3].map((steps) => steps * 0.7) });
  const [found] = compareTables(a, b, seed);
  expect(found.wilcoxon?.method).toBe("normal-approximation");
  expect(found.wilcoxon?.p).toBeCloseTo(0.014838994023, 10);
});

test("slices are matched by patient and slice", () => {
  const slice = (patient: string, at: number, dsc: number): MetricRow => ({
    patient,
    slice: at,
    values: { dsc },
  });
  const a = tableOf([slice("p1", 3, 0.5), slice("p1", 4, 0.6), slice("p2", 3, 0.7)], ["dsc"], "slice");
  const b = tableOf([slice("p2", 3, 0.1), slice("p1", 4, 0.2), slice("p2", 4, 0.9)], ["dsc"], "slice");
  const [comparison] = compareTables(a, b, seed);
  expect(comparison).toMatchObject({ unit: "slice", pairs: 2, leftOut: { onlyInA: 1, onlyInB: 1 } });
  expect([comparison.difference.min, comparison.difference.max]).toEqual([0.6 - 0.2, 0.7 - 0.1]);
});

test("a case without a value in either model is in no paired test and is counted by model", () => {
  const a = patients({ hd95Mm: [4, null, 7, null, 3, 9] });
  const b = patients({ hd95Mm: [5, 6, null, null, 5] });
  const [comparison] = compareTables(a, b, seed);
  expect(comparison.pairs).toBe(2);
  expect(comparison.leftOut).toEqual({
    onlyInA: 1,
    onlyInB: 0,
    undefinedInA: 1,
    undefinedInB: 1,
    undefinedInBoth: 1,
  });
  expect(comparison.difference.mean).toBe(-1.5);
  // The means of each model are over what that model has, and say over how many.
  expect(comparison.a).toMatchObject({ mean: 23 / 4, defined: 4, undefinedCases: 2 });
  expect(comparison.b).toMatchObject({ mean: 16 / 3, defined: 3, undefinedCases: 2 });
  expect(comparison.unpairedT?.degreesOfFreedom).toBe(5);
});

test("columns that both tables have are compared, and P values corrected over them", () => {
  const a = patients({ dsc: [0.7, 0.8, 0.9, 0.85], jsc: [0.6, 0.6, 0.7, 0.8], tpr: [1, 2, 3, 4] });
  const b = patients({ jsc: [0.5, 0.62, 0.66, 0.7], dsc: [0.6, 0.75, 0.7, 0.8], fpr: [1, 2, 3, 4] });
  const comparisons = compareTables(a, b, seed);
  expect(comparisons.map((comparison) => comparison.column.name)).toEqual(["dsc", "jsc"]);
  const tests = comparisons.map(({ pairedT }) => pairedT ?? { p: 2, holmP: 2 }).sort((p, q) => p.p - q.p);
  expect(tests.map(({ holmP }) => holmP)).toEqual([2 * tests[0].p, Math.max(2 * tests[0].p, tests[1].p)]);
});

test("a column that is the same in both, like the reference's volume, has no test and takes no part in the correction", () => {
  const a = patients({ dsc: [0.7, 0.8, 0.9], referenceCc: [10, 20, 30] });
  const b = patients({ dsc: [0.5, 0.7, 0.6], referenceCc: [10, 20, 30] });
  const [dsc, volume] = compareTables(a, b, seed);
  expect(volume).toMatchObject({ pairedT: null, wilcoxon: null, cohenDz: null, differenceInterval: null });
  expect(dsc.pairedT?.holmP).toBe(dsc.pairedT?.p);
});

test("the interval of the difference holds 0 for models that do not differ and not for those that do; the seed fixes it", () => {
  const random = createRandom(11);
  const base = Array.from({ length: 30 }, () => random.normal(0.7, 0.05));
  const interval = (values: readonly number[], from = 1) =>
    compareTables(patients({ dsc: base }), patients({ dsc: values }), { seed: from })[0].differenceInterval;
  // The same values in another order: the mean difference is 0.
  const same = [...base].reverse();
  const worse = same.map((value) => value - 0.1);
  const [low, high] = interval(same) ?? [1, 1];
  expect(low < 0 && high > 0).toBe(true);
  // The mean difference is 0.1, its standard error about 0.05 * sqrt(2 / 30) = 0.013.
  const [lowest, highest] = interval(worse) ?? [0, 0];
  expect([lowest > 0.06, lowest < 0.09, highest > 0.11, highest < 0.14]).toEqual([true, true, true, true]);
  expect(interval(worse)).toEqual([lowest, highest]);
  expect(interval(worse, 2)).not.toEqual([lowest, highest]);
});

test("slices of one patient are drawn together: ten copies of each slice make no narrower interval", () => {
  const slices = (copies: number, shift: (patient: number) => number) =>
    tableOf(
      [0, 1, 2, 3, 4, 5, 6, 7].flatMap((patient) =>
        Array.from({ length: copies }, (_, slice) => ({
          patient: `p${patient}`,
          slice,
          values: { dsc: 0.5 + shift(patient) },
        })),
      ),
      ["dsc"],
      "slice",
    );
  const shift = (patient: number): number => [0.01, 0.05, 0.02, 0.09, 0.03, 0.04, 0.06, 0.02][patient];
  const intervalOf = (copies: number) =>
    compareTables(
      slices(copies, shift),
      slices(copies, () => 0),
      seed,
    )[0].differenceInterval ?? [0, 0];
  const [single, ten] = [intervalOf(1), intervalOf(10)];
  expect(single[0]).toBeGreaterThan(0.01);
  expect(ten[0]).toBeCloseTo(single[0], 12);
  expect(ten[1]).toBeCloseTo(single[1], 12);
});

test("two scans of one person are one value in the tests, their mean; means stay over scans", () => {
  const a = patients({ dsc: [0.8, 0.6, 0.9, 0.7] });
  const b = patients({ dsc: [0.6, 0.6, 0.6, 0.5] });
  const personOf = (patient: string): string => (patient === "p2" ? "p1" : patient);
  const [comparison] = compareTables(a, b, { ...seed, personOf });
  expect(comparison).toMatchObject({ pairs: 4, persons: 3 });
  expect(comparison.difference.mean).toBeCloseTo(0.7 / 4, 12);
  // Differences of the persons 0.1, 0.3, 0.2: mean 0.2, SD 0.1.
  expect(comparison.pairedT).toMatchObject({ degreesOfFreedom: 2 });
  expect(comparison.pairedT?.t).toBeCloseTo(2 * Math.sqrt(3), 10);
  expect(comparison.cohenDz).toBeCloseTo(2, 10);
  expect(comparison.wilcoxon).toMatchObject({ rankSum: 6, used: 3, method: "exact", p: 0.25 });
  // Of the groups 0.7, 0.9, 0.7 and 0.6, 0.6, 0.5: by SciPy 1.17, ttest_ind with and without equal variances.
  expect(comparison.unpairedT?.t).toBeCloseTo(2.6832815729997463, 10);
  expect(comparison.unpairedT?.p).toBeCloseTo(0.055040608952499556, 10);
  expect(comparison.welchT?.p).toBeCloseTo(0.07645035086809304, 10);
  // One scan undefined in B: the person's pair is the other scan alone, its mean in A is of both.
  const [left] = compareTables(a, patients({ dsc: [0.6, null, 0.6, 0.5] }), { ...seed, personOf });
  expect(left).toMatchObject({ pairs: 3, persons: 3, leftOut: { undefinedInB: 1 } });
  expect(left.pairedT?.t).toBeCloseTo(0.7 / 3 / (Math.sqrt(1 / 300) / Math.sqrt(3)), 10);
  expect(left.a).toMatchObject({ defined: 4, undefinedCases: 0 });
});

test("scans of one person are drawn together: a second scan of each, the same, makes no narrower interval", () => {
  const dsc = [0.7, 0.8, 0.9, 0.6, 0.75, 0.85, 0.65, 0.72];
  const other = [0.6, 0.75, 0.7, 0.58, 0.76, 0.8, 0.6, 0.7];
  const twice = (values: readonly number[]) => patients({ dsc: [...values, ...values] });
  // p9 is p1's second scan, and so on.
  const personOf = (patient: string): string => `p${((Number(patient.slice(1)) - 1) % 8) + 1}`;
  const [once] = compareTables(patients({ dsc }), patients({ dsc: other }), seed);
  const [again] = compareTables(twice(dsc), twice(other), { ...seed, personOf });
  expect(again).toMatchObject({ pairs: 16, persons: 8 });
  for (const bound of [0, 1])
    expect(again.differenceInterval?.[bound]).toBeCloseTo(once.differenceInterval?.[bound] ?? 0, 12);
  expect(again.pairedT?.p).toBeCloseTo(once.pairedT?.p ?? 0, 12);
  const few = (patient: string): string => `p${Number(patient.slice(1)) % 7}`;
  const [withheld] = compareTables(patients({ dsc }), patients({ dsc: other }), { ...seed, personOf: few });
  expect(withheld).toMatchObject({ pairs: 8, persons: 7, differenceInterval: null });
});

test("the interval is withheld below eight patients, however many slices they have", () => {
  const dsc = [0.7, 0.8, 0.9, 0.6, 0.75, 0.85, 0.65, 0.72];
  const other = [0.6, 0.75, 0.7, 0.58, 0.76, 0.8, 0.6, 0.7];
  const interval = (count: number) =>
    compareTables(patients({ dsc: dsc.slice(0, count) }), patients({ dsc: other.slice(0, count) }), seed)[0]
      .differenceInterval;
  expect([interval(7), interval(8)]).toEqual([null, [expect.any(Number), expect.any(Number)]]);
  const slices = (from: number) =>
    tableOf(
      Array.from({ length: 20 }, (_, at) => ({
        patient: `p${at % 2}`,
        slice: at,
        values: { dsc: from + (at % 3) / 10 },
      })),
      ["dsc"],
      "slice",
    );
  const varied = {
    ...slices(0.5),
    rows: slices(0.5).rows.map((row, at) => ({ ...row, values: { dsc: at / 40 } })),
  };
  expect(compareTables(varied, slices(0.4), seed)[0]).toMatchObject({ pairs: 20, differenceInterval: null });
});

test("a case that is twice in a table, and tables of different units, are faults", () => {
  const twice = patients({ dsc: [0.5] });
  const doubled = { ...twice, rows: [...twice.rows, ...twice.rows] };
  expect(() => compareTables(doubled, twice, seed)).toThrow("twice");
  expect(() => compareTables(twice, { ...twice, unit: "slice" }, seed)).toThrow("cannot be compared");
});
