/**
 * A database and a data folder belong together: both hold the workspace's id. With another folder, or one that is not mounted,
 * every case would seem to have lost its files; with another database the folder's cases would be nobody's.
 */
import { randomUUID } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { DelineateError } from "#core/errors.ts";
import { writeFileAtomic } from "#platform/write-file.ts";
import type { Database } from "#workspace/records/database.ts";
import type { Role } from "./open-database.ts";

/** In the data folder. */
const idFile = "workspace-id";

/**
 * Compares the two; the service gives an id to a database and a folder without cases that have none. Throws `other-workspace`.
 */
export async function identify(database: Database, folder: string, role: Role): Promise<void> {
  const ofFolder = await readId(folder);
  const ofDatabase = await database.db.selectFrom("workspace").select("id").executeTakeFirst();
  if (ofDatabase !== undefined && ofDatabase.id === ofFolder) return;
  if (role === "worker") throw notOne(folder);
  const isNew = (await readdir(join(folder, "cases")).catch(() => [])).length === 0;
  // A start that was cut off may have written one of the two.
  if (!isNew || (ofDatabase !== undefined && (await hasCases(database)))) throw notOne(folder);
  const id = ofDatabase?.id ?? randomUUID();
  await database.db
    .insertInto("workspace")
    .values({ id, only_one: true })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  await writeFileAtomic(join(folder, idFile), id, { force: true });
}

/** Undefined where there is none. */
async function readId(folder: string): Promise<string | undefined> {
  return (await readFile(join(folder, idFile), "utf8").catch(() => undefined))?.trim();
}

async function hasCases({ db }: Database): Promise<boolean> {
  return (await db.selectFrom("cases").select("id").limit(1).executeTakeFirst()) !== undefined;
}

function notOne(folder: string): DelineateError {
  return new DelineateError(
    "other-workspace",
    `${folder} and the database are not of one workspace. Check --data (is the shared folder mounted?) and --database.`,
  );
}
