/**
 * A database and a file store belong together: both hold the workspace's id. With another folder, one that is not mounted, or
 * another bucket, every case would seem to have lost its files; with another database the files would be nobody's.
 */
import { randomUUID } from "node:crypto";
import { DelineateError } from "#core/errors.ts";
import type { FileStore } from "#workspace/files/file-store.ts";
import type { Database } from "#workspace/records/database.ts";
import type { Role } from "./open-database.ts";

/**
 * Compares the two; the service gives a new id to both where there are no cases yet, so that a store that was another one's is
 * known no more. Throws `other-workspace`, and what asking the store throws.
 */
export async function identify(database: Database, files: FileStore, role: Role): Promise<void> {
  const ofFiles = await files.readId();
  const ofDatabase = await database.db.selectFrom("workspace").select("id").executeTakeFirst();
  if (ofDatabase !== undefined && ofDatabase.id === ofFiles) return;
  if (role === "worker" || !(await files.isEmpty()) || (await hasCases(database))) throw notOne(files.name);
  const id = randomUUID();
  await database.db
    .insertInto("workspace")
    .values({ id, only_one: true })
    .onConflict((conflict) => conflict.column("only_one").doUpdateSet({ id }))
    .execute();
  await files.writeId(id);
}

async function hasCases({ db }: Database): Promise<boolean> {
  return (await db.selectFrom("cases").select("id").limit(1).executeTakeFirst()) !== undefined;
}

function notOne(store: string): DelineateError {
  return new DelineateError(
    "other-workspace",
    `${store} and the database are not of one workspace. Check --data (is the shared folder mounted?), --files and --database.`,
  );
}
