import { expect, test } from "vitest";
import type { CaseDetail, CaseSummary } from "#contract/workspace/case.ts";
import type { ReviewState } from "../session/review-state.ts";
import { ReviewStore } from "../session/review-store.ts";
import { toolsOf } from "../tools.ts";
import { detailForArm } from "./arm-detail.ts";

const version = (number: number, start: "manual" | "assisted") => ({
  number,
  start,
  structures: [{ name: "GTVp", type: "GTV", volumeCc: 12, derivation: null }],
  dscToAutomatic: 0.9,
  addedPathLengthMm: 40,
  unseenSlices: [7],
  faults: [],
});
const source = (id: string) => ({ id, kind: id.split(":")[0], label: id, volumeCc: 1 });
const ids = ["automatic:ab", "structure:s", "version:1:x", "version:2:y", "imported:0"];
/** As much of one as is told apart. */
const detail = {
  summary: { id: "c", expected: { dsc: 0.8, meanError: 0.1, doubtful: false, reasons: [] } },
  automatic: { id: "automatic:ab", uncertainVoxels: [0, 3] },
  sources: ids.map(source),
  versions: [version(1, "assisted"), version(2, "manual")],
} as unknown as CaseDetail;

test("the assisted arm is shown the case as it is", () => {
  expect(detailForArm(detail, "assisted")).toBe(detail);
});

test("by hand nothing is left that the model made, or that was signed from it", () => {
  const shown = detailForArm(detail, "manual");
  expect(shown.automatic).toBeNull();
  expect(shown.summary.expected).toBeNull();
  expect(shown.sources.map(({ id }) => id)).toEqual(["version:2:y", "imported:0"]);
  const [assisted, manual] = shown.versions;
  expect([assisted.structures, assisted.unseenSlices]).toEqual([[], []]);
  expect(manual.structures).toEqual(detail.versions[1].structures);
  for (const { dscToAutomatic, addedPathLengthMm } of shown.versions)
    expect([dscToAutomatic, addedPathLengthMm]).toEqual([null, null]);
});

test("by hand there is no tool that asks a network, and every other one", () => {
  expect(toolsOf("assisted").filter((tool) => !toolsOf("manual").includes(tool))).toEqual([
    "segment-box",
    "segment-click",
    "segment-anew",
  ]);
});

test("a case that comes while the review is open is shown as its arm may see it", () => {
  const first = { start: "manual", detail: detailForArm(detail, "manual"), hasAutomatic: true };
  const store = new ReviewStore(first as unknown as ReviewState);
  store.showCase(detail);
  expect(store.state).toMatchObject({ hasAutomatic: true, detail: { automatic: null } });
  store.showSummary({ ...detail.summary, reviewer: "Ann" } as unknown as CaseSummary);
  expect(store.state.detail.summary).toMatchObject({ expected: null, reviewer: "Ann" });
});
