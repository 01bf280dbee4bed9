import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { openWorkspace } from "#workspace/workspace.ts";
import { emptyWorkspace } from "../../../test/shared-inputs.ts";
import { bareCase, bareVersion } from "../../../test/workspace/bare-case.ts";
import {
  dueDeliveries,
  isWaiting,
  planDeliveries,
  recordAttempt,
  routeCase,
  withdrawVersions,
} from "./deliveries.ts";

test("what waits for a peer that is away hides nothing that is due to another", async () => {
  const folder = mkdtempSync(join(tmpdir(), "deliveries-"));
  const data = join(folder, "data");
  emptyWorkspace(data);
  const { db, close } = await openWorkspace(data);
  for (let at = 0; at < 101; at++) {
    const caseId = await bareCase(db);
    await routeCase(db, caseId, { rule: "lung", peers: [at < 100 ? "away" : "there"] });
    await planDeliveries(db, caseId, 1);
  }
  const peersOf = async (busy: readonly string[]) => (await dueDeliveries(db, busy)).map(({ peer }) => peer);
  expect(new Set(await peersOf([]))).toEqual(new Set(["away"]));
  expect(await peersOf(["away"])).toEqual(["there"]);
  await close();
  rmSync(folder, { recursive: true });
});

test("what was planned before the clock was set back by an hour is due, and what failed since waits as before", async () => {
  const folder = mkdtempSync(join(tmpdir(), "deliveries-"));
  const data = join(folder, "data");
  emptyWorkspace(data);
  const { db, close } = await openWorkspace(data);
  const caseId = await bareCase(db);
  await routeCase(db, caseId, { rule: "lung", peers: ["planning"] });
  await planDeliveries(db, caseId, 1);
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() - 3600 * 1000 });
  const [{ id }] = await dueDeliveries(db, []);
  await recordAttempt(db, id, { attempts: 1, due_at: new Date(Date.now() + 1000), remark: "Away." });
  expect(await dueDeliveries(db, [])).toEqual([]);
  vi.useRealTimers();
  await close();
  rmSync(folder, { recursive: true });
});

test("a version that a person decided against stays withheld when an attempt fails, and is delivered if it arrived", async () => {
  const folder = mkdtempSync(join(tmpdir(), "deliveries-"));
  const data = join(folder, "data");
  emptyWorkspace(data);
  const { db, close } = await openWorkspace(data);
  const caseId = await bareCase(db);
  await routeCase(db, caseId, { rule: "lung", peers: ["planning"] });
  const reviewId = await bareVersion(db, caseId, { number: 1, digest: "" });
  for (const version of [0, 1]) await planDeliveries(db, caseId, version);
  const [automatic, signed] = await db.selectFrom("deliveries").selectAll().orderBy("version").execute();
  const shown = async () => {
    const rows = await db.selectFrom("deliveries").select(["state", "remark"]).orderBy("version").execute();
    return rows.map(({ state, remark }) => [state, remark]);
  };

  await withdrawVersions(db, { caseId, reviewId: crypto.randomUUID() }, "Of another review.");
  await withdrawVersions(db, { caseId, reviewId }, "Sent back.");
  const withheld = [
    ["waiting", null],
    ["refused", "Sent back."],
  ];
  expect(await shown()).toEqual(withheld);
  await recordAttempt(db, signed.id, { attempts: 1, due_at: new Date(), remark: "It cannot be reached." });
  expect(await shown()).toEqual(withheld);
  expect([await isWaiting(db, automatic.id), await isWaiting(db, signed.id)]).toEqual([true, false]);
  // It was on its way.
  await recordAttempt(db, signed.id, { state: "delivered", delivered_at: new Date(), remark: null });
  expect((await shown())[1]).toEqual(["delivered", null]);
  await close();
  rmSync(folder, { recursive: true });
});
