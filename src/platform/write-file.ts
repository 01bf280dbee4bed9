/** Files that are whole or not there: written beside their place and renamed. */
import { randomUUID } from "node:crypto";
import { mkdir, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { DelineateError } from "#core/errors.ts";
import { exists } from "./missing.ts";

/**
 * Throws as `refuseExisting` if there is one already, `file-unwritable` if the place cannot be written. `mode`: who may read it,
 * where not everybody may.
 */
export async function writeFileAtomic(
  path: string,
  content: Uint8Array | string,
  { force, mode }: { readonly force?: boolean | undefined; readonly mode?: number } = {},
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
    throw unwritable(path, cause);
  }
}

/**
 * Throws `file-exists` but with `force`; long work asks before it begins. No `path`: no such file is asked for. No `force`: who asks
 * has no such option, and is not told of one.
 */
export async function refuseExisting(
  path: string | undefined,
  { force }: { readonly force?: boolean | undefined } = {},
): Promise<void> {
  if (path === undefined || force === true) return;
  if (await exists(path))
    throw new DelineateError(
      "file-exists",
      `${path} exists already. Choose another name${force === undefined ? "" : ", or overwrite it with --force"}.`,
    );
}

/** A folder, and those above it, where it is not there yet. Throws `file-unwritable`. */
export async function makeFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true }).catch((cause: unknown) => {
    throw unwritable(path, cause);
  });
}

/** Why a place could not be written, in a sentence: what `cause`, the system's error, says. */
export function unwritable(path: string, cause: unknown): DelineateError {
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : String(cause);
  const reasons: Readonly<Record<string, string>> = {
    EACCES: "you have no right to write there",
    EPERM: "you have no right to write there",
    EROFS: "the disk is read-only",
    ENOSPC: "the disk is full",
    EISDIR: "it is a folder",
    ENOTDIR: "a file stands where a folder should be",
    EEXIST: "a file stands where a folder should be",
  };
  const reason = reasons[code] === undefined ? code : `${reasons[code]} (${code})`;
  return new DelineateError("file-unwritable", `${path} cannot be written: ${reason}.`, { cause });
}
