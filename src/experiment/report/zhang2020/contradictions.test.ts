/** The paper's figures against each other: worked out by hand where that is short, by chance where it is a bound. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { checkPaper } from "./contradictions.ts";
import { meanJaccardBounds } from "./jaccard-bounds.ts";

const jaccard = (dsc: number): number => dsc / (2 - dsc);

test("the mean JSC of any cases lies within the bounds that mean and SD of their DSC leave", () => {
  const cases = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 2, maxLength: 12 });
  fc.assert(
    fc.property(cases, (values) => {
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      fc.pre(mean > 0.01 && mean < 0.99);
      const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
      const [low, high] = meanJaccardBounds(mean, Math.sqrt(variance));
      const meanJaccard = values.reduce((sum, value) => sum + jaccard(value), 0) / values.length;
      expect(meanJaccard).toBeGreaterThanOrEqual(low - 1e-9);
      expect(meanJaccard).toBeLessThanOrEqual(high + 1e-9);
    }),
    { seed: 1, numRuns: 300 },
  );
});

test("the bounds are reached: by cases at 0 or 1 and one other value", () => {
  // Three at 0.5 and one at 1: mean 0.625, variance 3/64.
  const [, high] = meanJaccardBounds(0.625, Math.sqrt(3 / 64));
  expect(high).toBeCloseTo((3 * jaccard(0.5) + 1) / 4, 12);
  // One at 0 and three at 0.8: mean 0.6, variance 0.12.
  const [low] = meanJaccardBounds(0.6, Math.sqrt(0.12));
  expect(low).toBeCloseTo((3 * jaccard(0.8)) / 4, 12);
});

test("cases that are all alike leave one mean JSC", () => {
  const [low, high] = meanJaccardBounds(0.73, 0);
  expect(low).toBeCloseTo(0.73 / 1.27, 12);
  expect(high).toBeCloseTo(0.73 / 1.27, 12);
});

test("neither network's printed JSC can belong to its printed DSC", () => {
  const checks = checkPaper().filter(({ title }) => title.startsWith("JSC"));
  expect(checks.map(({ verdict }) => verdict)).toEqual(["contradiction", "contradiction"]);
  // With mean 0.735 and SD 0.075, the most that rounding allows: weight 0.075^2 / (0.265^2 + 0.075^2) at 1, the rest at 0.71377.
  const weight = 0.075 ** 2 / (0.265 ** 2 + 0.075 ** 2);
  const most = weight + (1 - weight) * jaccard(0.735 - 0.075 ** 2 / 0.265);
  expect(checks[0].computed).toContain(most.toFixed(3));
  expect(most).toBeLessThan(0.675);
});

test("the abstract's TPR is not the table's", () => {
  const check = checkPaper().find(({ title }) => title.startsWith("TPR"));
  expect(check?.verdict).toBe("contradiction");
  expect(check?.computed).toContain("0.03");
});

test("the training cohort's sides do not fit its lobes, the test cohort's do", () => {
  const checks = checkPaper().filter(({ title }) => title.startsWith("Sides"));
  expect(checks.map(({ verdict }) => verdict)).toEqual(["contradiction", "holds"]);
  // 53 + 48 + 20 = 121 right, 112 + 67 = 179 left; 179 - 164 = 15.
  expect(checks[0].computed).toContain("121:179");
  expect(checks[0].computed).toContain("15 patients");
});

test("sums that hold are said to hold, and what the paper leaves open is open", () => {
  const verdictOf = (title: string) => checkPaper().find((check) => check.title === title)?.verdict;
  expect(verdictOf("Images of an epoch")).toBe("holds");
  expect(verdictOf("Stages against patients")).toBe("holds");
  expect(verdictOf("Training time")).toBe("holds");
  expect(verdictOf("Images against slices")).toBe("open");
  // 6048 / 300 = 20.16 images per patient; 50 x 6048 images in 12 hours are 142.86 ms each.
  expect(checkPaper().find(({ title }) => title === "Images against slices")?.computed).toContain("20.2");
  expect(checkPaper().find(({ title }) => title === "Training time")?.computed).toContain("143 ms");
});
