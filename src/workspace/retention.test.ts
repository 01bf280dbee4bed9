/** What the rules let go and what they never do, on a real database; and that its removal stands in the audit log. */
import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { latestAudit } from "#workspace/accounts/audit.ts";
import { openWorkspace, type Workspace } from "#workspace/workspace.ts";
import { listRemovable, removeListed } from "./retention.ts";

let data: string;
let workspace: Workspace;
beforeAll(async () => {
  data = mkdtempSync(join(tmpdir(), "retention-"));
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
  /** To one peer each: of which version, and how that stands. */
  readonly deliveries?: readonly (readonly [version: number, state: "waiting" | "delivered" | "refused"])[];
};

async function make({ state, days = 100, reviewedDays, versions = [], deliveries = [] }: Made) {
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
  for (const [at, [version, delivery]] of deliveries.entries())
    await db
      .insertInto("deliveries")
      .values({
        ...{ id: randomUUID(), case_id: id, peer: `peer ${at}`, version, state: delivery, attempts: 0 },
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
  ["touched since", { state: "exported", versions: [true], reviewedDays: 3 }, undefined],
])("%s", async (_, made, rule) => {
  const caseId = await make(made);
  const found = await listRemovable(workspace.db, all, now);
  expect(found.map((one) => [one.caseId, one.rule])).toEqual(rule === undefined ? [] : [[caseId, rule]]);
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
