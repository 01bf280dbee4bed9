import { describe, expect, test } from "vitest";
import { patientPoint } from "../../core/coordinates.ts";
import { createRandom } from "../../core/random.ts";
import { createGrid } from "../../geometry/grid.ts";
import { countVoxels, emptyMask, type Mask } from "../../geometry/mask.ts";
import type { MetricColumn } from "../metric-table.ts";
import { overlapValues } from "../metric-table.ts";
import { volumeOverlap } from "../overlap.ts";
import { type Agreement, agreements, agreementTables, consensusOf, type Reading } from "./agreement.ts";
import fixture from "./fixtures/staple.json" with { type: "json" };
import { majorityConsensus } from "./majority.ts";
import { staple } from "./staple.ts";
import { volumeVariability } from "./volume-variability.ts";

/** A row of 10 voxels of 1 cc each. */
const row = createGrid([10, 1, 1], [10, 10, 10], patientPoint(0, 0, 0));

/** "0110" as a mask whose other voxels are empty. */
function bits(text: string, grid = row): Mask {
  const mask = emptyMask(grid);
  [...text].forEach((letter, at) => {
    mask.data[at] = Number(letter);
  });
  return mask;
}

const textOf = (mask: Mask): string => [...mask.data].join("");

test("the majority is what more than half contoured; a tie is none", () => {
  const [a, b, c] = [bits("1111000000"), bits("0111100000"), bits("0001110000")];
  expect(textOf(majorityConsensus([a, b, c]))).toBe("0111100000");
  expect(textOf(majorityConsensus([a, b]))).toBe("0111000000");
  expect(textOf(majorityConsensus([a]))).toBe("1111000000");
});

describe.each(fixture.cases)("STAPLE of $title", ({ masks, inside, prior, sensitivity, specificity }) => {
  const grid = createGrid(fixture.size as [number, number, number], [1, 1, 1], patientPoint(0, 0, 0));

  test("is the textbook's, computed voxel by voxel", () => {
    const found = staple(masks.map((mask) => bits(mask, grid)));
    expect(found?.prior).toBeCloseTo(prior, 12);
    found?.observers.forEach((observer, at) => {
      expect(observer.sensitivity).toBeCloseTo(sensitivity[at], 6);
      expect(observer.specificity).toBeCloseTo(specificity[at], 6);
    });
    expect(found?.mask && textOf(found.mask)).toBe(inside);
    expect(found?.converged).toBe(true);
  });
});

test("STAPLE recovers the skill of simulated observers and a truth better than the majority", () => {
  const grid = createGrid([40, 40, 40], [1, 1, 1], patientPoint(0, 0, 0));
  const random = createRandom(5);
  const truth = emptyMask(grid);
  for (let at = 0; at < truth.data.length; at++) truth.data[at] = random.next() < 0.3 ? 1 : 0;
  const skill = [
    [0.95, 0.98],
    [0.9, 0.9],
    [0.7, 0.97],
    [0.6, 0.7],
    [0.55, 0.65],
  ];
  const masks = skill.map(([sensitivity, specificity]) => {
    const mask = emptyMask(grid);
    truth.data.forEach((inside, at) => {
      const right = random.next() < (inside === 1 ? sensitivity : specificity);
      mask.data[at] = right ? inside : 1 - inside;
    });
    return mask;
  });
  const found = staple(masks);
  // 19,200 voxels inside: four standard errors of a rate near 0.6 are 0.014, and the truth is uncertain on top.
  found?.observers.forEach(({ sensitivity, specificity }, at) => {
    expect(Math.abs(sensitivity - skill[at][0])).toBeLessThan(0.02);
    expect(Math.abs(specificity - skill[at][1])).toBeLessThan(0.02);
  });
  const error = (mask: Mask): number =>
    mask.data.reduce((sum, value, at) => sum + Math.abs(value - truth.data[at]), 0);
  expect(error(found?.mask ?? truth)).toBeGreaterThan(0);
  expect(error(found?.mask ?? truth)).toBeLessThan(0.8 * error(majorityConsensus(masks)));
});

test("STAPLE of equal contours is that contour, whatever the size of the grid; of none it is null", () => {
  const one = bits("0110100000");
  expect(staple([one, one, one])).toMatchObject({ mask: { data: one.data }, converged: true });
  const full = bits("1111111111");
  expect(textOf(staple([full, full])?.mask ?? emptyMask(row))).toBe("1111111111");
  expect(staple([emptyMask(row), emptyMask(row)])).toBe(null);
  expect(() => staple([])).toThrow("1 to 31");
  const wide = createGrid([10, 30, 30], [10, 10, 10], patientPoint(0, 0, 0));
  const [a, b, c] = ["1111000000", "0111100000", "0001110000"];
  const small = staple([bits(a), bits(b), bits(c)]);
  const large = staple([bits(a, wide), bits(b, wide), bits(c, wide)]);
  expect(large?.observers).toEqual(small?.observers);
});

