/** The study's numbers by hand: four patients, times that make sums easy. */
import { expect, test } from "vitest";
import type { Study } from "#contract/workspace/study.ts";
import { normalUpperTail } from "#statistics/normal-distribution.ts";
import { evaluateStudy } from "./study.ts";

let next = 0;
function row(patient: number, start: "manual" | "assisted", minutes: number): Study["rows"][number] {
  const digits = (value: number): string => `00000000-0000-4000-8000-${String(value).padStart(12, "0")}`;
  return {
    caseId: digits(patient),
    patientId: `P${patient}`,
    patientLabel: `L${patient}`,
    reviewId: digits(100 + next++),
    start,
    reviewer: "Ann",
    beganAt: "2026-01-01T11:00:00.000Z",
    approvedAt: "2026-01-01T12:00:00.000Z",
    activeMs: minutes * 60_000,
    edits: 1,
    slicesTouched: 1,
    addedPathLengthMm: null,
    dscToAutomatic: null,
    volumeCc: 1,
    modelAsked: false,
    again: false,
    arm: "first",
    sinceOtherArmMs: null,
  };
}

test("without reviews there are no means, no pairs and no figure", () => {
  expect(evaluateStudy([])).toMatchObject({
    rows: [],
    manual: { count: 0, meanMinutes: null, sdMinutes: null },
    paired: null,
    figure: "",
  });
});

test("pairs are patients contoured both ways, each by the latest review; means are over all reviews", () => {
  const study = evaluateStudy([
    row(1, "manual", 99),
    row(1, "manual", 14),
    row(1, "assisted", 10),
    row(2, "assisted", 9),
    row(2, "manual", 16),
    row(3, "manual", 12),
    row(3, "assisted", 10),
    row(4, "assisted", 50),
  ]);
  // Saved: 4, 7 and 2 minutes; mean 13/3, squared deviations 38/3, variance 19/3.
  expect(study.assisted).toMatchObject({ count: 4, meanMinutes: 79 / 4 });
  expect(study.manual.meanMinutes).toBeCloseTo((99 + 14 + 16 + 12) / 4, 12);
  expect(study.paired?.pairs).toBe(3);
  expect(study.paired?.meanSavedMinutes).toBeCloseTo(13 / 3, 12);
  // t of 95 % with 2 degrees of freedom: 4.302653 (tables).
  const half = 4.302653 * Math.sqrt(19 / 3 / 3);
  expect(study.paired?.interval95?.[0]).toBeCloseTo(13 / 3 - half, 4);
  expect(study.paired?.interval95?.[1]).toBeCloseTo(13 / 3 + half, 4);
  // With 2 degrees of freedom P = 1 - t / sqrt(t² + 2).
  const t = 13 / 3 / Math.sqrt(19 / 9);
  expect(study.paired?.tTestP).toBeCloseTo(1 - t / Math.sqrt(t * t + 2), 10);
  // All three differences are positive: 2 of the 2³ signs are as far out.
  expect(study.paired?.wilcoxonP).toBeCloseTo(0.25, 12);
  expect(study.figure.match(/<circle/g)?.length).toBe(8);
});

test("equal differences have a mean and no interval, one pair is none", () => {
  const rows = [row(1, "manual", 10), row(1, "assisted", 8), row(2, "manual", 12), row(2, "assisted", 10)];
  expect(evaluateStudy(rows).paired).toMatchObject({
    pairs: 2,
    meanSavedMinutes: 2,
    interval95: null,
    tTestP: null,
  });
  expect(evaluateStudy(rows.slice(0, 2)).paired).toBeNull();
});

test("savings that are the same number of milliseconds are tied in Wilcoxon's test, whatever their minutes round to", () => {
  const ms = (patient: number, start: "manual" | "assisted", activeMs: number) =>
    row(patient, start, activeMs / 60_000);
  // 700 s by hand less 500, and 800 less 600: in minutes they differ in the last bit. The ranks are 1.5, 1.5 and 3.
  const rows = [
    ...[ms(1, "manual", 700_000), ms(1, "assisted", 500_000)],
    ...[ms(2, "manual", 800_000), ms(2, "assisted", 600_000)],
    ...[ms(3, "manual", 900_000), ms(3, "assisted", 500_000)],
  ];
  // V = 6 of 6; normal approximation with ties: variance 14 * 3 / 12 - 6 / 48, continuity correction 1/2.
  const z = (6 - 3 - 0.5) / Math.sqrt(3.5 - 6 / 48);
  expect(evaluateStudy(rows).paired?.wilcoxonP).toBeCloseTo(2 * normalUpperTail(z), 10);
});

test("a review by hand in which a network was asked is listed and counts nowhere", () => {
  const rows = [row(1, "manual", 10), row(1, "assisted", 8), row(2, "manual", 12), row(2, "assisted", 9)];
  const helped = { ...row(3, "manual", 1), modelAsked: true };
  const without = evaluateStudy(rows);
  const study = evaluateStudy([...rows, helped, { ...row(3, "assisted", 5), modelAsked: true }]);
  expect(study.rows.length).toBe(6);
  expect(study.manual).toEqual(without.manual);
  expect(study.paired).toEqual(without.paired);
  expect(study.assisted.count).toBe(3);
  expect(study.figure.match(/<circle/g)?.length).toBe(5);
});

test("a signature after reopening is listed and counts nowhere; the review's first one still does", () => {
  const rows = [row(1, "manual", 10), row(1, "assisted", 8), row(2, "manual", 12), row(2, "assisted", 9)];
  const once = evaluateStudy(rows);
  const again = { ...rows[1], activeMs: 45 * 60_000, again: true };
  const study = evaluateStudy([...rows, again]);
  expect(study.rows.length).toBe(5);
  expect({ ...study, rows: rows }).toEqual(once);
});

test("what was saved is told for each order apart, by the arm that came second", () => {
  const hour = 3_600_000;
  const second = { beganAt: "2026-01-03T11:00:00.000Z", arm: "second" } as const;
  const { paired } = evaluateStudy([
    row(1, "manual", 14),
    { ...row(1, "assisted", 8), ...second, sinceOtherArmMs: 48 * hour },
    row(2, "assisted", 9),
    { ...row(2, "manual", 11), ...second, sinceOtherArmMs: 24 * hour },
    row(3, "assisted", 7),
    { ...row(3, "manual", 8), ...second, sinceOtherArmMs: 3 * hour },
    row(4, "manual", 13),
    { ...row(4, "assisted", 6), beganAt: second.beganAt },
  ]);
  expect(paired?.order).toEqual({
    manualFirst: { pairs: 1, meanSavedMinutes: 6 },
    assistedFirst: { pairs: 2, meanSavedMinutes: 1.5 },
    unrelated: { pairs: 1, meanSavedMinutes: 7 },
  });
  expect(paired?.medianBetweenMs).toBe(24 * hour);
});
