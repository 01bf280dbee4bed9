/** What the rules let go and what they never do, on a real database; and that its removal stands in the audit log. */
import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { latestAudit } from "#workspace/accounts/audit.ts";
import { finishRemovals } from "#workspace/files/removals.ts";
import { removeCase } from "#workspace/records/cases.ts";
import { openWorkspace, type Workspace } from "#workspace/workspace.ts";
import { emptyWorkspace } from "../../test/shared-inputs.ts";
import { bareCase } from "../../test/workspace/bare-case.ts";
import { listRemovable, removeListed } from "./retention.ts";

let data: string;
let workspace: Workspace;
beforeAll(async () => {
  data = mkdtempSync(join(tmpdir(), "retention-"));
  emptyWorkspace(data);
  workspace = await openWorkspace(data);
});
beforeEach(async () => {
  await workspace.db.deleteFrom("cases").execute();
});
afterAll(async () => {
  await workspace.close();
  rmSync(data, { recursive: true, force: true });
});

const now = new Date("2026-06-01T00:00:00Z");
const daysAgo = (days: number): Date => new Date(now.getTime() - days * 24 * 3600 * 1000);
const all = { neverReviewed: 90, closedWithoutTumour: 90, signedAndDelivered: 90 } as const;

type Made = {
  readonly state: string;
  readonly days?: number;
  /** Of a review, when it was touched last. */
  readonly reviewedDays?: number;
  /** Versions, with whether each was fetched by a person. */
  readonly versions?: readonly boolean[];
  /** Strokes of its review that were not saved in time, as they stand. */
  readonly late?: "waiting" | "added" | "left-out";
  /** To one peer each: of which version, and how that stands. */
  readonly deliveries?: readonly (readonly [
    version: number,
    state: "waiting" | "delivered" | "refused",
    peer?: string,
  ])[];
};

async function make({ state, days = 100, reviewedDays, versions = [], late, deliveries = [] }: Made) {
  const { db } = workspace;
  const id = randomUUID();
  await db
    .insertInto("cases")
    .values({
      ...{ id, series_uid: id, state: state as "received", failure: null, patient_name: "", patient_id: "" },
      ...{
        study_uid: "",
        study_date: "",
        series_description: "",
        kernel: "",
        slice_thickness_mm: null,
        grid: "{}",
      },
      ...{ patient_label: id.slice(0, 5), ct_ready: true, findings: "[]", gtv_cc: null, sample: false },
      ...{ received_at: daysAgo(days + 10), changed_at: daysAgo(days) },
    })
    .execute();
  const review = randomUUID();
  if (reviewedDays !== undefined || versions.length > 0)
    await db
      .insertInto("reviews")
      .values({
        ...{ id: review, case_id: id, start: "assisted", reviewer: "Ann", state: "approved" },
        ...{ began_at: daysAgo(days), touched_at: daysAgo(reviewedDays ?? days) },
      })
      .execute();
  for (const [at, fetched] of versions.entries())
    await db
      .insertInto("versions")
      .values({
        ...{ case_id: id, number: at + 1, review_id: review, approved_at: daysAgo(days), version: "{}" },
        ...{ structure_ids: "[]", edits: 0, slices_touched: 0, volume_cc: 1, ledger: "{}" },
        exported_at: fetched ? daysAgo(days) : null,
      })
      .execute();
  if (late !== undefined)
    await db
      .insertInto("late_strokes")
      .values({
        ...{ id: randomUUID(), review_id: review, reviewer: "Ann", after_edits: 0, entries: "[]" },
        ...{ kept_at: daysAgo(days), state: late },
      })
      .execute();
  for (const [at, [version, delivery, peer = `peer ${at}`]] of deliveries.entries())
    await db
      .insertInto("deliveries")
      .values({
        ...{ id: randomUUID(), case_id: id, peer, version, state: delivery, attempts: 0 },
        ...{ due_at: now, remark: null, planned_at: now, delivered_at: null },
      })
      .execute();
  mkdirSync(join(data, "cases", id));
  writeFileSync(join(data, "cases", id, "ct"), "x");
  return id;
}

test.each<[string, Made, string | undefined]>([
  ["contoured, and nobody ever looked", { state: "to-review" }, "neverReviewed"],
  ["failed", { state: "failed" }, "neverReviewed"],
  ["not old enough", { state: "to-review", days: 89 }, undefined],
  ["looked at, and set aside", { state: "to-review", reviewedDays: 100 }, undefined],
  ["waits to be contoured", { state: "received" }, undefined],
  ["its automatic contour is not delivered", { state: "to-review", deliveries: [[0, "waiting"]] }, undefined],
  ["being drawn", { state: "in-review", reviewedDays: 100 }, undefined],
  ["sent back", { state: "sent-back", reviewedDays: 100 }, undefined],
  ["without tumour", { state: "no-tumour", reviewedDays: 100 }, "closedWithoutTumour"],
  ["without tumour, but signed before", { state: "no-tumour", versions: [true] }, undefined],
  ["signed, fetched by nobody and sent to nobody", { state: "approved", versions: [false] }, undefined],
  ["strokes wait beside its log", { state: "exported", versions: [true], late: "waiting" }, undefined],
  [
    "late strokes were left out",
    { state: "exported", versions: [true], late: "left-out" },
    "signedAndDelivered",
  ],
  ["signed and fetched", { state: "exported", versions: [true] }, "signedAndDelivered"],
  ["an older version was fetched", { state: "approved", versions: [true, false] }, undefined],
  [
    "signed and delivered",
    { state: "approved", versions: [false, false], deliveries: [[2, "delivered"]] },
    "signedAndDelivered",
  ],
  [
    "an older version was delivered",
    { state: "approved", versions: [false, false], deliveries: [[1, "delivered"]] },
    undefined,
  ],
  [
    "one of two peers cannot take it",
    {
      state: "exported",
      versions: [true],
      deliveries: [
        [1, "delivered"],
        [1, "refused"],
      ],
    },
    undefined,
  ],
  [
    "an older version is not sent any more since a newer one is there",
    {
      state: "exported",
      versions: [true, true],
      deliveries: [
        [1, "refused", "planning"],
        [2, "delivered", "planning"],
      ],
    },
    "signedAndDelivered",
  ],
  ["touched since", { state: "exported", versions: [true], reviewedDays: 3 }, undefined],
])("%s", async (_, made, rule) => {
  const caseId = await make(made);
  const removables = await listRemovable(workspace.db, all, now);
  expect(removables.map((removable) => [removable.caseId, removable.rule])).toEqual(
    rule === undefined ? [] : [[caseId, rule]],
  );
  // Nothing goes but by a rule of its own.
  const keep = { neverReviewed: null, closedWithoutTumour: null, signedAndDelivered: null };
  expect(await listRemovable(workspace.db, keep, now)).toEqual([]);
});

