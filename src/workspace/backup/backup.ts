/**
 * A backup of a workspace: the records of one moment, and the files that they speak of. Files that have a record never change,
 * so they may be copied while people and workers go on; a case that is removed meanwhile is left out, records and all. What the
 * DICOM listener acknowledged and nobody took yet waits in its spool, and is copied first: what is taken meanwhile is in the records
 * then, and the same instance twice is nothing new. A workspace without a database server is backed up while nobody serves it.
 */
import { appendFile, copyFile, mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { sql } from "kysely";
import { DelineateError } from "#core/errors.ts";
import { undefinedIfMissing } from "#platform/missing.ts";
import { refuseExisting, unwritable, writeFileAtomic, writeFolderAtomic } from "#platform/write-file.ts";
import { keyFolder } from "#workspace/export/deidentified-export.ts";
import { copyFolder } from "#workspace/files/copy-files.ts";
import type { FileStore, StoredFile } from "#workspace/files/file-store.ts";
import { digestOf } from "#workspace/files/files-below.ts";
import { setApartFolders, spoolFolder, waitingFolder } from "#workspace/files/set-apart.ts";
import type { Database, Db } from "#workspace/records/database.ts";
import { migrations } from "#workspace/records/schema.ts";
import { requireNamedFiles } from "./named-files.ts";
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
  readonly signal?: AbortSignal;
};

/** Into the new folder `out`, which is there when it is whole. Throws `file-exists`, `file-unwritable`, `file-not-found`, `folder-in-use`, `cancelled` and what opening throws. */
export async function backUp({ out, signal, ...place }: BackupOptions): Promise<About> {
  await refuseExisting(out);
  const { database, files, close } = await openWorkspaceRecords(place);
  const source = { database, files, data: place.data, signal };
  try {
    return await writeFolderAtomic(
      out,
      (partial) =>
        copyAll(source, partial).catch((cause: unknown) => {
          throw isOfPlace(cause, partial) ? unwritable(out, cause) : cause;
        }),
      0o700,
    );
  } finally {
    await close();
  }
}

async function copyAll(source: Source, partial: string): Promise<About> {
  for (const name of [names.records, names.files]) await appendFile(join(partial, name), "");
  await copySpool(source, partial, [waitingFolder]);
  const cases = await source.database.transact(async (db) => {
    await sql`set transaction isolation level repeatable read`.execute(db);
    // It holds no row that others change, and a patient's files may take long to copy (store/server.ts).
    await sql`set local idle_in_transaction_session_timeout = 0`.execute(db);
    return copyCases(source, db, partial);
  });
  await copySpool(source, partial, Object.values(setApartFolders));
  const digest = (name: string): Promise<string> => digestOf(join(partial, name));
  const lists = { records: await digest(names.records), files: await digest(names.files) };
  const about = { schema: migrations.length, cases, ...lists };
  await writeFileAtomic(join(partial, names.about), JSON.stringify(about, null, 2));
  return about;
}

/** Whether the system refused to write below `folder`; some of its errors of a full disk name no path. */
function isOfPlace(cause: unknown, folder: string): boolean {
  if (!(cause instanceof Error && "code" in cause)) return false;
  const { code, path, dest = path } = cause as NodeJS.ErrnoException & { readonly dest?: string };
  return dest === undefined ? code === "ENOSPC" : dest.startsWith(folder);
}

type Source = {
  readonly database: Database;
  readonly files: FileStore;
  readonly data: string;
  readonly signal: AbortSignal | undefined;
};

/** Parts of the listener's spool. The service goes on: what it takes or removes meanwhile is left out. */
async function copySpool({ data, signal }: Source, partial: string, parts: readonly string[]): Promise<void> {
  const missing = (cause: NodeJS.ErrnoException): never[] => undefinedIfMissing(cause) ?? [];
  for (const part of parts) {
    const root = join(spoolFolder, part);
    for (const series of await readdir(join(data, root)).catch(missing)) {
      const folder = join(root, series);
      await mkdir(join(partial, folder), { recursive: true, mode: 0o700 });
      for (const name of await readdir(join(data, folder)).catch(missing)) {
        refuseCancelled(signal);
        const to = join(partial, folder, name);
        const copied = await copyFile(join(data, folder, name), to).then(() => true, undefinedIfMissing);
        if (copied)
          await note(partial, names.files, below(folder, [{ path: name, sha256: await digestOf(to) }]));
      }
    }
  }
}

function refuseCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted)
    throw new DelineateError("cancelled", "The backup was interrupted; nothing is left of it.");
}

function note(partial: string, name: string, entries: readonly unknown[]): Promise<void> {
  return appendFile(join(partial, name), entries.map((entry) => `${JSON.stringify(entry)}\n`).join(""));
}

/** Gives how many. `db` sees one moment. */
async function copyCases(
  { database, files, data, signal }: Source,
  db: Db,
  partial: string,
): Promise<number> {
  const listed = await db.selectFrom("cases").select("id").orderBy("received_at").orderBy("id").execute();
  let count = 0;
  for (const { id } of listed) {
    refuseCancelled(signal);
    const copied = await files.copyOut(id, join(partial, "cases", id)).catch(async (error: unknown) => {
      if (await isThere(database, id)) throw error;
      return [];
    });
    // Its files go after its records do: those that are there while the records are, are all there.
    if (!(await isThere(database, id))) {
      await rm(join(partial, "cases", id), { recursive: true, force: true });
      continue;
    }
    const rows = await rowsOfCase(db, id);
    requireNamedFiles(files.name, id, { rows, copied });
    await note(partial, names.files, below(`cases/${id}`, copied));
    await note(partial, names.records, rows);
    count++;
  }
  await note(partial, names.records, await rowsOfNoCase(db));
  for (const name of ["models", keyFolder]) {
    await mkdir(join(data, name), { recursive: true, mode: 0o700 });
    await note(partial, names.files, below(name, await copyFolder(join(data, name), join(partial, name))));
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
