/**
 * A training's folder, held by one process: a second training there, or a second --resume of one that still runs, would write its
 * steps between those of the first and put its model over the other's.
 */
import { rmdir } from "node:fs/promises";
import { lockFolder } from "#platform/lock-folder.ts";
import { exists } from "#platform/missing.ts";
import { makeFolder } from "#platform/write-file.ts";

/**
 * Gives the function that releases it, and removes a folder that was made here and is empty: of a training that was refused nothing
 * stays. Throws `folder-in-use`, `file-unwritable`.
 */
export async function holdFolder(out: string): Promise<() => Promise<void>> {
  const isNew = !(await exists(out));
  await makeFolder(out);
  const unlock = await lockFolder(out, {
    remedy: "Wait until it has ended, or choose another folder with --out.",
  });
  return async () => {
    await unlock();
    if (isNew) await rmdir(out).catch(() => undefined);
  };
}
