/** Which cases are listed and in which order: search, filter by state, sort. Pure. */
import { type CaseState, type CaseSummary, caseStates } from "#contract/workspace/case.ts";

export const sortKeys = [
  "state",
  "expected",
  "patientName",
  "patientId",
  "studyDate",
  "seriesDescription",
  "sliceCount",
  "gtvCc",
  "changedAt",
] as const;
export type SortKey = (typeof sortKeys)[number];
export type Sorting = { readonly key: SortKey; readonly descending: boolean };

export type Arrangement = {
  /** Words that must all occur in name, ID, label or series, in any order and case. */
  readonly search: string;
  readonly state: CaseState | "all";
  readonly sorting: Sorting;
};

/** A new list; equal cases by the time of their last change, newest first. */
export function arrangeCases(
  cases: readonly CaseSummary[],
  { search, state, sorting }: Arrangement,
): readonly CaseSummary[] {
  const words = fold(search).split(/\s+/).filter(Boolean);
  return cases
    .filter((entry) => state === "all" || entry.state === state)
    .filter((entry) => {
      const { patientName, patientId, patientLabel, seriesDescription, kernel } = entry;
      const text = fold(`${patientName} ${patientId} ${patientLabel} ${seriesDescription} ${kernel}`);
      return words.every((word) => text.includes(word));
    })
    .sort(
      (a, b) =>
        compareBy(a, b, sorting) || b.changedAt.localeCompare(a.changedAt) || a.id.localeCompare(b.id),
    );
}

/** Patients, of whom some have several series. */
export function countPatients(cases: readonly CaseSummary[]): number {
  return new Set(cases.map(({ patientLabel }) => patientLabel)).size;
}

/** Those before and after a case in a list that is arranged; undefined at its ends, and beside a case that is not in it. */
export function neighboursOf(
  arranged: readonly CaseSummary[],
  caseId: string,
): { readonly previous: CaseSummary | undefined; readonly next: CaseSummary | undefined } {
  const at = arranged.findIndex(({ id }) => id === caseId);
  return { previous: arranged[at - 1], next: at < 0 ? undefined : arranged[at + 1] };
}

/** The same column once more turns the order; a new one begins as its values are mostly wanted. */
export function toggleSorting(current: Sorting, key: SortKey): Sorting {
  if (current.key === key) return { key, descending: !current.descending };
  return { key, descending: key === "changedAt" || key === "studyDate" || key === "gtvCc" };
}

/** What the automatic contour is worth, as long as somebody has to review it. */
export function worthShown({ state, expected }: CaseSummary): CaseSummary["expected"] {
  return state === "to-review" || state === "in-review" ? expected : null;
}

function compareBy(a: CaseSummary, b: CaseSummary, { key, descending }: Sorting): number {
  const direction = descending ? -1 : 1;
  if (key !== "gtvCc" && key !== "expected") return direction * ascending(a, b, key);
  const [left, right] = key === "gtvCc" ? [a.gtvCc, b.gtvCc] : [rank(a), rank(b)];
  // Cases without a value stand last either way.
  if (left === null || right === null) return Number(left === null) - Number(right === null);
  return direction * (left - right);
}

/** By the expected DSC; what is doubtful needs a person first. */
function rank(summary: CaseSummary): number | null {
  const worth = worthShown(summary);
  if (worth === null) return null;
  return worth.doubtful ? (worth.dsc ?? 0) - 1 : worth.dsc;
}

function ascending(a: CaseSummary, b: CaseSummary, key: Exclude<SortKey, "gtvCc" | "expected">): number {
  if (key === "state") return caseStates.indexOf(a.state) - caseStates.indexOf(b.state);
  if (key === "sliceCount") return a.sliceCount - b.sliceCount;
  return a[key].localeCompare(b[key], "en", { numeric: true, sensitivity: "base" });
}

/** Without case and accents; DICOM's ^ between the parts of a name is a space. */
function fold(text: string): string {
  return text
    .normalize("NFD")
    .replace(/\p{Diacritic}/gu, "")
    .replaceAll("^", " ")
    .toLowerCase();
}
