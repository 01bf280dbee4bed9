/**
 * Brings a database to the tables of this version: the migrations (records/schema.ts) that it does not have yet, in order, in
 * one transaction. Processes that start at once wait for each other.
 */
import { sql } from "kysely";
import { DelineateError } from "#core/errors.ts";
import type { Database } from "#workspace/records/database.ts";
import { migrations } from "#workspace/records/schema.ts";

/** The key of the lock under which it happens: any number that no other lock of this program has. */
const migrationLock = 7_420_001;

/** `place` is for the message. Throws `file-unreadable` for a database of a newer version of the program, or of one before migrations. */
export async function migrate(transact: Database["transact"], place: string): Promise<void> {
  await transact(async (db) => {
    await sql`select pg_advisory_xact_lock(${sql.lit(migrationLock)})`.execute(db);
    await sql`create table if not exists schema_version (number integer primary key)`.execute(db);
    const { rows } = await sql<{ number: number }>`select number from schema_version`.execute(db);
    const lastDone = Math.max(0, ...rows.map(({ number }) => number));
    if (lastDone > migrations.length)
      throw new DelineateError(
        "file-unreadable",
        `The records in ${place} are of a newer version of delineate: use that version.`,
      );
    // Each migration leaves its number. Before there were any, the one number was of the whole, and nothing of it can be brought forward.
    if (rows.length !== lastDone)
      throw new DelineateError(
        "file-unreadable",
        `The records in ${place} are of a version of delineate whose records this one cannot read: use that version.`,
      );
    for (const [at, statements] of migrations.entries()) {
      if (at < lastDone) continue;
      for (const statement of statements) await sql.raw(statement).execute(db);
      await sql`insert into schema_version values (${at + 1})`.execute(db);
    }
  });
}
