/**
 * The workspace's database: PostgreSQL inside this process (PGlite) on a folder, and Kysely over it. Not here: what is
 * stored (tables.ts). Opening a new one takes seconds, an old one a fraction of one.
 */
import { PGlite } from "@electric-sql/pglite";
import { Kysely, PGliteDialect } from "kysely";
import { DelineateError } from "#core/errors.ts";
import { schema, schemaVersion } from "./schema.ts";
import type { Tables } from "./tables.ts";

/** For queries, within a transaction or not. */
export type Db = Kysely<Tables>;

export type Database = {
  readonly pglite: PGlite;
  readonly db: Db;
  /** All or nothing. Transactions run one after another; `work` must use the `Db` that it is given. */
  transact<T>(work: (db: Db) => Promise<T>): Promise<T>;
  close(): Promise<void>;
};

/** Opens or makes the database in `folder`. Throws `file-unreadable` for one with other tables: another version of the program made it. */
export async function openDatabase(folder: string): Promise<Database> {
  const pglite = await PGlite.create(folder);
  await ensureTables(pglite, folder);
  return {
    pglite,
    db: new Kysely<Tables>({ dialect: new PGliteDialect({ pglite }) }),
    // Kysely's own transactions share one connection object with every other query: two at once would mix. PGlite's
    // are exclusive, so each gets a Kysely of its own over it.
    transact: (work) => pglite.transaction((transaction) => work(kyselyWithin(transaction))),
    close: () => pglite.close(),
  };
}

function kyselyWithin(transaction: Pick<PGlite, "query">): Db {
  const connection = {
    query: transaction.query.bind(transaction),
    transaction: () => Promise.reject(new Error("a transaction within a transaction")),
    close: () => Promise.resolve(),
    closed: false,
    ready: true,
    waitReady: Promise.resolve(),
  };
  return new Kysely<Tables>({ dialect: new PGliteDialect({ pglite: connection }) });
}

async function ensureTables(pglite: PGlite, folder: string): Promise<void> {
  const { rows } = await pglite.query<{ tablename: string }>(
    "select tablename from pg_tables where schemaname = 'public'",
  );
  if (rows.length === 0) {
    await pglite.transaction(async (transaction) => {
      await transaction.exec(schema);
      await transaction.exec("create table schema_version (number integer primary key)");
      await transaction.query("insert into schema_version values ($1)", [schemaVersion]);
    });
    return;
  }
  const isKnown = rows.some(({ tablename }) => tablename === "schema_version");
  const found = isKnown
    ? await pglite.query<{ number: number }>("select number from schema_version")
    : undefined;
  if (found?.rows[0]?.number === schemaVersion) return;
  await pglite.close();
  throw new DelineateError(
    "file-unreadable",
    `The records in ${folder} are of another version of delineate: serve this folder with that version, or begin a new one.`,
  );
}
