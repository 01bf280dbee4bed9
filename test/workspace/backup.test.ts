/** A backup taken while people and workers go on, put back in a folder, and that one's on a database server: the same each time. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { AuditEntry } from "#contract/workspace/account.ts";
import { appendAudit, wholeAudit } from "#workspace/accounts/audit.ts";
import { ChainCheck } from "#workspace/accounts/audit-chain.ts";
import { backUp } from "#workspace/backup/backup.ts";
import { restore } from "#workspace/backup/restore.ts";
import { keptTables, leftOut } from "#workspace/backup/tables.ts";
import { openServer } from "#workspace/http/open-server.ts";
import { openWorkspace } from "#workspace/workspace.ts";
import { emptyWorkspace, phantomFolder } from "../shared-inputs.ts";
import { addAccounts } from "./accounts.ts";
import { createClient } from "./client.ts";
import { shortTimes } from "./load/members.ts";
import { writeSmallSeries } from "./load/small-series.ts";
import { type PostgresServer, startPostgres } from "./postgres-server.ts";

const folder = mkdtempSync(join(tmpdir(), "backup-"));
const at = (name: string): string => join(folder, name);
let postgres: PostgresServer;
let database: string;
beforeAll(async () => {
  postgres = await startPostgres();
  database = await postgres.createDatabase();
});
afterAll(async () => {
  await postgres.stop();
  rmSync(folder, { recursive: true, force: true });
});

function serve(data: string, url?: string, workers = 0) {
  const place = { data, database: url, host: "127.0.0.1", port: 0, sample: false };
  const onFault = (fault: unknown): never => {
    throw fault;
  };
  return openServer({ ...place, workers, times: shortTimes, onFault });
}

/** What a person sees of a signed patient: the worklist's line, the patient's page, the log, and the file. */
async function visibleState(url: string, caseId: string) {
  const client = createClient(url);
  const listed = (await client.call("listCases", {}, undefined)).find(({ id }) => id === caseId);
  const detail = await client.call("showCase", { caseId }, undefined);
  const [{ reviewId }] = detail.versions;
  const review = await client.call("showReview", { reviewId }, undefined);
  const rtstruct = Buffer.from(await client.bytes(`/api/cases/${caseId}/versions/1/rtstruct`)).toString(
    "base64",
  );
  return { listed, detail, review, rtstruct };
}

test("worklist and signed contours are the same, byte for byte, in a folder and on a server again", async () => {
  const phantom = await phantomFolder(20, 128);
  const service = await serve(at("data"), database, 1);
  const client = createClient(service.url);
  const { cases } = await client.importFolder(phantom);
  const [{ id: caseId }] = cases;
  await client.waitFor(caseId, ["to-review"]);
  const reviewer = "Ann";
  const review = await client.call("openReview", { caseId }, { start: "assisted", reviewer, fresh: false });
  const approval = { reviewer, comment: "", unseenReason: "looked at elsewhere" };
  await client.call("approve", { reviewId: review.id }, approval);
  const before = await visibleState(service.url, caseId);

  // Three more are read and contoured meanwhile, and one of them is removed.
  const series = writeSmallSeries(at("incoming"), { count: 3, slices: 4 });
  const more = [];
  for (const name of series) more.push((await client.importFolder(join(at("incoming"), name))).cases[0].id);
  const [about] = await Promise.all([
    backUp({ data: at("data"), database, out: at("backup") }),
    client.call("removeCase", { caseId: more[0] }, undefined),
  ]);
  expect(about.cases).toBeGreaterThanOrEqual(3);
  await service.close();

  emptyWorkspace(at("folder"));
  await restore({ backup: at("backup"), data: at("folder") });
  const inFolder = await serve(at("folder"), undefined, 1);
  expect(await visibleState(inFolder.url, caseId)).toEqual(before);
  // What was not finished at the moment of the backup is finished here.
  for (const id of more.slice(1)) await createClient(inFolder.url).waitFor(id, ["to-review"]);
  await inFolder.close();

  await backUp({ data: at("folder"), out: at("again") });
  const url = await postgres.createDatabase();
  await restore({ backup: at("again"), data: at("server"), database: url });
  const onServer = await serve(at("server"), url);
  expect(await visibleState(onServer.url, caseId)).toEqual(before);
  await onServer.close();
  rmSync(join(phantom, ".."), { recursive: true, force: true });
});