const dsc: MetricColumn = { name: "dsc", title: "DSC", unit: "1", definition: "", digits: 3 };
const overlap = (reference: Mask, other: Mask) => overlapValues(volumeOverlap(reference, other));
const reading = (observer: string, mask: string, session = ""): Reading => ({
  observer,
  session,
  mask: bits(mask),
});

test("three observers make three pairs; the model is compared with each and with the consensus", () => {
  const readings = [reading("A", "1111000000"), reading("B", "0111100000"), reading("C", "0001110000")];
  const rows = agreements("p1", readings, consensusOf(readings), bits("0111000000"), overlap);
  const of = (kind: Agreement["kind"]) =>
    rows
      .filter((found) => found.kind === kind)
      .map(({ first, second, values }) => [first, second, values.dsc]);
  // A and B share 3 of 4 and 4; A and C 1 of 4 and 3; B and C 2 of 4 and 3.
  expect(of("betweenObservers")).toEqual([
    ["A", "B", 6 / 8],
    ["A", "C", 2 / 7],
    ["B", "C", 4 / 7],
  ]);
  expect(of("withinObserver")).toEqual([]);
  expect(of("observerMajority").map(([, observer, value]) => [observer, value])).toEqual([
    ["A", 6 / 8],
    ["B", 1],
    ["C", 4 / 7],
  ]);
  expect(of("modelObserver")).toEqual([
    ["A", "model", 6 / 7],
    ["B", "model", 6 / 7],
    ["C", "model", 2 / 6],
  ]);
  expect(of("modelMajority")).toEqual([["majority", "model", 6 / 7]]);
  expect(of("modelStaple")).toHaveLength(1);
});

test("an observer's two sessions are compared with each other, and observers within a session only", () => {
  const readings = [
    reading("A", "1111000000", "first"),
    reading("A", "1110000000", "second"),
    reading("B", "0111000000", "first"),
    reading("B", "0110000000", "second"),
  ];
  const rows = agreements("p1", readings, consensusOf(readings), undefined, overlap);
  const of = (kind: Agreement["kind"]) =>
    rows
      .filter((found) => found.kind === kind)
      .map(({ first, second, values }) => [first, second, values.dsc]);
  expect(of("withinObserver")).toEqual([
    ["A first", "A second", 6 / 7],
    ["B first", "B second", 4 / 5],
  ]);
  expect(of("betweenObservers")).toEqual([
    ["A first", "B first", 6 / 7],
    ["A second", "B second", 4 / 5],
  ]);
  expect(of("observerMajority").map(([first]) => first)).toEqual([
    "majority of first",
    "majority of first",
    "majority of second",
    "majority of second",
  ]);
});

test("a patient's mean is over its pairs, and undefined if one of them is", () => {
  const row = (patient: string, value: number | null): Agreement => ({
    patient,
    kind: "betweenObservers",
    first: "A",
    second: "B",
    values: { dsc: value },
  });
  const tables = agreementTables([row("p1", 0.5), row("p1", 0.7), row("p2", 0.9), row("p2", null)], [dsc]);
  expect(tables.map(({ kind }) => kind)).toEqual(["betweenObservers"]);
  expect(tables[0].table.rows).toEqual([
    { patient: "p1", values: { dsc: 0.6 } },
    { patient: "p2", values: { dsc: null } },
  ]);
});

test("volumes vary by their standard deviation over their mean", () => {
  // 2, 4 and 6 cc: mean 4, SD 2.
  const readings = [reading("A", "1100000000"), reading("B", "1111000000"), reading("C", "1111110000")];
  const consensus = consensusOf(readings);
  const { values } = volumeVariability("p1", readings, consensus, bits("1110000000"));
  expect(values).toMatchObject({
    contours: 3,
    meanCc: 4,
    deviationCc: 2,
    variation: 0.5,
    largestToSmallest: 3,
  });
  expect(values).toMatchObject({ majorityCc: 4, modelCc: 3 });
  expect(countVoxels(consensus[0].majority)).toBe(4);
  const alone = volumeVariability("p1", readings.slice(0, 1), [], undefined);
  expect(alone.values).toMatchObject({ deviationCc: null, variation: null, majorityCc: null, modelCc: null });
});
