/** What a folder takes on the disk. */
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { undefinedIfMissing } from "./missing.ts";

/** Bytes of all files below `folder`, links not followed. What is removed or renamed meanwhile counts or not. */
export async function folderBytes(folder: string): Promise<number> {
  let bytes = 0;
  for (const entry of (await readdir(folder, { withFileTypes: true }).catch(undefinedIfMissing)) ?? []) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) bytes += await folderBytes(path);
    else if (entry.isFile()) bytes += (await stat(path).catch(undefinedIfMissing))?.size ?? 0;
  }
  return bytes;
}
