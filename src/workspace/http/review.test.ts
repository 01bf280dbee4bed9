/** A review over HTTP: the log and its replay, signing, the file that goes out, versions, the study. Nothing is mocked. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { CaseDetail } from "#contract/workspace/case.ts";
import type { Review } from "#contract/workspace/review.ts";
import { seenDwellMs } from "#contract/workspace/seen.ts";
import type { CtVolume } from "#dicom/ct/ct-volume.ts";
import { text } from "#dicom/dataset/dataset.ts";
import { readDicom } from "#dicom/dataset/read-dataset.ts";
import { loadRoiMasks } from "#patients/masks/load-masks.ts";
import { dicomErrors } from "../../../test/judge.ts";
import { block, edit, stamp } from "../../../test/workspace/client.ts";
import { openPhantomServer, type PhantomServer } from "../../../test/workspace/phantom-server.ts";

let server: PhantomServer;
let client: PhantomServer["client"];
let ct: CtVolume;
let caseId: string;
let detail: CaseDetail;
let review: Review;
let structureId: string;
const first = () => edit(structureId, block({ k: 3, i0: 10, j0: 20, width: 30, height: 8 }));
const sameMask = (a: string, b: string): Promise<boolean> => server.sameMask(caseId, a, b);

beforeAll(async () => {
  server = await openPhantomServer(20, { contoured: "ct" });
  ({ client, ct, caseId } = server);
  detail = await client.call("showCase", { caseId }, undefined);
  review = await client.call("openReview", { caseId }, { start: "assisted", reviewer: "Ann", fresh: false });
  structureId = review.structures[0].id;
});
afterAll(() => server.close());

test("begins with the automatic contour, and goes on as the same one", async () => {
  expect(review).toMatchObject({ state: "open", start: "assisted", edits: [], activeMs: 0 });
  expect(review.structures).toMatchObject([
    { name: "GTVp", type: "GTV", beganWith: detail.automatic?.id, colour: [255, 64, 64] },
  ]);
  const again = await client.call(
    "openReview",
    { caseId },
    { start: "assisted", reviewer: "Ann", fresh: false },
  );
  expect(again.id).toBe(review.id);
  expect((await client.call("showCase", { caseId }, undefined)).summary.state).toBe("in-review");
  expect(await sameMask(`structure:${structureId}`, detail.automatic?.id ?? "")).toBe(true);
});

test("an entry sent twice is stored once, and the mask is the replay", async () => {
  const entry = first();
  const { id: reviewId } = review;
  expect(await client.call("appendLog", { reviewId }, { entries: [entry, entry] })).toEqual({
    saved: 1,
    edits: 1,
    logLength: 1,
  });
  expect(await client.call("appendLog", { reviewId }, { entries: [entry] })).toEqual({
    saved: 0,
    edits: 1,
    logLength: 1,
  });
  const mask = await client.mask(caseId, `structure:${structureId}`);
  const before = await client.mask(caseId, detail.automatic?.id ?? "");
  const [ni, nj] = ct.grid.size;
  const flipped = mask.reduce((sum, value, at) => sum + (value ^ before[at]), 0);
  expect(flipped).toBe(240);
  expect(mask[10 + ni * (20 + nj * 3)]).toBe(1 - before[10 + ni * (20 + nj * 3)]);
  const undo = {
    ...edit(structureId, block({ k: 3, i0: 10, j0: 20, width: 30, height: 8 }), "undo"),
    of: entry.id,
  };
  await client.call("appendLog", { reviewId }, { entries: [undo] });
  expect(await sameMask(`structure:${structureId}`, detail.automatic?.id ?? "")).toBe(true);
  expect((await client.call("showReview", { reviewId }, undefined)).edits).toEqual([entry, undo]);
});

test("a request with one entry that does not fit stores none of it", async () => {
  const { id: reviewId } = review;
  const good = first();
  for (const bad of [
    edit(structureId, block({ k: 3, i0: ct.grid.size[0] - 2, j0: 0, width: 4, height: 4 })),
    { ...good, ...stamp(), patch: "AAAA" },
    edit(crypto.randomUUID(), block({ k: 0, i0: 0, j0: 0, width: 1, height: 1 })),
    { ...stamp(), type: "seen" as const, slices: [ct.grid.size[2]], dwellMs: seenDwellMs },
  ]) {
    const refusal = await client.refusal("appendLog", { reviewId }, { entries: [good, bad] });
    expect(refusal).toMatchObject({ status: 422, code: "invalid-value" });
  }
  expect((await client.call("showReview", { reviewId }, undefined)).edits.length).toBe(2);
});

test("structures are added, renamed and removed by the log, and two of one name are refused", async () => {
  const { id: reviewId } = review;
  const structure = (structureId: string, name: string, removed = false) => ({
    ...stamp(),
    type: "structure" as const,
    structureId,
    name,
    structureType: "CTV" as const,
    colour: [255, 160, 40] as [number, number, number],
    removed,
  });
  const [added, gone] = [crypto.randomUUID(), crypto.randomUUID()];
  await client.call("appendLog", { reviewId }, { entries: [structure(added, "CTV"), structure(gone, "X")] });
  await client.call(
    "appendLog",
    { reviewId },
    {
      entries: [
        structure(added, "CTV 2"),
        structure(gone, "X", true),
        edit(added, block({ k: 4, i0: 1, j0: 1, width: 9, height: 9 })),
      ],
    },
  );
  const names = (await client.call("showReview", { reviewId }, undefined)).structures.map(({ name }) => name);
  expect(names).toEqual(["GTVp", "CTV 2"]);
  const refusal = await client.refusal("appendLog", { reviewId }, { entries: [structure(gone, "GTVp")] });
  expect(refusal).toMatchObject({ status: 422, message: expect.stringContaining("same name") });
});

test("is not signed while slices with a contour were never on screen, unless there is a reason", async () => {
  const { id: reviewId } = review;
  const approval = { reviewer: "Müller, Ann", comment: "", unseenReason: null };
  const must = (detail.automatic?.gtvVoxels ?? []).flatMap((voxels, k) => (voxels > 0 ? [k] : []));
  const refusal = await client.refusal("approve", { reviewId }, approval);
  expect(refusal).toMatchObject({ status: 409, code: "unseen-slices" });
  expect(refusal.slices).toEqual(expect.arrayContaining(must));
  const all = {
    ...stamp(),
    type: "seen" as const,
    slices: refusal.slices?.slice(1) ?? [],
    dwellMs: seenDwellMs,
  };
  const work = { ...stamp(), type: "activity" as const, activeMs: 90_000 };
  await client.call("appendLog", { reviewId }, { entries: [all, work] });
  expect((await client.refusal("approve", { reviewId }, approval)).slices).toEqual(
    refusal.slices?.slice(0, 1),
  );
  expect(readdirSync(join(server.data, "cases", caseId)).includes("versions")).toBe(false);
  const glimpse = { ...stamp(), type: "seen" as const, slices: [0], dwellMs: seenDwellMs - 1 };
  expect((await client.refusal("appendLog", { reviewId }, { entries: [glimpse] })).status).toBe(400);
  const last = {
    ...stamp(),
    type: "seen" as const,
    slices: refusal.slices?.slice(0, 1) ?? [],
    dwellMs: seenDwellMs,
  };
  await client.call("appendLog", { reviewId }, { entries: [last] });
});

test("targets that do not lie in each other are not signed without a reason, which the version keeps", async () => {
  const { id: reviewId } = review;
  const approval = { reviewer: "Müller, Ann", comment: "", unseenReason: null };
  const refusal = await client.refusal("approve", { reviewId }, approval);
  expect(refusal).toMatchObject({ status: 409, code: "targets-not-nested" });
  expect(refusal.message).toMatch(/GTVp has \d+ voxels outside CTV 2, in slices? /);
});

test("signed, it is an approved RTSTRUCT that holds the masks, says how they were made, and passes dciodvfy", async () => {
  const { id: reviewId } = review;
  const startMask = await client.mask(caseId, `structure:${structureId}`);
  const version = await client.call(
    "approve",
    { reviewId },
    { reviewer: "Müller, Ann", comment: "fine", unseenReason: null, faultsReason: "CTV 2 is a sketch" },
  );
  expect(version).toMatchObject({
    number: 1,
    activeMs: 90_000,
    seenDwellMs,
    unseenSlices: [],
    faults: [expect.stringContaining("outside CTV 2")],
    faultsReason: "CTV 2 is a sketch",
    dscToAutomatic: 1,
  });
  const file = join(server.folder, "signed.dcm");
  writeFileSync(file, await client.bytes(`/api/cases/${caseId}/versions/1/rtstruct`));
  expect(dicomErrors(file)).toEqual([]);
  const { dataSet } = readDicom(readFileSync(file), "the signed file");
  expect(text(dataSet, "300E0002")).toBe("APPROVED");
  expect(text(dataSet, "300E0008")).toBe("Müller^Ann");
  expect(text(dataSet, "30060002")).toBe("REVIEWED v1");
  expect(text(dataSet, "30060006")).toContain("research only");
  const { rois } = await loadRoiMasks(file, { ct });
  expect(rois.map(({ name, interpretedType, algorithm }) => [name, interpretedType, algorithm])).toEqual([
    ["GTVp", "GTV", "AUTOMATIC"],
    ["CTV 2", "CTV", "MANUAL"],
  ]);
  expect(Buffer.from(rois[0].mask.data).equals(Buffer.from(startMask))).toBe(true);
  // Fetching is no export: that is asked for.
  expect((await client.call("showCase", { caseId }, undefined)).summary.state).toBe("approved");
  const exported = await client.call("exportVersion", { caseId, number: "1" }, {});
  expect(exported.state).toBe("exported");
  const { headers } = await fetch(`${client.base}/api/cases/${caseId}/versions/1/rtstruct`);
  const name = `${exported.patientLabel}-${caseId.slice(0, 4)}-v1.rtstruct.dcm`;
  expect(headers.get("content-disposition")).toBe(`attachment; filename="${name}"`);
  expect(name).toMatch(/^[2-9A-Z]{5}-[0-9a-f]{4}-v1/);
  expect(await client.refusal("exportVersion", { caseId, number: "99" }, {})).toMatchObject({ status: 404 });
});

test("closed, it takes no new entry, and one that it has already does no harm", async () => {
  const { id: reviewId } = review;
  const { edits } = await client.call("showReview", { reviewId }, undefined);
  expect(await client.call("appendLog", { reviewId }, { entries: edits })).toMatchObject({
    saved: 0,
    edits: edits.length,
  });
  const refusal = await client.refusal("appendLog", { reviewId }, { entries: [first()] });
  expect(refusal).toMatchObject({ status: 409, code: "review-closed" });
  const again = { reviewer: "Ann", comment: "", unseenReason: null };
  expect((await client.refusal("approve", { reviewId }, again)).code).toBe("review-closed");
});

test("reopened and edited, the next signature is version 2, and version 1 stays as it was", async () => {
  const { id: reviewId } = review;
  const before = await client.bytes(`/api/cases/${caseId}/versions/1/rtstruct`);
  expect((await client.call("reopen", { reviewId }, { reviewer: "Ann" })).state).toBe("open");
  expect((await client.call("showCase", { caseId }, undefined)).summary.state).toBe("in-review");
  await client.call(
    "appendLog",
    { reviewId },
    { entries: [edit(structureId, block({ k: 3, i0: 10, j0: 20, width: 30, height: 8 }))] },
  );
  const version = await client.call(
    "approve",
    { reviewId },
    { reviewer: "Ann", comment: "", unseenReason: "Slice 4 is known", faultsReason: "CTV 2 is a sketch" },
  );
  expect(version.number).toBe(2);
  expect(version.dscToAutomatic).toBeLessThan(1);
  expect(version.addedPathLengthMm).toBeGreaterThan(0);
  const voxelCc = ct.grid.spacingMm.reduce((product, mm) => product * mm, 1) / 1000;
  const { summary, versions, sources } = await client.call("showCase", { caseId }, undefined);
  expect(summary).toMatchObject({ state: "approved", gtvCc: version.structures[0].volumeCc });
  expect(version.structures[0].volumeCc - versions[0].structures[0].volumeCc).toBeCloseTo(240 * voxelCc, 6);
  expect(versions.map(({ number }) => number)).toEqual([1, 2]);
  expect(await client.bytes(`/api/cases/${caseId}/versions/1/rtstruct`)).toEqual(before);
  const first = sources.find(({ id }) => id.startsWith("version:1:"));
  expect(await sameMask(first?.id ?? "", detail.automatic?.id ?? "")).toBe(true);
});

test("drawn from nothing it is another review; with both the study has a pair", async () => {
  const manual = await client.call(
    "openReview",
    { caseId },
    { start: "manual", reviewer: "Ann", fresh: false },
  );
  const reviewId = manual.id;
  expect(manual.structures[0].beganWith).toBeNull();
  const empty = await client.refusal(
    "approve",
    { reviewId },
    { reviewer: "Ann", comment: "", unseenReason: "x" },
  );
  expect(empty.code).toBe("nothing-to-sign");
  const drawn = edit(
    manual.structures[0].id,
    block({ k: 3, i0: 10, j0: 20, width: 30, height: 8 }),
    "freehand-add",
  );
  const work = { ...stamp(), type: "activity" as const, activeMs: 240_000 };
  await client.call("appendLog", { reviewId }, { entries: [drawn, work] });
  await client.call("approve", { reviewId }, { reviewer: "Ann", comment: "", unseenReason: "x" });
  const study = await client.call("study", {}, undefined);
  expect(study.rows.map(({ start, activeMs, edits, again }) => [start, activeMs, edits, again])).toEqual([
    ["assisted", 90_000, 2, false],
    ["assisted", 90_000, 3, true],
    ["manual", 240_000, 1, false],
  ]);
  expect(study.manual).toEqual({ count: 1, meanMinutes: 4, sdMinutes: null });
  expect(study.paired).toBeNull();
  expect(study.figure).toContain("currentColor");
  const csv = Buffer.from(await client.bytes("/api/study.csv")).toString();
  expect(csv.split("\n")[3]).toContain("manual,Ann");
});

test("a stray press that opens an empty review leaves a signed case signed, until something is drawn", async () => {
  const before = await client.call("showCase", { caseId }, undefined);
  expect(before.summary.state).toBe("approved");
  const empty = await client.call(
    "openReview",
    { caseId },
    { start: "manual", reviewer: "Ann", fresh: false },
  );
  expect(empty.id).not.toBe(before.reviewId);
  // To look is no work.
  const looked = { ...stamp(), type: "activity" as const, activeMs: 1000 };
  await client.call("appendLog", { reviewId: empty.id }, { entries: [looked] });
  const { summary, reviewId } = await client.call("showCase", { caseId }, undefined);
  expect([summary.state, summary.gtvCc, reviewId]).toEqual([
    "approved",
    before.summary.gtvCc,
    before.reviewId,
  ]);
  const { number } = before.versions[before.versions.length - 1];
  expect((await client.call("exportVersion", { caseId, number: `${number}` }, {})).state).toBe("exported");
});

test("begun afresh an empty one is set aside and takes nothing more, and one that somebody drew in is gone on with", async () => {
  const open = { start: "manual", reviewer: "Ann" } as const;
  const former = await client.call("openReview", { caseId }, { ...open, fresh: false });
  const fresh = await client.call("openReview", { caseId }, { ...open, fresh: true });
  expect(fresh.id).not.toBe(former.id);
  const voxel = block({ k: 0, i0: 0, j0: 0, width: 1, height: 1 });
  const entries = [edit(former.structures[0].id, voxel)];
  expect((await client.refusal("appendLog", { reviewId: former.id }, { entries })).code).toBe(
    "review-closed",
  );
  const drawn = [edit(fresh.structures[0].id, voxel)];
  await client.call("appendLog", { reviewId: fresh.id }, { entries: drawn });
  const { summary, reviewId } = await client.call("showCase", { caseId }, undefined);
  expect([summary.state, reviewId]).toEqual(["in-review", fresh.id]);
  const again = { ...open, reviewer: "Ben", fresh: true };
  expect(await client.call("openReview", { caseId }, again)).toMatchObject({ id: fresh.id, reviewer: "Ann" });
  // Another review that is signed meanwhile leaves this one's work to be done.
  const assisted = await client.call("openReview", { caseId }, { ...again, start: "assisted", fresh: false });
  await client.call(
    "approve",
    { reviewId: assisted.id },
    { reviewer: "Ben", comment: "", unseenReason: "x" },
  );
  expect((await client.call("showCase", { caseId }, undefined)).summary.state).toBe("in-review");
});

test("late strokes in an empty review of a signed case leave it under review; one that was set aside takes none", async () => {
  const open = { start: "assisted", reviewer: "Ann", fresh: false } as const;
  const manual = await client.call("openReview", { caseId }, { ...open, start: "manual" });
  const signing = { reviewer: "Ann", comment: "", unseenReason: "x" };
  const { number } = await client.call("approve", { reviewId: manual.id }, signing);
  const state = async () => (await client.call("showCase", { caseId }, undefined)).summary.state;
  const empty = await client.call("openReview", { caseId }, open);
  const fresh = await client.call("openReview", { caseId }, { ...open, fresh: true });
  expect(await state()).toBe("approved");
  const late = ({ structures }: Review) => ({
    ...{ id: crypto.randomUUID(), reviewer: "Ann", after: 0 },
    entries: [edit(structures[0].id, block({ k: 0, i0: 0, j0: 0, width: 1, height: 1 }))],
  });
  const refusal = await client.refusal("keepLate", { reviewId: empty.id }, late(empty));
  expect(refusal).toMatchObject({ code: "review-closed", message: expect.stringContaining("set aside") });
  expect(await state()).toBe("approved");
  const piece = late(fresh);
  await client.call("keepLate", { reviewId: fresh.id }, piece);
  expect(await state()).toBe("in-review");
  // Sent again it is no news.
  await client.call("attend", { reviewId: fresh.id }, { reviewer: "Ann", act: "write" });
  const settling = { reviewId: fresh.id, lateId: piece.id };
  await client.call("settleLate", settling, { how: "left-out" });
  await client.call("exportVersion", { caseId, number: `${number}` }, {});
  await client.call("keepLate", { reviewId: fresh.id }, piece);
  expect(await state()).toBe("exported");
});

test("nothing of all this was a fault", () => {
  expect(server.faults).toEqual([]);
});
