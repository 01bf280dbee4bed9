/** Files and folders that are whole or not there: written beside their place and renamed. */
import { randomUUID } from "node:crypto";
import { mkdir, open, rename, rm, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { DelineateError } from "#core/errors.ts";
import { exists, undefinedIfMissing } from "./missing.ts";

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
  await writeTogether([{ path, content }], mode);
}

/**
 * Files that belong together, over those that are there: all are written beside their places before the first is renamed, so that the
 * earlier ones stay where one cannot be written. Throws `file-unwritable`.
 */
export async function writeTogether(
  files: readonly { readonly path: string; readonly content: Uint8Array | string }[],
  mode?: number,
): Promise<void> {
  const renames: { readonly from: string; readonly path: string }[] = [];
  try {
    for (const { path, content } of files) {
      // Its own, also where threads or containers, whose processes have the same numbers, write one file at once.
      const from = `${path}.${randomUUID()}.partial`;
      renames.push({ from, path });
      await writeBeside(from, path, { content, mode });
    }
    for (const { from, path } of renames) await rename(from, path).catch(throwUnwritable(path));
  } catch (error) {
    // Where the folder is none, this fails as well, and the first reason is the one to be told.
    for (const { from } of renames) await rm(from, { force: true }).catch(() => undefined);
    throw error;
  }
}

/**
 * The same for a new folder: `fill` writes into one beside it, which goes again where that fails. Throws as `refuseExisting`, `file-unwritable`, and
 * what `fill` throws. `mode`: who may read it, where not everybody may.
 */
export async function writeFolderAtomic<Result>(
  out: string,
  fill: (partial: string) => Promise<Result>,
  mode?: number,
): Promise<Result> {
  await refuseExisting(out);
  // Beside it, not within it, where the name ends with a slash.
  const partial = `${resolve(out)}.${process.pid}.partial`;
  try {
    await mkdir(partial, { recursive: true, mode }).catch(throwUnwritable(out));
    const result = await fill(partial);
    await rename(partial, out).catch(throwUnwritable(out));
    return result;
  } finally {
    // Where its place is none, this fails as well, and the first reason is the one to be told.
    await rm(partial, { recursive: true, force: true }).catch(() => undefined);
  }
}

async function writeBeside(
  from: string,
  path: string,
  { content, mode }: { readonly content: Uint8Array | string; readonly mode: number | undefined },
): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    const file = await open(from, "w", mode);
    try {
      await file.writeFile(content);
      // A power cut after the rename must not leave an empty file.
      await file.sync();
    } finally {
      await file.close();
    }
    // Not a file's place: no rename would find it out before others were done.
    if ((await stat(path).catch(undefinedIfMissing))?.isDirectory())
      throw Object.assign(new Error("a folder"), { code: "EISDIR" });
  } catch (cause) {
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
  await mkdir(path, { recursive: true }).catch(throwUnwritable(path));
}

/** For a promise that fails where `path` cannot be written: throws `file-unwritable`. */
export function throwUnwritable(path: string): (cause: unknown) => never {
  return (cause) => {
    throw unwritable(path, cause);
  };
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
    // Of a folder to be made on a read-only disk Node.js says this.
    ENOENT: "its folder is not there, or the disk is read-only",
  };
  const reason = reasons[code] === undefined ? code : `${reasons[code]} (${code})`;
  return new DelineateError("file-unwritable", `${path} cannot be written: ${reason}.`, { cause });
}
