/** What people ask for over a line to the database that breaks as it is recorded: done once, and told truly. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openServer } from "#workspace/http/open-server.ts";
import { announce } from "#workspace/records/cases.ts";
import { block, createClient, edit } from "./client.ts";
import { shortTimes } from "./load/members.ts";
import { writeSmallSeries } from "./load/small-series.ts";
import { openPostgresLine, type PostgresLine } from "./postgres-line.ts";
import { type PostgresServer, startPostgres } from "./postgres-server.ts";

const folder = mkdtempSync(join(tmpdir(), "lost-answer-"));
const faults: unknown[] = [];
let series: readonly string[];
let postgres: PostgresServer;
let line: PostgresLine;
let service: Awaited<ReturnType<typeof openServer>>;
let client: ReturnType<typeof createClient>;

beforeAll(async () => {
  series = writeSmallSeries(join(folder, "incoming"), { count: 2, slices: 4 });
  postgres = await startPostgres();
  line = await openPostgresLine(await postgres.createDatabase());
  const place = { data: join(folder, "data"), database: line.database, host: "127.0.0.1", port: 0 };
  const onFault = (fault: unknown): number => faults.push(fault);
  service = await openServer({
    ...{ ...place, sample: false, workers: 1, checkAnswers: true },
    ...{ times: shortTimes, onFault },
  });
  client = createClient(service.url);
});
afterAll(async () => {
  await service.close();
  await line.close();
  await postgres.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Nothing else is recorded meanwhile, whose commit would break in its place. */
async function idle(): Promise<void> {
  const open = "select 1 from pgboss.job where state in ('created', 'retry', 'active')";
  const { workspace } = service;
  await expect.poll(async () => (await workspace.jobs.boss.getDb().executeSql(open, [])).rows).toEqual([]);
}

test("a signature, a reopening and a closing are answered as done", async () => {
  const [{ id: caseId }] = (await client.importFolder(join(folder, "incoming", series[0]))).cases;
  await client.waitFor(caseId, ["to-review"]);
  await idle();
  const reviewer = "Ann";
  const opening = { start: "manual", reviewer, fresh: false } as const;
  const { id: reviewId, structures } = await client.call("openReview", { caseId }, opening);
  const patch = block({ k: 1, i0: 4, j0: 4, width: 8, height: 8 });
  line.breakAtCommit("after");
  await client.call("appendLog", { reviewId }, { entries: [edit(structures[0].id, patch)] });
  const approval = { reviewer, comment: "", unseenReason: "looked at elsewhere" };
  line.breakAtCommit("after");
  expect((await client.call("approve", { reviewId }, approval)).number).toBe(1);
  const { versions, summary } = await client.call("showCase", { caseId }, undefined);
  expect([versions.length, summary.state]).toEqual([1, "approved"]);
  line.breakAtCommit("after");
  expect((await client.call("reopen", { reviewId }, { reviewer })).state).toBe("open");
  line.breakAtCommit("after");
  expect((await client.call("closeWithoutTumour", { reviewId }, approval)).state).toBe("no-tumour");
  expect(line.broken()).toBe(4);
  expect(faults).toEqual([]);
});

test("an upload is answered with its patient, who is contoured once", async () => {
  line.breakAtCommit("after");
  const { cases, problems } = await client.importFolder(join(folder, "incoming", series[1]));
  expect([cases.length, problems]).toEqual([1, []]);
  line.breakAtCommit("after", 3);
  await client.waitFor(cases[0].id, ["to-review"]);
  await idle();
  expect(faults).toEqual([]);
});

test("what was recorded just before the database server was switched off is answered when it is on again", async () => {
  const [{ id }] = await client.call("listCases", {}, undefined);
  await postgres.crash();
  const announcing = announce(service.workspace, id);
  await postgres.start();
  expect((await announcing).id).toBe(id);
  expect(faults).toEqual([]);
});
