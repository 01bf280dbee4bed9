import { expect, test } from "vitest";
import {
  formatAge,
  formatCc,
  formatDuration,
  formatNumber,
  formatP,
  formatPatientName,
  formatSeries,
  formatSlices,
  formatStudyDate,
  seriesFacts,
} from "./format.ts";

test.each([
  ["HARTWELL^EDITH", "HARTWELL, EDITH"],
  ["Okonjo^Samuel^B^^", "Okonjo, Samuel B"],
  ["HARTWELL", "HARTWELL"],
  ["^EDITH", "EDITH"],
  ["Yamada^Tarou=山田^太郎", "Yamada, Tarou"],
  ["", "No name"],
])("the DICOM name %j is shown as %j", (name, shown) => {
  expect(formatPatientName(name)).toBe(shown);
});

test("a study date is shown with dashes, an empty one as a dash", () => {
  expect(formatStudyDate("20260131")).toBe("2026-01-31");
  expect(formatStudyDate("")).toBe("–");
});

test("a volume has the digits that count", () => {
  expect([null, 0, 0.04, 1.624, 28.44, 133.6].map(formatCc)).toEqual([
    "–",
    "0",
    "0.040",
    "1.62",
    "28.4",
    "133.6",
  ]);
});

test("what is undefined is a dash, not a number", () => {
  expect(formatNumber(null, 2)).toBe("–");
  expect(formatNumber(Number.POSITIVE_INFINITY, 2)).toBe("–");
  expect(formatNumber(0.9116, 3)).toBe("0.912");
  expect([formatP(null), formatP(0.0004), formatP(0.031)]).toEqual(["–", "< 0.001", "0.031"]);
});

test("durations are minutes and seconds, from an hour on with hours, and never rounded up", () => {
  expect([0, 59_999, 60_000, 412_000, 3_600_000, 3_725_000].map(formatDuration)).toEqual([
    "0:00",
    "0:59",
    "1:00",
    "6:52",
    "1:00:00",
    "1:02:05",
  ]);
});

test("ages are words for two weeks, then the date", () => {
  const now = Date.parse("2026-02-20T12:00:00Z");
  const age = (iso: string): string => formatAge(iso, now);
  expect(age("2026-02-20T11:59:30Z")).toBe("just now");
  expect(age("2026-02-20T11:55:00Z")).toBe("5 min ago");
  expect(age("2026-02-20T09:00:00Z")).toBe("3 h ago");
  expect(age("2026-02-19T11:00:00Z")).toBe("yesterday");
  expect(age("2026-02-16T11:00:00Z")).toBe("4 days ago");
  expect(age("2026-01-31T11:00:00Z")).toBe("2026-01-31");
  // The server's clock may be ahead.
  expect(age("2026-02-20T12:00:30Z")).toBe("just now");
});

test("slices are counted from one, runs are joined", () => {
  expect(formatSlices([9, 4, 5, 6])).toBe("5–7, 10");
  expect(formatSlices([])).toBe("");
});

test("a series says what tells it from another of the same patient", () => {
  const series = { seriesDescription: "Thorax", kernel: "B30f", sliceThicknessMm: 3, spacingMm: [1, 1, 2.5] };
  expect(formatSeries(series)).toBe("Thorax, B30f, 3 mm");
  expect(formatSeries({ ...series, seriesDescription: " ", sliceThicknessMm: null })).toBe("B30f, 2.5 mm");
  expect(formatSeries({ ...series, seriesDescription: "", kernel: "", sliceThicknessMm: 0.625 })).toBe(
    "0.63 mm",
  );
});

test("the facts of a series say what is not given, and leave out a description that is none", () => {
  const series = { seriesDescription: "Thorax", kernel: "B30f", sliceThicknessMm: 3, spacingMm: [1, 1, 2.5] };
  expect(seriesFacts(series)).toEqual(["Thorax", "kernel B30f", "slices 3 mm thick, 2.5 mm apart"]);
  expect(seriesFacts({ ...series, seriesDescription: " ", kernel: "", sliceThicknessMm: null })).toEqual([
    "kernel not given",
    "slices 2.5 mm apart, thickness not given",
  ]);
});
