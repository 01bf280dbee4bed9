/** One workspace whose files are in an object store: a service and workers on machines of their own, which share no folder. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { backUp } from "#workspace/backup/backup.ts";
import { restore } from "#workspace/backup/restore.ts";
import { openServer } from "#workspace/http/open-server.ts";
import { removeCase } from "#workspace/records/cases.ts";
import { openWorker } from "#workspace/work/open-worker.ts";
import { openWorkspace } from "#workspace/workspace.ts";
import { phantomFolder } from "../shared-inputs.ts";
import { createClient } from "./client.ts";
import { type FaultyLine, openFaultyLine } from "./faulty-line.ts";
import { runLoad } from "./load/load.ts";
import { shortTimes, startMember } from "./load/members.ts";
import { writeSmallSeries } from "./load/small-series.ts";
import { type ObjectStoreServer, pointToStore, startObjectStore } from "./object-store-server.ts";
import { type PostgresServer, startPostgres } from "./postgres-server.ts";

const folder = mkdtempSync(join(tmpdir(), "object-store-"));
const at = (name: string): string => join(folder, name);
const faults: unknown[] = [];
const onFault = (fault: unknown): number => faults.push(fault);
let postgres: PostgresServer;
let database: string;
let admin: pg.Pool;
let store: ObjectStoreServer;
let line: FaultyLine;
let bucket: string;
let files: string;
let series: readonly string[];
let service: Awaited<ReturnType<typeof openServer>>;
let client: ReturnType<typeof createClient>;

beforeAll(async () => {
  [postgres, store] = await Promise.all([startPostgres(), startObjectStore()]);
  database = await postgres.createDatabase();
  line = await openFaultyLine(store.endpoint);
  pointToStore(store.keys, line.endpoint);
  bucket = await store.createBucket();
  files = `s3://${bucket}/clinic`;
  series = writeSmallSeries(at("incoming"), { count: 4, slices: 4 });
  const place = { data: at("service"), database, files, host: "127.0.0.1", port: 0, sample: false };
  service = await openServer({ ...place, workers: 0, checkAnswers: true, times: shortTimes, onFault });
  client = createClient(service.url);
  admin = new pg.Pool({ connectionString: database, max: 2 });
});
afterAll(async () => {
  await admin.end();
  await service.close();
  await line.close();
  await Promise.all([store.stop(), postgres.stop()]);
  rmSync(folder, { recursive: true, force: true });
});

const importSeries = async (number: number): Promise<string> =>
  (await client.importFolder(join(at("incoming"), series[number]))).cases[0].id;
const worker = (machine: string) =>
  openWorker({ data: at(machine), database, files, workers: 1, onFault, times: shortTimes });

/** Keys that the records name, and those of the store's objects of cases. */
async function namedAndStored(): Promise<readonly [string[], string[]]> {
  const { rows } = await admin.query("select distinct case_id, sha256 from files");
  const named = rows.map(({ case_id, sha256 }) => `clinic/cases/${case_id}/${sha256}`).sort();
  const stored = [...(await store.objects(bucket)).keys()].filter((key) => key.startsWith("clinic/cases/"));
  return [named, stored.sort()];
}

test("a patient is read, contoured, looked at and signed on three machines, each of which may forget what it has", async () => {
  const [firstWorker, secondWorker] = [await worker("one"), await worker("two")];
  const [{ id: caseId }] = (await client.importFolder(await phantomFolder(20, 128))).cases;
  await client.waitFor(caseId, ["to-review"]);
  const reviewer = "Ann";
  const { id: reviewId } = await client.call(
    "openReview",
    { caseId },
    { start: "assisted", reviewer, fresh: false },
  );
  // What the review brings is here then; emptied amid that, it would fail.
  await client.bytes(`/api/cases/${caseId}/ct?slices=0`);
  rmSync(at("service/cache"), { recursive: true, force: true });
  const approval = { reviewer, comment: "", unseenReason: "looked at elsewhere" };
  await client.call("approve", { reviewId }, approval);
  const [source] = (await client.call("showCase", { caseId }, undefined)).sources;
  const looks = [
    "versions/1/rtstruct",
    "versions/1/report",
    "ct?slices=0,1",
    `sources/${source.id}/mask`,
    `automatic/${source.id}/confidence`,
  ];
  const look = (): Promise<string[]> =>
    Promise.all(
      looks.map(async (path) =>
        Buffer.from(await client.bytes(`/api/cases/${caseId}/${path}`)).toString("base64"),
      ),
    );
  const firstLook = await look();
  rmSync(at("service/cache"), { recursive: true, force: true });
  expect(await look()).toEqual(firstLook);
  const [named, stored] = await namedAndStored();
  expect(stored).toEqual(named);

  // Into a folder and back into another bucket.
  await backUp({ data: at("service"), database, files, out: at("backup") });
  await restore({ backup: at("backup"), data: at("folder") });
  await backUp({ data: at("folder"), out: at("again") });
  const elsewhere = { database: await postgres.createDatabase(), files: `s3://${bucket}/elsewhere` };
  await restore({ ...elsewhere, backup: at("again"), data: at("other") });
  const place = { ...elsewhere, data: at("other"), host: "127.0.0.1", port: 0, sample: false };
  const restored = await openServer({ ...place, workers: 0, onFault });
  const [first] = looks;
  const rtstruct = await createClient(restored.url).bytes(`/api/cases/${caseId}/${first}`);
  expect(Buffer.from(rtstruct).toString("base64")).toBe(firstLook[0]);
  await restored.close();

  await client.call("removeCase", { caseId }, undefined);
  expect((await namedAndStored())[0]).toEqual([]);
  const left = [...(await store.objects(bucket)).keys()].filter((key) => key.startsWith("clinic/"));
  expect(left).toEqual(["clinic/workspace-id"]);
  await Promise.all([firstWorker.close(), secondWorker.close()]);
  expect(faults).toEqual([]);
});

