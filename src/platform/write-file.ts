/** Files that are whole or not there: written beside their place and renamed. */
import { randomUUID } from "node:crypto";
import { mkdir, open, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { DelineateError } from "#core/errors.ts";

/**
 * Throws `file-exists` without `force` if there is one already, `file-unwritable` if the place cannot be written. `mode`: who may
 * read it, where not everybody may.
 */
export async function writeFileAtomic(
  path: string,
  content: Uint8Array | string,
  { force = false, mode }: { readonly force?: boolean; readonly mode?: number } = {},
): Promise<void> {
  await refuseExisting(path, { force });
  // Its own, also where threads or containers, whose processes have the same numbers, write one file at once.
  const temporary = `${path}.${randomUUID()}.partial`;
  try {
    await mkdir(dirname(path), { recursive: true });
    const file = await open(temporary, "w", mode);
    try {
      await file.writeFile(content);
      // A power cut after the rename must not leave an empty file.
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (cause) {
    // Where the folder is none, this fails as well, and the first reason is the one to be told.
    await rm(temporary, { force: true }).catch(() => undefined);
    throw new DelineateError("file-unwritable", `${path} cannot be written: ${reasonOf(cause)}.`, { cause });
  }
}

/** Throws `file-exists` without `force`; long work asks before it begins. Undefined: no such file is asked for. */
export async function refuseExisting(
  path: string | undefined,
  { force = false }: { readonly force?: boolean } = {},
): Promise<void> {
  if (path === undefined || force) return;
  const exists = await stat(path).then(
    () => true,
    () => false,
  );
  if (exists)
    throw new DelineateError(
      "file-exists",
      `${path} exists already. Choose another name, or overwrite it with --force.`,
    );
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error && "code" in cause ? String(cause.code) : String(cause);
}