test("what was listed goes with its files and stands in the audit log; what changed since stays, and that as well", async () => {
  const [goes, opened] = [await make({ state: "to-review", days: 200 }), await make({ state: "to-review" })];
  const listed = await listRemovable(workspace.db, all, now);
  expect(listed.map(({ caseId, since }) => [caseId, since])).toEqual([
    [goes, daysAgo(200).toISOString()],
    [opened, daysAgo(100).toISOString()],
  ]);
  await workspace.db.updateTable("cases").set({ changed_at: now }).where("id", "=", opened).execute();
  expect(await removeListed(workspace, all, listed, now)).toEqual({ removed: 1, stayed: [opened] });
  expect([goes, opened].map((id) => existsSync(join(data, "cases", id)))).toEqual([false, true]);
  const subject = { caseId: goes, rule: "neverReviewed", by: "the command line" };
  expect(await latestAudit(workspace.db, 10)).toMatchObject([{ action: "retention", subject, refused: "" }]);
});

/** What came over the network and was set apart, of the series of a case. */
function setApart(folder: string, seriesUid: string): string {
  const place = join(folder, "spool", "refused", seriesUid);
  mkdirSync(place, { recursive: true });
  return place;
}

test("a removal that was cut off behind its records, or whose files cannot go, is finished at the next start", async () => {
  const place = mkdtempSync(join(tmpdir(), "removal-"));
  const faults: unknown[] = [];
  emptyWorkspace(place);
  const open = () => openWorkspace(place, (fault) => faults.push(fault));
  let ownWorkspace = await open();
  const { db } = ownWorkspace;
  try {
    const [stuck, cut, making] = [randomUUID(), randomUUID(), randomUUID()];
    for (const id of [stuck, cut, making]) mkdirSync(join(place, "cases", id, "dicom"), { recursive: true });
    const apart = ["1.2.1", "1.2.2", "1.2.3"].map((uid) => setApart(place, uid));
    await db.insertInto("removals").values({ case_id: cut, series_uid: "1.2.1" }).execute();
    await db.insertInto("removals").values({ case_id: making }).execute();
    await bareCase(db, { id: stuck, seriesUid: "1.2.2" });
    const remove = async (): Promise<void> => {
      throw new Error("the disk is mended meanwhile");
    };
    const failing = { ...ownWorkspace, files: { ...ownWorkspace.files, remove } };
    await expect(removeCase(failing, stuck, async () => undefined)).rejects.toThrow("mended");
    await ownWorkspace.close();
    ownWorkspace = await open();
    expect(readdirSync(join(place, "cases"))).toEqual([]);
    expect(apart.map((folder) => existsSync(folder))).toEqual([false, false, true]);
    expect(await ownWorkspace.db.selectFrom("removals").selectAll().execute()).toEqual([]);
    expect(faults).toEqual([]);
  } finally {
    await ownWorkspace.close();
    rmSync(place, { recursive: true, force: true });
  }
});

test("a file that cannot be removed keeps neither the rest of its patient nor the service from starting", async () => {
  const faults: unknown[] = [];
  const remove = async (): Promise<void> => {
    throw new Error("stuck");
  };
  const apart = setApart(data, "1.2.9");
  const series_uid = "1.2.9";
  const row = { case_id: randomUUID(), series_uid, study_uid: null };
  await workspace.db.insertInto("removals").values({ case_id: row.case_id, series_uid }).execute();
  const place = { ...workspace, files: { ...workspace.files, remove } };
  await finishRemovals(place, { all: true, onFault: (fault) => faults.push(fault) });
  expect([existsSync(apart), faults.length]).toEqual([false, 1]);
  expect(await workspace.db.selectFrom("removals").selectAll().execute()).toEqual([row]);
  await workspace.db.deleteFrom("removals").execute();
});

test("opened at the very moment of its removal it stays", async () => {
  const caseId = await make({ state: "to-review" });
  const listed = await listRemovable(workspace.db, all, now);
  const { transact } = workspace;
  const late: Workspace = {
    ...workspace,
    transact: async (work) => {
      await workspace.db.updateTable("cases").set({ changed_at: now }).where("id", "=", caseId).execute();
      return transact(work);
    },
  };
  expect(await removeListed(late, all, listed, now)).toEqual({ removed: 0, stayed: [caseId] });
  expect((await latestAudit(workspace.db, 2)).map(({ refused }) => refused)).toEqual(["not-ready", ""]);
});
