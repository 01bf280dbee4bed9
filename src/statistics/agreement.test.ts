/** Every test and distribution against R and SciPy, on the samples of fixtures/make_fixtures.py. */
import { describe, expect, test } from "vitest";
import { createRandom } from "#core/random.ts";
import { blandAltman } from "./bland-altman.ts";
import { bootstrapInterval } from "./bootstrap-interval.ts";
import { pearson, spearman } from "./correlation.ts";
import { cohenDz, hedgesG } from "./effect-size.ts";
import fixture from "./fixtures/statistics.json" with { type: "json" };
import { holm } from "./holm.ts";
import { incompleteBeta } from "./incomplete-beta.ts";
import { logGamma } from "./log-gamma.ts";
import { mean, pairedDifferences } from "./moments.ts";
import { normalQuantile, normalUpperTail } from "./normal-distribution.ts";
import { shapiroWilk } from "./shapiro-wilk.ts";
import { studentQuantile, studentTwoSided } from "./student-t.ts";
import { pairedTTest, type TTest, unpairedTTest, welchTTest } from "./t-test.ts";
import { wilcoxonSignedRank } from "./wilcoxon.ts";

type Numbers = readonly (number | null)[] | null | undefined;

/** Relative: a P value of 1e-49 must be right in its digits, not only small. */
const tolerance = 1e-6;
/** Absolute, where the expected value is 0. */
const rounding = 1e-14;

function expectClose(actual: Numbers, expected: Numbers): void {
  expect(actual?.length).toBe(expected?.length);
  actual?.forEach((value, at) => {
    const target = expected?.[at];
    if (typeof value !== "number" || typeof target !== "number") expect(value).toBe(target);
    else
      expect(Math.abs(value - target), `${value} for ${target}`).toBeLessThanOrEqual(
        target === 0 ? rounding : tolerance * Math.abs(target),
      );
  });
}

const asR = (result: TTest | null): Numbers => result && [result.t, result.degreesOfFreedom, result.p];
const asSciPy = (result: TTest | null): Numbers => result && [result.t, result.p];

describe.each(fixture.pairs)("$title", ({ a, b, r, scipy, ...expected }) => {
  test("t-tests are those of R and SciPy", () => {
    expectClose(asR(pairedTTest(a, b)), r.paired);
    expectClose(asR(unpairedTTest(a, b)), r.equal);
    expectClose(asR(welchTTest(a, b)), r.welch);
    expectClose(asSciPy(pairedTTest(a, b)), scipy.pairedT);
    expectClose(asSciPy(unpairedTTest(a, b)), scipy.unpairedT);
    expectClose(asSciPy(welchTTest(a, b)), scipy.welchT);
  });

  test("Wilcoxon's test is that of R and SciPy, exact where R's is", () => {
    const wilcoxon = wilcoxonSignedRank(a, b);
    expectClose(wilcoxon && [wilcoxon.rankSum, wilcoxon.p], r.wilcoxon);
    const { smallerRankSum, p, exact } = scipy.wilcoxon;
    const largest = ((wilcoxon?.used ?? 0) * ((wilcoxon?.used ?? 0) + 1)) / 2;
    expectClose(wilcoxon && [Math.min(wilcoxon.rankSum, largest - wilcoxon.rankSum), wilcoxon.p], [
      smallerRankSum,
      p,
    ]);
    expect(wilcoxon?.method).toBe(exact ? "exact" : "normal-approximation");
  });

  test("correlations are those of R and SciPy", () => {
    for (const [coefficient, name] of [
      [pearson, "pearson"],
      [spearman, "spearman"],
    ] as const) {
      const correlation = coefficient(a, b);
      if (a.length === 2) {
        expect([Math.abs(correlation?.coefficient ?? 0), correlation?.p]).toEqual([1, null]);
        continue;
      }
      if (name === "pearson" || a.length > 9)
        expectClose(correlation && [correlation.coefficient, correlation.p], r[name]);
      expectClose(correlation && [correlation.coefficient, correlation.p], scipy[name]);
    }
  });

  test("effect sizes and limits of agreement follow their formulas, as NumPy computes them", () => {
    expectClose([cohenDz(a, b), hedgesG(a, b)], [expected.cohenDz, expected.hedgesG]);
    const agreement = blandAltman(a, b);
    const { bias, ...intervals } = expected.blandAltman;
    expectClose([agreement?.bias ?? null], [bias]);
    for (const name of Object.keys(intervals) as (keyof typeof intervals)[]) {
      expectClose(agreement?.[name], intervals[name]);
    }
  });
});

test("Spearman's P of few pairs is the share of all orders as far out, ties by their midranks", () => {
  const rising = (count: number): number[] => Array.from({ length: count }, (_, at) => at);
  // Of n! orders one rises and one falls throughout.
  for (const [count, orders] of [
    [3, 6],
    [4, 24],
    [5, 120],
    [9, 362_880],
  ]) {
    const falling = rising(count).reverse();
    expect(spearman(rising(count), rising(count))).toEqual({ pairs: count, coefficient: 1, p: 2 / orders });
    expect(spearman(rising(count), falling)).toEqual({ pairs: count, coefficient: -1, p: 2 / orders });
  }
  // Two of one kind and two of the other: of six ways to choose the two, the first two and the last two are as far out.
  expect(spearman([1, 1, 2, 2], [1, 2, 3, 4])?.p).toBe(2 / 6);
  // By t from ten on.
  expect(spearman(rising(10), rising(10))?.p).toBe(0);
});

test.each(fixture.pairs.filter(({ bca }) => bca !== null))(
  "the bootstrap's BCa interval, $title: SciPy's on the same resamples",
  ({ title, a, b, bca }) => {
    const options = { random: createRandom(title), resamples: fixture.resamples };
    expectClose(bootstrapInterval(pairedDifferences(a, b), mean, options), bca);
  },
);

test.each(fixture.groups)("groups of different sizes, $title: as R", ({ a, b, r, hedgesG: g }) => {
  expectClose(asR(unpairedTTest(a, b)), r.equal);
  expectClose(asR(welchTTest(a, b)), r.welch ?? null);
  expectClose([hedgesG(a, b)], [g]);
});

test.each(fixture.shapiro)("Shapiro and Wilk's test, $title: as R", ({ values, r }) => {
  const normality = shapiroWilk(values);
  expectClose(normality && [normality.w, normality.p], r);
});

test.each(fixture.holm)("Holm's correction of $p: as R", ({ p, adjusted }) => {
  expectClose(holm(p), adjusted);
});

test("the distributions are SciPy's from the centre to the far tail", () => {
  const { distributions } = fixture;
  for (const [t, degrees, p] of distributions.studentTwoSided)
    expectClose([studentTwoSided(t, degrees)], [p]);
  for (const [z, p] of distributions.normalUpperTail) expectClose([normalUpperTail(z)], [p]);
  for (const [p, z] of distributions.normalQuantile) expectClose([normalQuantile(p)], [z]);
  for (const [confidence, degrees, t] of distributions.studentQuantile) {
    expectClose([studentQuantile(confidence, degrees)], [t]);
  }
  for (const [x, value] of distributions.logGamma) expectClose([logGamma(x)], [value]);
  for (const [a, b, x, value] of distributions.incompleteBeta)
    expectClose([incompleteBeta(a, b, x)], [value]);
});
