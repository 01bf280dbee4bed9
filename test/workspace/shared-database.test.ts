/** One workspace on a PostgreSQL server: a service, its workers, and what happens when they or the server are killed. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openServer } from "#workspace/http/open-server.ts";
import { caseWork } from "#workspace/work/case-work.ts";
import { openWorker } from "#workspace/work/open-worker.ts";
import type { CaseJob } from "#workspace/work/queue.ts";
import { createTaskRunner } from "#workspace/work/task-runner.ts";
import { openWorkspace, type Workspace } from "#workspace/workspace.ts";
import { block, createClient, edit } from "./client.ts";
import { runLoad } from "./load/load.ts";
import { shortTimes } from "./load/members.ts";
import { writeSmallSeries } from "./load/small-series.ts";
import { type PostgresServer, startPostgres } from "./postgres-server.ts";

const folder = mkdtempSync(join(tmpdir(), "shared-database-"));
const [data, incoming] = [join(folder, "data"), join(folder, "incoming")];
const faults: unknown[] = [];
const onFault = (fault: unknown): number => faults.push(fault);
let series: readonly string[];
let postgres: PostgresServer;
let database: string;
let admin: pg.Pool;
let service: Awaited<ReturnType<typeof openServer>>;
let client: ReturnType<typeof createClient>;
/** A case whose CT is there, and no contour. */
let prepared: string;

beforeAll(async () => {
  series = writeSmallSeries(incoming, { count: 5, slices: 4 });
  postgres = await startPostgres();
  database = await postgres.createDatabase();
  const options = { data, database, host: "127.0.0.1", port: 0, sample: false, workers: 0, onFault };
  service = await openServer({ ...options, checkAnswers: true, times: shortTimes });
  client = createClient(service.url);
  admin = connect();
});
afterAll(async () => {
  await admin.end();
  await service.close();
  await postgres.stop();
  rmSync(folder, { recursive: true, force: true });
});

const importSeries = async (at: number): Promise<string> =>
  (await client.importFolder(join(incoming, series[at]))).cases[0].id;

test("there is one service to a database, and a worker whose folder is another workspace's is refused", async () => {
  const second = openWorkspace(join(folder, "second"), onFault, { database });
  await expect(second).rejects.toMatchObject({ code: "folder-in-use" });
  const elsewhere = openWorker({ data: join(folder, "elsewhere"), database, workers: 1, onFault });
  await expect(elsewhere).rejects.toMatchObject({ code: "other-workspace" });
});

test("a job whose worker is silent is another's, done once; the silent one's result is neither a record nor a file", async () => {
  const tasks = createTaskRunner();
  const processes = { reading: tasks, contouring: tasks, idle: () => undefined };
  const work = (workspace: Workspace) => caseWork(workspace, processes).work;
  const open = (): Promise<Workspace> =>
    openWorkspace(data, onFault, { database, role: "worker", times: shortTimes });
  const [first, second] = await Promise.all([open(), open()]);
  try {
    const caseId = await importSeries(0);
    prepared = caseId;
    const lost = await first.queue.take("reading");
    await silence(caseId);
    let takenJob: CaseJob | undefined;
    const take = async () => (takenJob ??= await second.queue.take("reading"));
    await expect.poll(take, { interval: 100 }).toMatchObject({ id: lost?.id, retryCount: 1 });
    await hear(caseId);
    if (lost === undefined || takenJob === undefined) throw new Error("no job");
    expect(await first.queue.beat(lost)).toBe(false);
    await work(first).prepare(lost);
    expect(existsSync(first.folderOf(caseId).ct)).toBe(false);
    expect(await first.queue.jobsOf(caseId)).toEqual([{ kind: "prepare", state: "active" }]);

    await work(second).prepare(takenJob);
    const folderOfCase = second.folderOf(caseId);
    expect(readdirSync(folderOfCase.ct).sort()).toEqual(["reference.json", "slices.bin"]);
    expect(readdirSync(join(second.attempts, "prepare"))).toEqual([]);
    const kinds = (await second.queue.jobsOf(caseId)).map(({ kind, state }) => `${kind} ${state}`);
    expect(kinds).toEqual(["prepare completed", "masks created", "segment created"]);
  } finally {
    await tasks.stop();
    await Promise.all([first.close(), second.close()]);
  }
});

