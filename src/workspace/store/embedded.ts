/**
 * The database inside this process: PostgreSQL as WebAssembly (PGlite) on a folder. Opening a new one takes seconds, an old one
 * a fraction of one.
 */
import { PGlite } from "@electric-sql/pglite";
import { Kysely, PGliteDialect } from "kysely";
import { fromPglite } from "pg-boss";
import { DelineateError } from "#core/errors.ts";
import type { Database, Db } from "#workspace/records/database.ts";
import type { Tables } from "#workspace/records/tables.ts";
import { createLocalWire } from "#workspace/records/wire.ts";
import { migrate } from "./migrate.ts";

/** Opens or makes the database in `folder`. Throws `file-unreadable` for one that PostgreSQL cannot open, and as migrating does. */
export async function openEmbedded(folder: string): Promise<Database> {
  const pglite = await PGlite.create(folder).catch((cause: unknown) => {
    // PostgreSQL ends without a reason that a program can read.
    throw new DelineateError(
      "file-unreadable",
      `The records in ${folder} cannot be opened: the disk is full, files there belong to another user, or they are damaged. Make room, give all of the folder to the user of this program (chown -R), or restore a backup.`,
      { cause },
    );
  });
  // Kysely's own transactions share one connection object with every other query: two at once would mix. PGlite's
  // are exclusive, so each gets a Kysely of its own over it.
  const transact: Database["transact"] = (work) =>
    pglite.transaction((transaction) => work(kyselyWithin(transaction)));
  try {
    await migrate(transact, folder);
  } catch (error) {
    await pglite.close();
    throw error;
  }
  return {
    db: new Kysely<Tables>({ dialect: new PGliteDialect({ pglite }) }),
    transact,
    boss: { db: fromPglite(pglite), backend: "pglite" },
    shared: false,
    wire: createLocalWire(),
    isUp: () => true,
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