test("a backup is put back whole or not at all: not over patients, not with a file that was changed", async () => {
  await expect(restore({ backup: at("backup"), data: at("folder") })).rejects.toMatchObject({
    code: "file-exists",
  });
  const [first] = readFileSync(join(at("again"), "files.jsonl"), "utf8").split("\n");
  writeFileSync(join(at("again"), JSON.parse(first).path), "changed");
  emptyWorkspace(at("damaged"));
  const damaged = restore({ backup: at("again"), data: at("damaged") });
  await expect(damaged).rejects.toMatchObject({ code: "file-changed" });
  const service = await serve(at("damaged"));
  expect(await createClient(service.url).call("listCases", {}, undefined)).toEqual([]);
  await service.close();
});

test.each(["", '{ "schema": 1', "null", "{}"])(
  "a backup whose own record is damaged (%s) is refused by its name",
  async (text) => {
    const backup = at("broken-record");
    mkdirSync(backup, { recursive: true });
    writeFileSync(join(backup, "backup.json"), text);
    await expect(restore({ backup, data: at("never") })).rejects.toMatchObject({
      code: "file-unreadable",
      message: expect.stringContaining(join(backup, "backup.json")),
    });
  },
);

test("accounts, the audit log and the key of de-identification come back; over accounts nothing is put", async () => {
  const [data, backup, again] = [at("people"), at("people-backup"), at("people-again")];
  const about = async (folderOf: string) => {
    const workspace = await openWorkspace(folderOf);
    const users = await workspace.db.selectFrom("users").selectAll().orderBy("login").execute();
    const audit: AuditEntry[] = [];
    for await (const entry of wholeAudit(workspace.db)) audit.push(entry);
    await workspace.close();
    return { users, audit };
  };
  emptyWorkspace(data);
  await addAccounts(data);
  const workspace = await openWorkspace(data);
  for (const action of ["showCase", "approve"])
    await appendAudit(workspace, { who: "approver", action, subject: { reviewId: "2", caseId: "1" } });
  await workspace.close();
  const keyOf = (folderOf: string): string => join(folderOf, "keys", "deidentification.json");
  mkdirSync(join(data, "keys"));
  writeFileSync(keyOf(data), "a key", { mode: 0o600 });
  await backUp({ data, out: backup });
  emptyWorkspace(again);
  await restore({ backup, data: again });
  expect(readFileSync(keyOf(again), "utf8")).toBe("a key");
  expect(statSync(keyOf(again)).mode & 0o077).toBe(0);
  const restored = await about(again);
  expect(restored).toEqual(await about(data));
  const check = new ChainCheck();
  expect(restored.audit.map((entry) => check.next(entry))).toEqual([undefined, undefined]);
  await expect(restore({ backup, data: again })).rejects.toMatchObject({ code: "file-exists" });
});

test("what waits in the listener's spool, and what it set apart, comes back", async () => {
  const [data, backup, again] = [at("spooled"), at("spooled-backup"), at("spooled-again")];
  emptyWorkspace(data);
  const files = [
    "series/1.2.3/1.2.3.4.dcm",
    "apart/1.2.5/1.2.5.6.0123456789abcdef.dcm",
    "refused/1.2.7/1.2.7.8.dcm",
  ];
  for (const file of files) {
    mkdirSync(join(data, "spool", file, ".."), { recursive: true });
    writeFileSync(join(data, "spool", file), file);
  }
  await backUp({ data, out: backup });
  emptyWorkspace(again);
  await restore({ backup, data: again });
  for (const file of files) expect(readFileSync(join(again, "spool", file), "utf8")).toBe(file);
});

test("a data folder that is not there is refused in a sentence, and not made", async () => {
  const data = at("mistyped");
  for (const url of [undefined, database])
    await expect(backUp({ data, database: url, out: at("none") })).rejects.toMatchObject({
      code: "file-not-found",
    });
  expect(readdirSync(folder)).not.toContain("mistyped");
});

test("a backup that is interrupted leaves nothing behind", async () => {
  emptyWorkspace(at("interrupted"));
  mkdirSync(at("interrupted/spool/series/1.2"), { recursive: true });
  writeFileSync(at("interrupted/spool/series/1.2/1.2.3.dcm"), "x");
  const backing = backUp({ data: at("interrupted"), out: at("none"), signal: AbortSignal.abort() });
  await expect(backing).rejects.toMatchObject({ code: "cancelled" });
  expect(readdirSync(folder).filter((name) => name.startsWith("none"))).toEqual([]);
});

test("every table is in a backup or is said not to be", async () => {
  const client = new pg.Client({ connectionString: database });
  await client.connect();
  const { rows } = await client.query("select tablename from pg_tables where schemaname = 'public'");
  await client.end();
  expect(rows.map(({ tablename }) => tablename).sort()).toEqual([...keptTables, ...leftOut].sort());
});