test("the first stroke waits for a signature that is being recorded, and leaves the case under review", async () => {
  const opening = { start: "manual", fresh: false, reviewer: "Ann" } as const;
  const review = await client.call("openReview", { caseId: prepared }, opening);
  const patch = block({ k: 0, i0: 0, j0: 0, width: 1, height: 1 });
  const entries = [edit(review.structures[0].id, patch)];
  const other = new pg.Client(database);
  await other.connect();
  const waits =
    "select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()";
  try {
    // As a signature of the case's other review does, for which this one is empty.
    await other.query("begin");
    await other.query("select 1 from cases where id = $1 for update", [prepared]);
    let isAnswered = false;
    const drawn = client.call("appendLog", { reviewId: review.id }, { entries }).finally(() => {
      isAnswered = true;
    });
    await expect.poll(async () => isAnswered || ((await sql(waits, [])).rowCount ?? 0) > 0).toBe(true);
    await other.query("update cases set state = 'approved' where id = $1", [prepared]);
    await other.query("commit");
    await drawn;
    const { summary } = await client.call("showCase", { caseId: prepared }, undefined);
    expect(summary.state).toBe("in-review");
  } finally {
    await other.end();
    await sql("update cases set state = 'received' where id = $1", [prepared]);
  }
});

test("what a killed process left of an attempt goes when a worker starts; of a job that has not ended it stays", async () => {
  const idOf = async (where: string): Promise<string> =>
    (await sql(`select id from pgboss.job where ${where} limit 1`, [])).rows[0].id;
  const ended = join(data, "attempts", "prepare", await idOf("name = 'prepare' and state = 'completed'"));
  const waiting = join(data, "attempts", "segment", await idOf("name = 'segment' and state = 'created'"));
  // Nothing takes the job before its folder was looked at.
  await sql("update pgboss.job set start_after = now() + interval '1 hour' where name = 'segment'", []);
  for (const attempt of [ended, waiting]) {
    mkdirSync(join(attempt, "0"), { recursive: true });
    writeFileSync(join(attempt, "0", "slices.bin"), "");
  }
  const worker = await openWorker({ data, database, workers: 1, onFault, times: shortTimes });
  try {
    await expect.poll(() => existsSync(ended)).toBe(false);
    expect(existsSync(waiting)).toBe(true);
  } finally {
    await worker.close();
    await sql("update pgboss.job set start_after = now() where name = 'segment'", []);
  }
});

test("what an attempt writes after its case was removed goes as well", async () => {
  const tasks = createTaskRunner();
  const workspace = await openWorkspace(data, onFault, { database, role: "worker", times: shortTimes });
  try {
    const caseId = await importSeries(4);
    const job = await workspace.queue.take("reading");
    expect(job?.data.caseId).toBe(caseId);
    const prepare: typeof tasks.prepare = async (task, onProgress) => {
      const prepared = await tasks.prepare(task, onProgress);
      await client.call("removeCase", { caseId }, undefined);
      mkdirSync(task.attempt, { recursive: true });
      writeFileSync(join(task.attempt, "late"), "");
      return prepared;
    };
    const late = { ...tasks, prepare };
    const processes = { reading: late, contouring: late, idle: () => undefined };
    if (job !== undefined) await caseWork(workspace, processes).work.prepare(job);
    expect(readdirSync(join(data, "cases"))).not.toContain(caseId);
  } finally {
    await tasks.stop();
    await workspace.close();
  }
});

