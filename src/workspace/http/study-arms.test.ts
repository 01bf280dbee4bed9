/** The two arms of the time study over HTTP: by hand nothing of the model counts, and the first signature stays the result. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { CaseDetail } from "#contract/workspace/case.ts";
import type { Review } from "#contract/workspace/review.ts";
import { seenDwellMs } from "#contract/workspace/seen.ts";
import { text } from "#dicom/dataset/dataset.ts";
import { readDicom } from "#dicom/dataset/read-dataset.ts";
import { block, edit, stamp } from "../../../test/workspace/client.ts";
import { openPhantomServer, type PhantomServer } from "../../../test/workspace/phantom-server.ts";

let server: PhantomServer;
let client: PhantomServer["client"];
let caseId: string;
let detail: CaseDetail;
const approval = { reviewer: "Ann", comment: "", unseenReason: null };
/** Of the model nothing is in this slice. */
const drawnIn = 3;

const open = (start: Review["start"]) =>
  client.call("openReview", { caseId }, { start, reviewer: "Ann", fresh: false });
const work = (activeMs: number) => ({ ...stamp(), type: "activity" as const, activeMs });
const seenEntry = (slices: number[]) => ({ ...stamp(), type: "seen" as const, slices, dwellMs: seenDwellMs });
const stroke = (review: Review, i0 = 10) =>
  edit(review.structures[0].id, block({ k: drawnIn, i0, j0: 20, width: 30, height: 8 }));

beforeAll(async () => {
  server = await openPhantomServer(20, { contoured: "ct" });
  ({ client, caseId } = server);
  detail = await client.call("showCase", { caseId }, undefined);
});
afterAll(() => server.close());

test("a contour by hand is held to no slice of the model, and neither its version nor its file names one", async () => {
  const review = await open("manual");
  const { id: reviewId } = review;
  expect(detail.automatic?.gtvVoxels.some((count) => count > 0)).toBe(true);
  expect(detail.automatic?.gtvVoxels[drawnIn]).toBe(0);
  await client.call("appendLog", { reviewId }, { entries: [stroke(review), work(300_000)] });
  expect(await client.refusal("approve", { reviewId }, approval)).toMatchObject({
    code: "unseen-slices",
    slices: [drawnIn],
  });
  await client.call("appendLog", { reviewId }, { entries: [seenEntry([drawnIn])] });
  const version = await client.call("approve", { reviewId }, approval);
  expect(version).toMatchObject({ start: "manual", model: null, modelAsked: false });
  const file = await client.bytes(`/api/cases/${caseId}/versions/${version.number}/rtstruct`);
  const [roi] = readDicom(file, "the signed file").dataSet.get("30060020")?.items ?? [];
  expect(text(roi, "30060036")).toBe("MANUAL");
  expect(text(roi, "30060038")).toBe("drawn by hand in Delineate");
});

test("reopened and signed again it is in the study by its first signature, the second is listed apart", async () => {
  const { rows } = await client.call("study", {}, undefined);
  const [{ reviewId }] = rows;
  const review = await client.call("reopen", { reviewId }, { reviewer: "Ann" });
  // While it is open nothing is missing.
  expect((await client.call("study", {}, undefined)).rows).toEqual(rows);
  const copied = edit(review.structures[0].id, block({ k: drawnIn, i0: 60, j0: 20, width: 4, height: 4 }));
  const entries = [{ ...copied, kind: "copy-structure" as const }, work(60_000)];
  await client.call("appendLog", { reviewId }, { entries });
  expect(await client.call("approve", { reviewId }, approval)).toMatchObject({ modelAsked: true });
  const study = await client.call("study", {}, undefined);
  expect(study.rows[0]).toEqual(rows[0]);
  expect(study.rows[1]).toMatchObject({ reviewId, again: true, activeMs: 360_000, modelAsked: true });
  expect(study.manual).toEqual({ count: 1, meanMinutes: 5, sdMinutes: null });
});

test("the assisted arm after it is the reviewer's second, names its model and knows how long the other was ago", async () => {
  const review = await open("assisted");
  const { id: reviewId } = review;
  const version = await client.call("approve", { reviewId }, { ...approval, unseenReason: "A test." });
  expect(version).toMatchObject({ start: "assisted", model: detail.automatic?.model });
  const { rows } = await client.call("study", {}, undefined);
  const [first, , second] = rows;
  expect(first).toMatchObject({ arm: "first", sinceOtherArmMs: null });
  expect(second.arm).toBe("second");
  const sinceBegun = Date.parse(second.beganAt) - Date.parse(first.beganAt);
  expect(second.sinceOtherArmMs).toBeGreaterThanOrEqual(0);
  expect(second.sinceOtherArmMs).toBeLessThan(sinceBegun);
});

test("drawn anew in an assisted review without the proposed contour, the version names no model", async () => {
  const { id: reviewId, structures } = await client.call(
    "openReview",
    { caseId },
    { start: "assisted", reviewer: "Ann", fresh: true },
  );
  const ownStructure = { structureId: crypto.randomUUID(), structureType: "GTV" as const };
  const colour: [number, number, number] = [255, 0, 0];
  const entries = [
    { ...stamp(), type: "structure" as const, ...ownStructure, name: "GTV 2", colour, removed: false },
    edit(ownStructure.structureId, block({ k: drawnIn, i0: 10, j0: 20, width: 30, height: 8 })),
    { ...stamp(), type: "structure" as const, ...ownStructure, structureId: structures[0].id, name: "GTVp" },
  ].map((entry) => (entry.type === "structure" ? { colour, removed: true, ...entry } : entry));
  await client.call("appendLog", { reviewId }, { entries });
  const reason = { ...approval, unseenReason: "A test." };
  expect((await client.call("approve", { reviewId }, reason)).model).toBeNull();
  // At the model's threshold its contour is the model's again, whatever the structure began with.
  await client.call("reopen", { reviewId }, { reviewer: "Ann" });
  const threshold = edit(
    ownStructure.structureId,
    block({ k: 4, i0: 10, j0: 20, width: 9, height: 9 }),
    "threshold",
  );
  await client.call("appendLog", { reviewId }, { entries: [threshold] });
  const version = await client.call("approve", { reviewId }, reason);
  expect(version.model).toEqual(detail.automatic?.model);
  const file = await client.bytes(`/api/cases/${caseId}/versions/${version.number}/rtstruct`);
  const [roi] = readDicom(file, "the signed file").dataSet.get("30060020")?.items ?? [];
  expect(text(roi, "30060036")).toBe("SEMIAUTOMATIC");
  expect(text(roi, "30060038")).toContain(detail.automatic?.model.version);
});

test("closed by hand as without tumour every slice was to be seen", async () => {
  const { id: reviewId } = await open("manual");
  const all = [...Array(detail.grid.size[2]).keys()];
  const request = { reviewer: "Ann", comment: "", unseenReason: null };
  await client.call("appendLog", { reviewId }, { entries: [seenEntry(all.slice(2))] });
  expect(await client.refusal("closeWithoutTumour", { reviewId }, request)).toMatchObject({ slices: [0, 1] });
  await client.call("appendLog", { reviewId }, { entries: [seenEntry([0, 1])] });
  expect((await client.call("closeWithoutTumour", { reviewId }, request)).state).toBe("no-tumour");
});

test("nothing of all this was a fault", () => {
  expect(server.faults).toEqual([]);
});
