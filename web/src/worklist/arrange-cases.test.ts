import { expect, test } from "vitest";
import type { CaseSummary } from "#contract/workspace/case.ts";
import {
  type Arrangement,
  arrangeCases,
  countPatients,
  neighboursOf,
  toggleSorting,
} from "./arrange-cases.ts";

function summary(patientId: string, part: Partial<CaseSummary>): CaseSummary {
  return {
    id: patientId,
    state: "to-review",
    progress: null,
    failure: null,
    sentBack: null,
    patientName: "",
    patientId,
    studyDate: "",
    seriesDescription: "",
    kernel: "",
    sliceThicknessMm: null,
    patientLabel: patientId,
    sliceCount: 0,
    spacingMm: [1, 1, 1],
    gtvCc: null,
    expected: null,
    sample: false,
    receivedAt: "2026-01-01T00:00:00Z",
    changedAt: "2026-01-01T00:00:00Z",
    ...part,
  };
}

const cases = [
  summary("N-2", {
    patientName: "MÜLLER^ANNA",
    gtvCc: 5,
    state: "failed",
    changedAt: "2026-01-03T00:00:00Z",
  }),
  summary("N-10", {
    patientName: "ABEL^TOM",
    seriesDescription: "Thorax RT",
    changedAt: "2026-01-04T00:00:00Z",
  }),
  summary("N-1", { patientName: "zorn^eva", gtvCc: 80, changedAt: "2026-01-02T00:00:00Z" }),
];

function order(part: Partial<Arrangement>): string[] {
  const all: Arrangement = { search: "", state: "all", sorting: { key: "changedAt", descending: true } };
  return arrangeCases(cases, { ...all, ...part }).map(({ patientId }) => patientId);
}

test("all words of a search must occur, without regard to case, accents and the ^ of names", () => {
  expect(order({ search: "anna muller" })).toEqual(["N-2"]);
  expect(order({ search: "ÄBEL thorax" })).toEqual(["N-10"]);
  expect(order({ search: "abel anna" })).toEqual([]);
  expect(order({ search: "  " })).toHaveLength(3);
});

test("only the chosen state is listed", () => {
  expect(order({ state: "failed" })).toEqual(["N-2"]);
});

test("IDs are sorted as numbers where they hold numbers, names without regard to case", () => {
  expect(order({ sorting: { key: "patientId", descending: false } })).toEqual(["N-1", "N-2", "N-10"]);
  expect(order({ sorting: { key: "patientName", descending: false } })).toEqual(["N-10", "N-2", "N-1"]);
});

test("cases without a GTV stand last in both directions", () => {
  expect(order({ sorting: { key: "gtvCc", descending: true } })).toEqual(["N-1", "N-2", "N-10"]);
  expect(order({ sorting: { key: "gtvCc", descending: false } })).toEqual(["N-2", "N-1", "N-10"]);
});

test("least worth stands first, doubtful before all others, and last what needs no review or has no figure", () => {
  const worth = (dsc: number | null, doubtful = false) => ({ dsc, doubtful, meanError: null, reasons: [] });
  const list = [
    summary("good", { expected: worth(0.9) }),
    summary("poor", { expected: worth(0.55), state: "in-review" }),
    summary("signed", { expected: worth(0.1, true), state: "approved" }),
    summary("aorta", { expected: worth(0.7, true) }),
    summary("nothing", { expected: worth(null, true) }),
    summary("uncalibrated", { expected: worth(null) }),
  ];
  const sorted = (descending: boolean) =>
    arrangeCases(list, { search: "", state: "all", sorting: { key: "expected", descending } }).map(
      ({ patientId }) => patientId,
    );
  expect(sorted(false).slice(0, 4)).toEqual(["nothing", "aorta", "poor", "good"]);
  expect(sorted(true).slice(0, 4)).toEqual(["good", "poor", "aorta", "nothing"]);
});

test("states are sorted as a case goes through them, equal ones by their last change", () => {
  expect(order({ sorting: { key: "state", descending: false } })).toEqual(["N-10", "N-1", "N-2"]);
});

test("the same column again turns the order, a new one begins at its useful end", () => {
  const first = toggleSorting({ key: "patientName", descending: false }, "gtvCc");
  expect(first).toEqual({ key: "gtvCc", descending: true });
  expect(toggleSorting(first, "gtvCc")).toEqual({ key: "gtvCc", descending: false });
  expect(toggleSorting(first, "patientName")).toEqual({ key: "patientName", descending: false });
});

test("patients are counted, not their series, and each has those before and after it", () => {
  const list = [
    summary("a", { patientLabel: "P1" }),
    summary("b", { patientLabel: "P1" }),
    summary("c", { patientLabel: "P2" }),
  ];
  expect(countPatients(list)).toBe(2);
  const ids = (id: string) => {
    const { previous, next } = neighboursOf(list, id);
    return [previous?.id, next?.id];
  };
  expect(["a", "b", "c", "gone"].map(ids)).toEqual([
    [undefined, "b"],
    ["a", "c"],
    ["b", undefined],
    [undefined, undefined],
  ]);
});
