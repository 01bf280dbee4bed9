/** The server killed with SIGKILL: what it acknowledged is there afterwards, and work that it began is done exactly once. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openDatabase } from "#workspace/store/open-database.ts";
import { openJobs } from "#workspace/work/open-jobs.ts";
import { openQueue } from "#workspace/work/queue.ts";
import { phantomFolder } from "../shared-inputs.ts";
import { block, createClient, edit } from "./client.ts";
import { startServer } from "./launch.ts";

const folder = mkdtempSync(join(tmpdir(), "kill-"));
const data = join(folder, "data");
let phantom: string;
beforeAll(async () => {
  phantom = await phantomFolder(20, 128);
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
  rmSync(join(phantom, ".."), { recursive: true, force: true });
});

/** What the records say of a case, read while no server runs. */
async function recordsOf(caseId: string) {
  const database = await openDatabase(join(data, "records"));
  const jobs = await openJobs(database, () => undefined);
  const queue = await openQueue(database, jobs);
  try {
    const rows = await database.db.selectFrom("automatic").select("case_id").execute();
    return { automatic: rows.length, jobs: await queue.jobsOf(caseId) };
  } finally {
    await jobs.close();
    await database.close();
  }
}

test("killed amid segmentation and amid a stream of edits it loses nothing that it acknowledged, and contours once", async () => {
  let server = await startServer(data);
  let client = createClient(server.url);
  const { cases } = await client.importFolder(phantom);
  const caseId = cases[0].id;
  for await (const { state, progress } of client.cases()) {
    if (state === "segmenting" && progress?.stage === "segmenting" && progress.done < progress.total) break;
  }
  await server.kill();

  server = await startServer(data);
  client = createClient(server.url);
  await client.waitFor(caseId, ["to-review"]);
  const review = await client.call(
    "openReview",
    { caseId },
    { start: "assisted", reviewer: "Ann", fresh: false },
  );
  const [{ id: structureId }] = review.structures;
  const acknowledged: string[] = [];
  let sent = 0;
  const stream = (async () => {
    for (;;) {
      const entry = edit(structureId, block({ k: sent % 40, i0: sent % 90, j0: 20, width: 20, height: 20 }));
      sent++;
      await client.call("appendLog", { reviewId: review.id }, { entries: [entry] });
      acknowledged.push(entry.id);
      // The kill comes while the next one is on its way.
      if (acknowledged.length === 60) setImmediate(() => server.process.kill("SIGKILL"));
    }
  })();
  await expect(stream).rejects.toThrow();
  await server.kill();
  expect(acknowledged.length).toBeGreaterThanOrEqual(60);

  const { automatic, jobs } = await recordsOf(caseId);
  expect(automatic).toBe(1);
  expect(jobs).toEqual([
    { kind: "prepare", state: "completed" },
    { kind: "masks", state: "completed" },
    { kind: "segment", state: "completed" },
  ]);

  server = await startServer(data);
  client = createClient(server.url);
  const { edits } = await client.call("showReview", { reviewId: review.id }, undefined);
  expect(edits.slice(0, acknowledged.length).map(({ id }) => id)).toEqual(acknowledged);
  // The one that was on its way may be there or not.
  expect(edits.length).toBeLessThanOrEqual(sent);
  expect(await server.stop()).toBe(0);
});

test("a case that is removed while it is contoured is gone, and the next one is contoured", async () => {
  // The same folder: making a new database takes seconds.
  const server = await startServer(data);
  try {
    const client = createClient(server.url);
    for (const { id } of await client.call("listCases", {}, undefined))
      await client.call("removeCase", { caseId: id }, undefined);
    const { cases } = await client.importFolder(phantom);
    const [{ id: caseId }] = cases;
    for await (const { progress } of client.cases()) {
      if (progress?.stage === "segmenting") break;
    }
    await client.call("removeCase", { caseId }, undefined);
    expect(await client.call("listCases", {}, undefined)).toEqual([]);
    const again = await client.importFolder(phantom);
    const { state } = await client.waitFor(again.cases[0].id, ["to-review", "failed"]);
    expect(state).toBe("to-review");
    expect((await client.call("listCases", {}, undefined)).length).toBe(1);
  } finally {
    await server.stop();
  }
  expect(server.output()).not.toContain("    at ");
});
