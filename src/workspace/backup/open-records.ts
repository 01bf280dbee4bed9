/** A workspace's database without the rest of it: for what neither serves nor works. */
import { join } from "node:path";
import { lockFolder } from "#platform/lock-folder.ts";
import type { Database } from "#workspace/records/database.ts";
import { identify } from "#workspace/store/identify.ts";
import { openDatabase } from "#workspace/store/open-database.ts";

/** Throws what opening and comparing with the folder throws; `folder-in-use` where the records are in a folder that is served. */
export async function openWorkspaceRecords(
  data: string,
  url: string | undefined,
): Promise<{ readonly database: Database; close(): Promise<void> }> {
  const unlock = url === undefined ? await lockFolder(data) : async () => undefined;
  try {
    const database = await openDatabase(url ?? join(data, "records"), "worker");
    const close = async (): Promise<void> => {
      await database.close();
      await unlock();
    };
    await identify(database, data, "worker").catch(async (error: unknown) => {
      await database.close();
      throw error;
    });
    return { database, close };
  } catch (error) {
    await unlock();
    throw error;
  }
}