test("what the listener set apart of a patient goes though another machine removes the patient", async () => {
  const caseId = await importSeries(1);
  const { rows } = await admin.query("select series_uid from cases where id = $1", [caseId]);
  const apart = at(join("service", "spool", "apart", rows[0].series_uid));
  mkdirSync(apart, { recursive: true });
  const place = { database, files, role: "worker" } as const;
  const elsewhere = await openWorkspace(at("retention"), onFault, place);
  await removeCase(elsewhere, caseId, async () => undefined);
  await elsewhere.close();
  await expect.poll(() => existsSync(apart)).toBe(false);
  await expect.poll(async () => (await admin.query("select * from removals")).rows).toEqual([]);
  expect(faults).toEqual([]);
});

test("a process that points to other files than its database's is refused", async () => {
  await importSeries(0);
  const open = (machine: string, other: string | undefined, role: "service" | "worker") =>
    openWorkspace(at(machine), onFault, { database, files: other, role });
  const refused = { code: "other-workspace" };
  await expect(open("three", `s3://${bucket}/other`, "worker")).rejects.toMatchObject(refused);
  await expect(open("three", undefined, "worker")).rejects.toMatchObject(refused);
  await service.close();
  await expect(open("service", `s3://${bucket}/other`, "service")).rejects.toMatchObject(refused);
  await expect(open("service", undefined, "service")).rejects.toMatchObject(refused);
  await expect(open("three", "s3://no-such-bucket", "service")).rejects.toMatchObject({
    code: "files-unavailable",
  });
  const place = { data: at("service"), database, files, host: "127.0.0.1", port: 0, sample: false };
  service = await openServer({ ...place, workers: 0, checkAnswers: true, times: shortTimes, onFault });
  client = createClient(service.url);
});

test("while the store is away nothing is signed, jobs wait without being tried, and all goes on afterwards", async () => {
  const onlyWorker = await worker("one");
  const [{ id: caseId }] = await client.call("listCases", {}, undefined);
  await client.waitFor(caseId, ["to-review"]);
  const reviewer = "Ann";
  const { id: reviewId } = await client.call(
    "openReview",
    { caseId },
    { start: "manual", reviewer, fresh: false },
  );
  const waiting = await importSeries(1);
  await store.kill();
  // A request that came first says so; whoever asks after it is told at once.
  await expect.poll(() => fetch(`${client.base}/readyz`).then(({ status }) => status)).toBe(503);
  rmSync(at("service/cache"), { recursive: true, force: true });
  const approval = { reviewer, comment: "", unseenReason: "looked at elsewhere" };
  expect(await client.refusal("approve", { reviewId }, approval)).toMatchObject({
    status: 503,
    code: "files-unavailable",
  });
  expect((await client.call("showCase", { caseId }, undefined)).versions).toEqual([]);
  expect(await client.call("listCases", {}, undefined)).toHaveLength(2);
  await store.start();
  await client.waitFor(waiting, ["to-review"]);
  const { rows } = await admin.query(
    "select max(retry_count)::integer as most from pgboss.job where data->>'caseId' = $1",
    [waiting],
  );
  // At most the one that was going on was given back.
  expect(rows[0].most).toBeLessThanOrEqual(1);
  expect((await fetch(`${client.base}/readyz`)).status).toBe(200);
  await onlyWorker.close();
  expect(faults).toEqual([]);
});

test("a worker killed when the store has its files and the records do not: the job is another's, done once, nothing half", async () => {
  const caseId = await importSeries(2);
  // Whatever moves the case on waits for its row.
  const holder = await admin.connect();
  await holder.query("begin");
  await holder.query("select 1 from cases where id = $1 for update", [caseId]);
  const puts = (): number =>
    line.requests.filter((request) => request.startsWith(`PUT /${bucket}/clinic/cases/${caseId}`)).length;
  const before = puts();
  const doomed = await startMember(
    { role: "worker", data: at("doomed"), database, files, port: 0 },
    (fault) => faults.push(fault),
  );
  await expect.poll(() => puts() - before).toBe(2);
  const isWaiting = "select 1 from pg_stat_activity where wait_event_type = 'Lock' and query like '%cases%'";
  await expect.poll(async () => (await admin.query(isWaiting)).rowCount).toBe(1);
  await doomed.kill();
  await holder.query("rollback");
  holder.release();
  const paths = async (): Promise<string[]> =>
    (await admin.query("select path from files where case_id = $1", [caseId])).rows.map(({ path }) => path);
  expect((await paths()).filter((path) => !path.startsWith("dicom/"))).toEqual([]);

  const otherWorker = await worker("one");
  await client.waitFor(caseId, ["to-review"]);
  expect((await paths()).filter((path) => path.startsWith("ct/")).sort()).toEqual([
    "ct/reference.json",
    "ct/slices.bin",
  ]);
  const [named, stored] = await namedAndStored();
  expect(named.filter((key) => !stored.includes(key))).toEqual([]);
  expect(readdirSync(at("one/cache")).length).toBeGreaterThan(0);
  await otherWorker.close();
  expect(faults).toEqual([]);
});

test("killed at random, processes, connections and the store, every series ends with exactly one result", async () => {
  const result = await runLoad({
    series: 4,
    slices: 4,
    workers: 2,
    kills: 4,
    seed: 2,
    by: { uploadsOf: 2 },
    store,
  });
  expect(result.wrong).toEqual([]);
  expect([result.exact, result.states]).toEqual([4, { "to-review": 4 }]);
  expect(result.kills.store).toBeGreaterThan(0);
  expect(result.faults).toEqual([]);
});
