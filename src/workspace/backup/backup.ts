/**
 * A backup of a workspace: the records of one moment, and the files that they speak of. Files that have a record never change,
 * so they may be copied while people and workers go on; a case that is removed meanwhile is left out, records and all. A
 * workspace without a database server is backed up while nobody serves it.
 */
import { appendFile, mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { sql } from "kysely";
import { refuseExisting, writeFileAtomic } from "#platform/write-file.ts";
import { keyFolder } from "#workspace/export/deidentified-export.ts";
import { copyFolder } from "#workspace/files/copy-files.ts";
import type { FileStore, StoredFile } from "#workspace/files/file-store.ts";
import { digestOf } from "#workspace/files/files-below.ts";
import type { Database, Db } from "#workspace/records/database.ts";
import { migrations } from "#workspace/records/schema.ts";
import { openWorkspaceRecords } from "./open-records.ts";
import { rowsOfCase, rowsOfNoCase } from "./tables.ts";

/** What is beside `cases/` and `models/` in a backup. */
export const names = { about: "backup.json", records: "records.jsonl", files: "files.jsonl" } as const;

export type About = {
  /** Migrations that the database had. */
  readonly schema: number;
  readonly cases: number;
  /** SHA-256 of the two lists. */
  readonly records: string;
  readonly files: string;
};

type BackupOptions = {
  readonly data: string;
  readonly database?: string | undefined;
  /** `s3://bucket/prefix` of an object store. */
  readonly files?: string | undefined;
  readonly out: string;
};

/** Into the new folder `out`, which is there when it is whole. Throws `file-exists`, `folder-in-use` and what opening throws. */
export async function backUp({ out, ...place }: BackupOptions): Promise<About> {
  await refuseExisting(out);
  const { database, files, close } = await openWorkspaceRecords(place);
  const partial = `${out}.${process.pid}.partial`;
  try {
    await mkdir(partial, { recursive: true, mode: 0o700 });
    for (const name of [names.records, names.files]) await appendFile(join(partial, name), "");
    const cases = await database.transact(async (db) => {
      await sql`set transaction isolation level repeatable read, read only`.execute(db);
      return copyCases({ database, files, data: place.data }, db, partial);
    });
    const digest = (name: string): Promise<string> => digestOf(join(partial, name));
    const lists = { records: await digest(names.records), files: await digest(names.files) };
    const about = { schema: migrations.length, cases, ...lists };
    await writeFileAtomic(join(partial, names.about), JSON.stringify(about, null, 2));
    await rename(partial, out);
    return about;
  } finally {
    await rm(partial, { recursive: true, force: true });
    await close();
  }
}

type Source = { readonly database: Database; readonly files: FileStore; readonly data: string };

/** Gives how many. `db` sees one moment. */
async function copyCases({ database, files, data }: Source, db: Db, partial: string): Promise<number> {
  const listed = await db.selectFrom("cases").select("id").orderBy("received_at").orderBy("id").execute();
  const note = (name: string, entries: readonly unknown[]): Promise<void> =>
    appendFile(join(partial, name), entries.map((entry) => `${JSON.stringify(entry)}\n`).join(""));
  let count = 0;
  for (const { id } of listed) {
    const copied = await files.copyOut(id, join(partial, "cases", id)).catch(async (error: unknown) => {
      if (await isThere(database, id)) throw error;
      return [];
    });
    // Its files go after its records do: those that are there while the records are, are all there.
    if (!(await isThere(database, id))) {
      await rm(join(partial, "cases", id), { recursive: true, force: true });
      continue;
    }
    await note(names.files, below(`cases/${id}`, copied));
    await note(names.records, await rowsOfCase(db, id));
    count++;
  }
  await note(names.records, await rowsOfNoCase(db));
  for (const name of ["models", keyFolder]) {
    await mkdir(join(data, name), { recursive: true, mode: 0o700 });
    await note(names.files, below(name, await copyFolder(join(data, name), join(partial, name))));
  }
  return count;
}

function below(folder: string, files: readonly StoredFile[]): StoredFile[] {
  return files.map(({ path, sha256 }) => ({ path: `${folder}/${path}`, sha256 }));
}

/** Now, and not at the moment of the backup. */
async function isThere({ db, shared }: Database, id: string): Promise<boolean> {
  if (!shared) return true;
  return (await db.selectFrom("cases").select("id").where("id", "=", id).executeTakeFirst()) !== undefined;
}