test("a job that no worker survives is given up in the end, and the worklist says so", async () => {
  const caseId = await importSeries(1);
  const doomed = await openWorkspace(data, onFault, { database, role: "worker", times: shortTimes });
  expect((await doomed.queue.take("reading"))?.data.caseId).toBe(caseId);
  await silence(caseId, 4);
  await doomed.close();
  const worker = await openWorker({ data, database, workers: 1, onFault, times: shortTimes });
  try {
    const { failure } = await client.waitFor(caseId, ["failed"]);
    expect(failure).toMatch(/^The work on this CT ended unexpectedly several times/);
    // Asked for once more, nothing of it stands in the way.
    await client.call("segmentCase", { caseId }, { model: null });
    await client.waitFor(caseId, ["to-review"]);
  } finally {
    await worker.close();
  }
});

test("a case that is removed while another process contours it leaves no file and no job", async () => {
  const worker = await openWorker({ data, database, workers: 1, onFault, times: shortTimes });
  try {
    const caseId = await importSeries(2);
    await client.waitFor(caseId, ["segmenting"]);
    await client.call("removeCase", { caseId }, undefined);
    // The next one is contoured, and by then nothing is left of the one before.
    const next = await importSeries(3);
    await client.waitFor(next, ["to-review"]);
    await expect.poll(() => existsSync(join(data, "cases", caseId))).toBe(false);
    const { rows } = await sql("select 1 from pgboss.job where data->>'caseId' = $1", [caseId]);
    expect(rows).toEqual([]);
  } finally {
    await worker.close();
  }
});

test("the database server is switched off and on again: meanwhile requests are told so, afterwards all goes on", async () => {
  const [{ id: caseId }] = await client.call("listCases", {}, undefined);
  const worker = await openWorker({ data, database, workers: 1, onFault, times: shortTimes });
  try {
    await admin.end();
    await postgres.crash();
    await expect.poll(() => fetch(`${client.base}/api/cases`).then(({ status }) => status)).toBe(503);
    const refusal = await client.refusal("segmentCase", { caseId }, { model: null });
    expect([refusal.code, refusal.message]).toEqual([
      "database-unavailable",
      "The database cannot be reached just now. What was saved is safe; try again in a moment.",
    ]);
    await postgres.start();
    admin = connect();
    await expect.poll(() => fetch(`${client.base}/api/cases`).then(({ status }) => status)).toBe(200);
    await client.call("removeCase", { caseId }, undefined);
    const again = (await client.importFolder(join(incoming, series[3]))).cases[0].id;
    await client.waitFor(again, ["to-review"]);
  } finally {
    await worker.close();
  }
  expect(faults).toEqual([]);
});

test("killed at random, processes and connections, every series ends with exactly one result", async () => {
  const result = await runLoad({ series: 4, slices: 4, workers: 2, kills: 3, seed: 2, by: { uploadsOf: 2 } });
  expect(result.wrong).toEqual([]);
  expect([result.exact, result.states]).toEqual([4, { "to-review": 4 }]);
  expect(result.kills).toEqual({ worker: 1, connections: 1, service: 1, store: 0 });
  expect(result.faults).toEqual([]);
});

function connect(): pg.Pool {
  const pool = new pg.Pool({ connectionString: database, max: 1 });
  return pool.on("error", () => undefined);
}

function sql(text: string, values: unknown[]): Promise<pg.QueryResult> {
  return admin.query(text, values);
}

/** As if its worker said all the time that it works on it, however long that takes. */
async function hear(caseId: string): Promise<void> {
  await sql(
    "update pgboss.job set heartbeat_on = now() + interval '1 day' where data->>'caseId' = $1 and state = 'active'",
    [caseId],
  );
}

/** As if its worker had said nothing for an hour; `retries`: how often it was tried before. */
async function silence(caseId: string, retries = 0): Promise<void> {
  await sql(
    "update pgboss.job set heartbeat_on = now() - interval '1 hour', retry_count = $2 where data->>'caseId' = $1 and state = 'active'",
    [caseId, retries],
  );
}
