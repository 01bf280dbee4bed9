/**
 * The workspace's database: PostgreSQL inside this process (PGlite) on a folder, and Kysely over it. Not here: what is
 * stored (tables.ts). Opening a new one takes seconds, an old one a fraction of one.
 */
import { PGlite } from "@electric-sql/pglite";
import { Kysely, PGliteDialect } from "kysely";
import { migrations } from "./migrations.ts";
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

/** Opens or makes the database in `folder` and brings its tables up to date. */
export async function openDatabase(folder: string): Promise<Database> {
  const pglite = await PGlite.create(folder);
  await migrate(pglite);
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

async function migrate(pglite: PGlite): Promise<void> {
  await pglite.exec("create table if not exists migrations (number integer primary key)");
  const { rows } = await pglite.query<{ number: number }>("select number from migrations");
  const done = new Set(rows.map(({ number }) => number));
  for (const { number, sql } of migrations) {
    if (done.has(number)) continue;
    await pglite.transaction(async (transaction) => {
      await transaction.exec(sql);
      await transaction.query("insert into migrations values ($1)", [number]);
    });
  }
}
