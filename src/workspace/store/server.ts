/**
 * The database on a PostgreSQL server: a few connections for queries and transactions, and a line (line.ts). A connection that
 * is lost is replaced; what was going on over it fails, and whoever asked for it tries again. A transaction whose commit was
 * not answered is looked for first.
 */
import { Kysely, PostgresDialect, sql } from "kysely";
import pg from "pg";
import { codeOf, DelineateError } from "#core/errors.ts";
import type { Database, Db } from "#workspace/records/database.ts";
import type { Tables } from "#workspace/records/tables.ts";
import { CommitMark } from "./commit-mark.ts";
import { databaseUnavailable, isConnectionLoss } from "./connection-loss.ts";
import { channel, Line } from "./line.ts";
import { migrate } from "./migrate.ts";

type ServerOptions = {
  /** Most connections for queries and transactions. */
  readonly connections: number;
  /** This process is the workspace's one service (line.ts). */
  readonly alone: boolean;
};

/**
 * The server gives up a connection whose other end is gone after half a minute, and one whose process is suspended amid a
 * transaction: all others would wait for the rows that it holds.
 */
const giveUp =
  "-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=4 -c idle_in_transaction_session_timeout=30s";
/** serialization_failure, deadlock_detected: the transaction did nothing and may be tried again. */
const tryAgain = new Set(["40001", "40P01"]);
const mostAttempts = 5;

/**
 * Throws `database-unavailable` if the server cannot be reached, `usage` if it refuses (user, password, name of the database),
 * `folder-in-use` if another service works with it, and what migrating throws.
 */
export async function openServerDatabase(
  url: string,
  { connections, alone }: ServerOptions,
): Promise<Database> {
  const client = {
    ...{ connectionString: url, options: giveUp, keepAlive: true, application_name: "delineate" },
    ...{ connectionTimeoutMillis: 5_000, query_timeout: 120_000 },
  };
  const pool = new pg.Pool({ ...client, max: connections });
  // One that breaks while it is lent fails its query as well, which is told; one that is idle is replaced.
  pool.on("error", () => undefined).on("connect", (lent) => lent.on("error", () => undefined));
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  const line = new Line({ client, alone });
  const mark = new CommitMark(db);
  let last: Promise<unknown> = Promise.resolve();

  const transact: Database["transact"] = (work) => {
    const turn = last.then(() => {
      const { holder } = line;
      // Lost amid it, the lock may be another service's, and what that has written was not known when this began.
      const requireLock = (): void => {
        if (alone && (holder === undefined || line.holder !== holder)) throw databaseUnavailable();
      };
      requireLock();
      return attempt({ db, mark, requireLock }, work);
    });
    last = turn.catch(() => undefined);
    return turn;
  };
  const close = async (): Promise<void> => {
    await last;
    if (line.isUp) await mark.close().catch(() => undefined);
    await line.close();
    await db.destroy();
  };
  try {
    await line.open();
    await migrate(transact, "the database");
    await mark.open();
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

type Place = { readonly db: Db; readonly mark: CommitMark; requireLock(): void };

async function attempt<T>({ db, mark, requireLock }: Place, work: (db: Db) => Promise<T>): Promise<T> {
  for (let attempts = 1; ; attempts++) {
    let worked: { readonly result: T; readonly number: number | undefined } | undefined;
    try {
      return await db.transaction().execute(async (within) => {
        const result = await work(within);
        const number = await mark.leave(within);
        requireLock();
        worked = { result, number };
        return result;
      });
    } catch (error) {
      // What was lost may be the answer to the commit alone: who is told "try again" would do it twice, or be refused.
      if (worked && isConnectionLoss(error) && (await mark.isThere(worked.number))) return worked.result;
      if (!tryAgain.has(codeOf(error)) || attempts === mostAttempts) throw error;
    }
  }
}

/** The address holds a password: it is not told. */
function explain(error: unknown): unknown {
  if (error instanceof DelineateError) return error;
  // invalid_authorization_specification, invalid_password, invalid_catalog_name
  if (!["28000", "28P01", "3D000"].includes(codeOf(error)))
    return isConnectionLoss(error) ? databaseUnavailable(error) : error;
  return new DelineateError(
    "usage",
    "The database server refuses the user, the password or the database's name. Check the address after --database.",
    { cause: error },
  );
}
