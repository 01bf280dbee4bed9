import { expect, test } from "vitest";
import { patientPoint } from "#core/coordinates.ts";
import type { MetricColumn } from "#evaluate/metric-table.ts";
import { createGrid } from "#geometry/grid.ts";
import { countVoxels, emptyMask, type Mask } from "#geometry/mask.ts";
import { volumeOverlap } from "#geometry/overlap.ts";
import { type Agreement, agreements, agreementTables, consensusOf, type Reading } from "./agreement.ts";
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

const dsc: MetricColumn = { name: "dsc", title: "DSC", unit: "1", definition: "", digits: 3 };
const overlap = (reference: Mask, other: Mask) => {
  const { dsc: both, jsc } = volumeOverlap(reference, other);
  return { dsc: both, jsc };
};
const reading = (observer: string, mask: string, session = ""): Reading => ({
  observer,
  session,
  mask: bits(mask),
});

test("three observers make three pairs; the model is compared with each and with the consensus", () => {
  const readings = [reading("A", "1111000000"), reading("B", "0111100000"), reading("C", "0001110000")];
  const rows = agreements(
    { patient: "p1", readings, consensus: consensusOf(readings), model: bits("0111000000") },
    overlap,
  );
  const of = (kind: Agreement["kind"]) =>
    rows
      .filter((agreement) => agreement.kind === kind)
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
  const rows = agreements(
    { patient: "p1", readings, consensus: consensusOf(readings), model: undefined },
    overlap,
  );
  const of = (kind: Agreement["kind"]) =>
    rows
      .filter((agreement) => agreement.kind === kind)
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
  const { values } = volumeVariability({ patient: "p1", readings, consensus, model: bits("1110000000") });
  expect(values).toMatchObject({
    contours: 3,
    meanCc: 4,
    deviationCc: 2,
    variation: 0.5,
    largestToSmallest: 3,
  });
  expect(values).toMatchObject({ majorityCc: 4, modelCc: 3 });
  expect(countVoxels(consensus[0].majority)).toBe(4);
  const alone = volumeVariability({
    patient: "p1",
    readings: readings.slice(0, 1),
    consensus: [],
    model: undefined,
  });
  expect(alone.values).toMatchObject({ deviationCc: null, variation: null, majorityCc: null, modelCc: null });
});
