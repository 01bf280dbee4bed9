/**
 * The database on a PostgreSQL server: a few connections for queries and transactions, and a line (line.ts). A connection that
 * is lost is replaced; what was going on over it fails, and whoever asked for it tries again. A transaction whose commit was
 * not answered is looked for first.
 */
import { setTimeout as pause } from "node:timers/promises";
import { Kysely, PostgresDialect, sql } from "kysely";
import pg from "pg";
import { codeOf, DelineateError } from "#core/errors.ts";
import type { Database, Db } from "#workspace/records/database.ts";
import type { Tables } from "#workspace/records/tables.ts";
import { databaseUnavailable, isConnectionLoss } from "./connection-loss.ts";
import { channel, Line } from "./line.ts";
import { migrate } from "./migrate.ts";
import { persist } from "./persist.ts";

type ServerOptions = {
  /** Most connections for queries and transactions. */
  readonly connections: number;
  /** This process is the workspace's one service (line.ts). */
  readonly alone: boolean;
};

/** The server gives up a connection whose other end is gone after half a minute. */
const keepalive = "-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=4";
/** serialization_failure, deadlock_detected: the transaction did nothing and may be tried again. */
const tryAgain = new Set(["40001", "40P01"]);
const mostAttempts = 5;
/** Until a server that is ending a transaction is asked again how it ended. */
const endingMs = 100;

/**
 * Throws `database-unavailable` if the server cannot be reached, `usage` if it refuses (user, password, name of the database),
 * `folder-in-use` if another service works with it, and what migrating throws.
 */
export async function openServerDatabase(
  url: string,
  { connections, alone }: ServerOptions,
): Promise<Database> {
  const client = {
    ...{ connectionString: url, options: keepalive, keepAlive: true, application_name: "delineate" },
    ...{ connectionTimeoutMillis: 5_000, query_timeout: 120_000 },
  };
  const pool = new pg.Pool({ ...client, max: connections });
  // One that breaks while it is lent fails its query as well, which is told; one that is idle is replaced.
  pool.on("error", () => undefined).on("connect", (lent) => lent.on("error", () => undefined));
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  const line = new Line({ client, alone });
  let last: Promise<unknown> = Promise.resolve();

  const transact: Database["transact"] = (work) => {
    const turn = last.then(() => {
      if (alone && !line.isUp) throw databaseUnavailable();
      return attempt(db, work);
    });
    last = turn.catch(() => undefined);
    return turn;
  };
  const close = async (): Promise<void> => {
    await last;
    await line.close();
    await db.destroy();
  };
  try {
    await line.open();
    await migrate(transact, "the database");
  } catch (error) {
    await close();
    throw explain(error);
  }
  return {
    ...{ db, transact, close, shared: true },
    boss: { db: { executeSql: (text, values) => pool.query(text, values) }, backend: "postgres" },
    wire: {
      hear: line.hear,
      tell: async (message, within = db) => {
        await sql`select pg_notify(${channel}, ${JSON.stringify(message)})`.execute(within);
      },
    },
    isUp: () => line.isUp,
  };
}

async function attempt<T>(db: Db, work: (db: Db) => Promise<T>): Promise<T> {
  for (let attempts = 1; ; attempts++) {
    let worked: { readonly result: T; readonly id: string | null } | undefined;
    try {
      return await db.transaction().execute(async (within) => {
        const result = await work(within);
        worked = { result, id: await idOf(within) };
        return result;
      });
    } catch (error) {
      // What was lost may be the answer to the commit alone: who is told "try again" would do it twice, or be refused.
      if (worked && isConnectionLoss(error) && (await wasCommitted(db, worked.id))) return worked.result;
      if (!tryAgain.has(codeOf(error)) || attempts === mostAttempts) throw error;
    }
  }
}

/** Null for a transaction that changed nothing. */
async function idOf(within: Db): Promise<string | null> {
  const { rows } = await sql<{ id: string | null }>`
    select pg_current_xact_id_if_assigned()::text as id`.execute(within);
  return rows[0].id;
}

/** Waits for the server to be there and to have ended it. Throws the connection's error where that takes too long. */
async function wasCommitted(db: Db, id: string | null): Promise<boolean> {
  if (id === null) return false;
  for (;;) {
    const { rows } = await persist(() =>
      sql<{ status: string }>`select pg_xact_status(${id}::text::xid8) as status`.execute(db),
    );
    if (rows[0].status !== "in progress") return rows[0].status === "committed";
    await pause(endingMs);
  }
}

/** The address holds a password: it is not told. */
function explain(error: unknown): unknown {
  if (error instanceof DelineateError) return error;
  if (isConnectionLoss(error)) return databaseUnavailable(error);
  // invalid_authorization_specification, invalid_password, invalid_catalog_name
  if (!["28000", "28P01", "3D000"].includes(codeOf(error))) return error;
  return new DelineateError(
    "usage",
    "The database server refuses the user, the password or the database's name. Check the address after --database.",
    { cause: error },
  );
}
