/** A workspace's database and files without the rest of it: for what neither serves nor works. */
import { join } from "node:path";
import { lockFolder } from "#platform/lock-folder.ts";
import { exists } from "#platform/missing.ts";
import type { FileStore } from "#workspace/files/file-store.ts";
import { refuseForeignFolder } from "#workspace/files/foreign-folder.ts";
import { openFileStore } from "#workspace/files/open-file-store.ts";
import { noWorkspace } from "#workspace/no-workspace.ts";
import type { Database } from "#workspace/records/database.ts";
import { identify } from "#workspace/store/identify.ts";
import { openDatabase } from "#workspace/store/open-database.ts";

type Place = {
  readonly data: string;
  readonly database?: string | undefined;
  readonly files?: string | undefined;
};

type Records = { readonly database: Database; readonly files: FileStore; close(): Promise<void> };

/**
 * Throws `file-not-found` for a data folder that is not there, `folder-in-use` where the records are in one that is served, and what
 * looking at its owner, opening and comparing the two throws.
 */
export async function openWorkspaceRecords({ data, database: url, files: address }: Place): Promise<Records> {
  const closing: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const end of closing.toReversed()) await end();
  };
  // Beside records and files elsewhere a wrong folder would only lack models, keys and what waits.
  if (!(await exists(url === undefined ? join(data, "records") : data))) throw noWorkspace(data);
  await refuseForeignFolder(data);
  try {
    if (url === undefined) closing.push(await lockFolder(data));
    const database = await openDatabase(url ?? join(data, "records"), "worker");
    closing.push(database.close);
    const { db } = database;
    const files = await openFileStore({ folder: data, address, db, onFault: () => undefined });
    closing.push(files.close);
    await identify(database, files, "worker");
    return { database, files, close };
  } catch (error) {
    await close();
    throw error;
  }
}
