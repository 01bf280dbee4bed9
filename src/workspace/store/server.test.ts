/** Transactions on a PostgreSQL server whose commit is not answered, by a line that breaks just then, and a lock that is lost. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Database } from "#workspace/records/database.ts";
import { openWorkspace } from "#workspace/workspace.ts";
import { openPostgresLine, type PostgresLine } from "../../../test/workspace/postgres-line.ts";
import { type PostgresServer, startPostgres } from "../../../test/workspace/postgres-server.ts";
import { isConnectionLoss } from "./connection-loss.ts";
import { openDatabase } from "./open-database.ts";

let postgres: PostgresServer;
let line: PostgresLine;
let database: Database;
beforeAll(async () => {
  postgres = await startPostgres();
  line = await openPostgresLine(await postgres.createDatabase());
  database = await openDatabase(line.database, "worker");
});
afterAll(async () => {
  await database.close();
  await line.close();
  await postgres.stop();
});

const note = (caseId: string): Promise<string> =>
  database.transact(async (db) => {
    await db.insertInto("removals").values({ case_id: caseId }).execute();
    return `noted ${caseId}`;
  });
const noted = async (): Promise<string[]> =>
  (await database.db.selectFrom("removals").select("case_id").execute()).map(({ case_id }) => case_id);

test("what was committed is done, though the answer was lost; what was not fails as a lost connection", async () => {
  const [done, undone] = [crypto.randomUUID(), crypto.randomUUID()];
  line.breakAtCommit("after");
  expect(await note(done)).toBe(`noted ${done}`);
  line.breakAtCommit("before");
  await expect(note(undone)).rejects.toSatisfy(isConnectionLoss);
  expect([line.broken(), await noted()]).toEqual([2, [done]]);
});

test("the server is switched off amid a commit and on again: it is told truly which of the two happened", async () => {
  const before = await noted();
  const id = crypto.randomUUID();
  line.breakAtCommit("after");
  const noting = note(id);
  await expect.poll(line.broken).toBe(3);
  await postgres.crash();
  await postgres.start();
  const isDone = await noting.then(
    () => true,
    () => false,
  );
  expect(await noted()).toEqual(isDone ? [...before, id] : before);
});

test("a commit that a switched-off server forgot is not taken for another's that got its number", async () => {
  const before = await noted();
  line.breakAtCommitAfter(async () => {
    await postgres.crash();
    await postgres.start();
    for (let others = 0; others < 20; others++) await postgres.query("select pg_current_xact_id()");
  });
  await expect(note(crypto.randomUUID())).rejects.toSatisfy(isConnectionLoss);
  expect(await noted()).toEqual(before);
});

/** Until the service has it again, which another one may have had between. */
async function loseLock({ db, wire }: Pick<Database, "db" | "wire">): Promise<void> {
  const isBack = Promise.withResolvers<void>();
  wire.hear(({ kind }) => {
    if (kind === "again") isBack.resolve();
  });
  await sql`select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and objid = 7420002`.execute(
    db,
  );
  await isBack.promise;
}

test("a service that lost its lock amid a transaction records nothing, though it has the lock again", async () => {
  const service = await openDatabase(await postgres.createDatabase(), "service");
  try {
    const noting = service.transact(async (db) => {
      await loseLock({ db, wire: service.wire });
      await db.insertInto("removals").values({ case_id: crypto.randomUUID() }).execute();
    });
    await expect(noting).rejects.toMatchObject({ code: "database-unavailable" });
    expect(await service.db.selectFrom("removals").selectAll().execute()).toEqual([]);
  } finally {
    await service.close();
  }
});

test("a service that lost its lock lets no page write on by the lease from before", async () => {
  const folder = mkdtempSync(join(tmpdir(), "lost-lock-"));
  const workspace = await openWorkspace(folder, undefined, { database: await postgres.createDatabase() });
  try {
    const page = { tab: crypto.randomUUID(), reviewer: "Ann", act: "write" } as const;
    const { lease } = workspace.leases.attend("review", page, null);
    expect(workspace.leases.holds("review", String(lease), null)).toBe(true);
    await loseLock(workspace);
    expect(workspace.leases.holds("review", String(lease), null)).toBe(false);
  } finally {
    await workspace.close();
    rmSync(folder, { recursive: true, force: true });
  }
});

test("a process that is suspended amid a transaction keeps the rows that it holds from nobody", async () => {
  const id = crypto.randomUUID();
  const noting = database.transact(async (db) => {
    const { rows } = await sql<{ pid: number; limit: string }>`
      select pg_backend_pid() as pid, current_setting('idle_in_transaction_session_timeout') as limit`.execute(
      db,
    );
    const [{ pid, limit }] = rows;
    expect(limit).not.toBe("0");
    await db.insertInto("removals").values({ case_id: id }).execute();
    await sql`set local idle_in_transaction_session_timeout = 1`.execute(db);
    const sessions = async () =>
      (await postgres.query("select 1 from pg_stat_activity where pid = $1", [pid])).rows;
    await expect.poll(sessions).toEqual([]);
    await db.deleteFrom("removals").where("case_id", "!=", id).execute();
  });
  await expect(noting).rejects.toSatisfy(isConnectionLoss);
  expect(await noted()).not.toContain(id);
});
