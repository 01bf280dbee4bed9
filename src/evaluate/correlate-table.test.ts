import { expect, test } from "vitest";
import { correlateTable, type PatientDescription } from "./correlate-table.ts";
import type { MetricTable } from "./metric-table.ts";
import { strataByCutPoints, strataByThirds, strataByValue, stratifyTable } from "./stratify-table.ts";

const table: MetricTable = {
  unit: "patient",
  cases: "all",
  fieldOfView: "all",
  columns: [{ name: "dsc", title: "DSC", unit: "1", definition: "", digits: 3 }],
  rows: [0.5, 0.6, 0.7, 0.9, null, 0.8].map((dsc, at) => ({ patient: `p${at + 1}`, values: { dsc } })),
};

const described: readonly PatientDescription[] = [
  { patient: "p1", values: { volumeCc: 1, side: "left", wall: true } },
  { patient: "p2", values: { volumeCc: 4, side: "right", wall: true } },
  { patient: "p3", values: { volumeCc: 9, side: "right", wall: false } },
  { patient: "p4", values: { volumeCc: 100, side: "right", wall: false } },
  { patient: "p5", values: { volumeCc: 50, side: null, wall: null } },
];

test("a metric is correlated with numbers and yes/no; who lacks either value is left out and counted", () => {
  const [volume, wall] = correlateTable(table, described);
  // p5 has no DSC, p6 no description. Both rise together over the other four: rank correlation 1, as two of 24 orders have.
  expect(volume).toMatchObject({ descriptor: "volumeCc", pairs: 4, leftOut: 2 });
  expect(volume.spearman).toMatchObject({ coefficient: 1, p: 2 / 24 });
  expect(volume.pearson?.coefficient).toBeLessThan(1);
  // Means 0.55 with contact and 0.8 without: covariance -0.25 (n p q = 1), deviations 0.0875 and 1.
  expect(wall.descriptor).toBe("wall");
  expect(wall.pearson?.coefficient).toBeCloseTo(-0.25 / Math.sqrt(0.0875), 12);
  expect(wall.spearmanHolmP).toBe(wall.spearman?.p);
});

test("two scans of one person are one point, at their means", () => {
  // p4 and p3 are one person: its volume is 54.5, its DSC 0.8.
  const scans = described.map((description) =>
    description.patient === "p4" ? { ...description, person: "p3" } : description,
  );
  const [volume] = correlateTable(table, scans, ["volumeCc"]);
  expect(volume).toMatchObject({ pairs: 3, leftOut: 2 });
  // Volumes 1, 4, 54.5 and DSC 0.5, 0.6, 0.8: by SciPy 1.17, pearsonr.
  expect(volume.pearson?.coefficient).toBeCloseTo(0.9600678518904078, 10);
  expect(volume.spearman).toMatchObject({ coefficient: 1, p: 2 / 6 });
});

test("slices are no cases for a correlation with what their patients share", () => {
  expect(() => correlateTable({ ...table, unit: "slice" }, described)).toThrow("over patients");
});

test("strata by cut points are half open, and a case without a description is in none and counted", () => {
  const { strata, unassigned } = stratifyTable(table, strataByCutPoints(described, "volumeCc", [4, 50]));
  expect(strata.map(({ label, cases }) => [label, cases])).toEqual([
    ["below 4.0", 1],
    ["4.0 to 50.0", 2],
    ["50.0 and more", 2],
  ]);
  expect(strata[1].summaries.dsc.mean).toBeCloseTo(0.65, 12);
  expect(strata[2].summaries.dsc).toMatchObject({ mean: 0.9, defined: 1, undefinedCases: 1 });
  expect(unassigned).toBe(1);
});

test("thirds have as equal numbers of patients as can be, smallest first", () => {
  const thirds = strataByThirds(described, "volumeCc");
  const members = thirds.labels.map((label) =>
    described.filter(({ patient }) => thirds.ofPatient.get(patient) === label).map(({ patient }) => patient),
  );
  expect(members).toEqual([["p1", "p2"], ["p3", "p5"], ["p4"]]);
});

test("strata by a word or by yes and no, unknown ones in none", () => {
  const bySide = stratifyTable(table, strataByValue(described, "side"));
  expect(bySide.strata.map(({ label, cases }) => [label, cases])).toEqual([
    ["left", 1],
    ["right", 3],
  ]);
  expect(bySide.unassigned).toBe(2);
  expect(stratifyTable(table, strataByValue(described, "wall")).strata.map(({ label }) => label)).toEqual([
    "no",
    "yes",
  ]);
});
