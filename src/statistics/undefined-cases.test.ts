/** Where there is nothing to test, the answer is null: never NaN, never a made-up P. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { createRandom } from "#core/random.ts";
import { blandAltman } from "./bland-altman.ts";
import { bootstrapInterval } from "./bootstrap-interval.ts";
import { pearson, spearman } from "./correlation.ts";
import { cohenDz, hedgesG } from "./effect-size.ts";
import { holm } from "./holm.ts";
import { mean } from "./moments.ts";
import { shapiroWilk } from "./shapiro-wilk.ts";
import { pairedTTest, unpairedTTest, welchTTest } from "./t-test.ts";
import { wilcoxonOfMeasurements, wilcoxonSignedRank } from "./wilcoxon.ts";

const twoSamples = {
  pairedTTest,
  unpairedTTest,
  welchTTest,
  wilcoxonSignedRank,
  wilcoxonOfMeasurements,
  pearson,
  spearman,
  cohenDz,
  hedgesG,
  blandAltman,
} as const;

test.each(Object.entries(twoSamples))("%s of no values is null", (_, statistic) => {
  expect(statistic([], [])).toBe(null);
});

test("one pair has no spread: only Wilcoxon's signs are left, and they say nothing", () => {
  for (const statistic of [pairedTTest, unpairedTTest, welchTTest, pearson, spearman, cohenDz, hedgesG]) {
    expect(statistic([0.7], [0.6])).toBe(null);
  }
  expect(blandAltman([0.7], [0.6])).toBe(null);
  expect(wilcoxonSignedRank([0.7], [0.6])).toMatchObject({ rankSum: 1, used: 1, p: 1 });
});

test("two models that agree in every case have no test of their difference", () => {
  const same = [0.1, 0.25, 0.9, 0.4];
  expect([pairedTTest(same, same), wilcoxonSignedRank(same, same), cohenDz(same, same)]).toEqual([
    null,
    null,
    null,
  ]);
  expect(blandAltman(same, same)).toMatchObject({ bias: 0, limits: [0, 0], biasInterval: [0, 0] });
});

test("differences that are equal but for rounding count as constant", () => {
  // 0.3 - 0.2 and 0.9 - 0.8 differ in the last bits.
  const [a, b] = [
    [0.3, 0.9, 100.1],
    [0.2, 0.8, 100],
  ];
  expect(new Set(a.map((value, at) => value - b[at])).size).toBeGreaterThan(1);
  expect([pairedTTest(a, b), cohenDz(a, b)]).toEqual([null, null]);
});

test("differences that are equal but for rounding are tied in Wilcoxon's test, and none where they are 0 but for rounding", () => {
  // Steps of a lattice of 0.7 mm, as Hausdorff distances are: the same P in steps as in mm, that of R with ties.
  const [a, b] = [
    [2, 3, 5, 7, 4, 9, 6, 8, 3, 5],
    [1, 2, 3, 6, 3, 6, 5, 9, 2, 3],
  ];
  const inMm = (steps: readonly number[]): number[] => steps.map((step) => step * 0.7);
  const found = wilcoxonOfMeasurements(inMm(a), inMm(b));
  expect(found).toEqual(wilcoxonSignedRank(a, b));
  expect(found?.method).toBe("normal-approximation");
  expect(found?.p).toBeCloseTo(0.014838994023, 10);
  expect(wilcoxonOfMeasurements([0.1 + 0.2, 2], [0.3, 1])).toMatchObject({ used: 1, zeros: 1 });
});

test("samples without variance have no unpaired test and no correlation", () => {
  const [flat, other, varied] = [
    [2, 2, 2],
    [3, 3, 3],
    [1, 2, 4],
  ];
  expect([unpairedTTest(flat, other), welchTTest(flat, other), hedgesG(flat, other)]).toEqual([
    null,
    null,
    null,
  ]);
  expect([pearson(flat, varied), spearman(varied, flat)]).toEqual([null, null]);
});

test("Shapiro and Wilk's test needs 3 to 5000 values that vary", () => {
  expect(shapiroWilk([1, 2])).toBe(null);
  expect(shapiroWilk([4, 4, 4, 4])).toBe(null);
  expect(shapiroWilk(Array.from({ length: 5001 }, (_, at) => at))).toBe(null);
  // Evenly spaced three are as normal as three can be.
  expect(shapiroWilk([1, 2, 3])).toMatchObject({ w: 1, p: 1 });
});

test("the bootstrap of one value, or of equal ones, is null; the same seed gives the same interval", () => {
  const interval = (values: readonly number[], seed = 1) =>
    bootstrapInterval(values, mean, { random: createRandom(seed), resamples: 200 });
  expect([interval([]), interval([0.5]), interval([0.5, 0.5])]).toEqual([null, null, null]);
  expect(interval([1, 2, 4, 9])).toEqual(interval([1, 2, 4, 9]));
  expect(interval([1, 2, 4, 9])).not.toEqual(interval([1, 2, 4, 9], 2));
});

test("Holm leaves out what was not tested and never lowers a P value", () => {
  expect(holm([null, 0.03, null, 0.01])).toEqual([null, 0.03, null, 0.02]);
  expect(holm([])).toEqual([]);
});

test("a spread near 1e-100 is tested and correlated as the same sample in other units is", () => {
  const [a, b] = [
    [1, 2, 4, 9],
    [3, 1, 5, 6],
  ];
  const tiny = (values: readonly number[]): number[] => values.map((value) => value * 2 ** -330);
  expect(welchTTest(tiny(a), tiny(b))?.degreesOfFreedom).toBeCloseTo(
    welchTTest(a, b)?.degreesOfFreedom ?? 0,
    12,
  );
  expect(pearson(tiny(a), tiny(b))?.coefficient).toBeCloseTo(pearson(a, b)?.coefficient ?? 0, 12);
});

test("no sample of finite numbers gives NaN", () => {
  const value = fc.oneof(
    fc.integer({ min: -3, max: 3 }),
    fc.double({ min: -1e6, max: 1e6, noNaN: true }),
    fc.constantFrom(0.1, 0.3, 1e-9),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(value, value), { maxLength: 12 }), (drawn) => {
      const [a, b] = [drawn.map(([first]) => first), drawn.map(([, second]) => second)];
      const results = [
        ...Object.values(twoSamples).map((statistic) => statistic(a, b)),
        shapiroWilk(a),
        bootstrapInterval(a, mean, { random: createRandom(1), resamples: 50 }),
      ];
      expect(
        JSON.stringify(results, (_, item) =>
          Number.isFinite(item) || typeof item !== "number" ? item : "!",
        ),
      ).not.toContain("!");
    }),
  );
});
