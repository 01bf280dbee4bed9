/** The page as text: what a signed version says stands on it, and no text of a person is taken for HTML. */
import { parseHTML } from "linkedom";
import { expect, test } from "vitest";
import type { Version } from "#contract/workspace/case.ts";
import { reportPage } from "./report-page.ts";
import type { ReportSubject } from "./report-subject.ts";

const version: Version = {
  number: 2,
  reviewId: "5e7d1f0a-2a55-4c5e-9d8e-0b5ac07a1c11",
  start: "assisted",
  modelAsked: false,
  reviewer: "Ann <b>",
  approvedAt: "2026-01-31T14:05:59.000Z",
  comment: "Fine & done",
  seenDwellMs: 500,
  unseenSlices: [3, 4, 5, 9],
  unseenReason: "Looked at elsewhere.",
  faults: ["GTVp has 16 voxels outside CTV, in slice 4."],
  faultsReason: "Bone.",
  model: { name: "m", version: "1.2", digest: "abc" },
  digest: "def",
  structures: [
    {
      name: "GTVp",
      type: "GTV",
      volumeCc: 12.34,
      colour: [255, 64, 64],
      derivation: null,
      done: [
        { words: "brush stroke", count: 3 },
        { words: "growth", count: 1 },
      ],
    },
    { name: "CTV", type: "CTV", volumeCc: 0.5, colour: [1, 2, 3], derivation: "GTVp + 6 mm", done: [] },
  ],
  dscToAutomatic: 0.9126,
  addedPathLengthMm: 104.4,
  activeMs: 90_000,
  expected: { dsc: 0.811, meanError: 0.07, doubtful: false, reasons: [] },
  edits: 4,
  slicesTouched: 7,
  findings: [
    "Slice 1 is odd.",
    "The slices are uneven.",
    "Slice 2 is odd.",
    "Odd: a 1 is b 2, a 3 is b 4.",
    "Odd: a 5 is b 6.",
  ],
};
const subject: ReportSubject = {
  patientLabel: "patient-ab12",
  version,
  ct: { size: [512, 512, 134], spacingMm: [0.9766, 0.9766, 3], kernel: "B30f", sliceThicknessMm: 3 },
  extents: [
    { firstSlice: 4, lastSlice: 8, slices: 3, sizeMm: [12, 8, 25] },
    { firstSlice: 3, lastSlice: 9, slices: 7, sizeMm: [24, 20, 35] },
  ],
  pictures: [{ title: "Axial, lowest slice", place: "slice 4", source: "data:image/png;base64,AA" }],
};

const textOf = (shownSubject: ReportSubject): string =>
  (parseHTML(reportPage(shownSubject)).document.body.textContent ?? "").replace(/\s+/g, " ");

test.each([
  "Contours of patient-ab12, version 2",
  "For research only",
  "Ann <b>, 2026-01-31 14:05 UTC",
  "Fine & done",
  "m 1.2, SHA-256 abc",
  "0.81, mean error of this estimate 0.07",
  "the automatic contour",
  "512 × 512 × 134 voxels of 0.977 × 0.977 × 3.00 mm, slices 3.00 mm thick, kernel B30f",
  "12.3",
  "4–8, 2 empty",
  "GTVp + 6 mm",
  "GTVp has 16 voxels outside CTV, in slice 4. Signed all the same: Bone.",
  "Not seen: slices 4–6, 10. A slice counts as seen after 0.5 s on screen. Signed all the same: Looked at elsewhere.",
  "4 strokes and operations in 7 slices, 1.5 minutes of active work. Added path length of the GTV: 104 mm.",
  "brush stroke × 3, growth",
  "nothing: as it began",
  "Slice 1 is odd. And 1 more like it.The slices are uneven.Odd: a 1 is b 2, a 3 is b 4. And 1 more like it.",
  "Window: mediastinum, level 40, width 400 HU.",
  "Axial, lowest slice, slice 4",
])("it says %j", (words) => {
  expect(textOf(subject)).toContain(words);
});

test("one stroke in one slice is told in the singular", () => {
  const version = { ...subject.version, edits: 1, slicesTouched: 1 };
  expect(textOf({ ...subject, version })).toContain("1 stroke or operation in 1 slice, ");
});

test("the same version gives the same bytes, and nothing is fetched from elsewhere", () => {
  const page = reportPage(subject);
  expect(reportPage(structuredClone(subject))).toBe(page);
  expect(page).not.toMatch(/(src|href)="(?!data:)/);
  expect(page).not.toMatch(/<script|url\(|@import/);
});

test("each structure has its colour, in the table and in the legend of the pictures", () => {
  const { document } = parseHTML(reportPage(subject));
  const colours = [...document.querySelectorAll(".swatch")].map((swatch) => swatch.getAttribute("style"));
  const both = ["background:rgb(255 64 64)", "background:rgb(1 2 3)"];
  expect(colours).toEqual([...both, ...both]);
});

test("what is not known is said not to be known, and what holds is not said to fail", () => {
  const plain = {
    ...version,
    faults: [],
    faultsReason: null,
    unseenSlices: [],
    unseenReason: null,
    findings: [],
  };
  const text = textOf({
    ...subject,
    version: { ...plain, model: null, expected: null, start: "manual", dscToAutomatic: null },
  });
  expect(text).toContain("nothing: drawn by hand");
  expect(text).toContain("Each target lies in the one round it.");
  expect(text).not.toContain("Signed all the same");
  expect(
    textOf({
      ...subject,
      version: { ...plain, expected: { dsc: 0.4, meanError: 0.1, doubtful: true, reasons: ["No chest."] } },
    }),
  ).toContain("doubtful: No chest.");
});
