/** Files of a backup: copied with a digest of each, and compared with it when they are put back. */
import { copyFile, mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { DelineateError } from "#core/errors.ts";
import type { StoredFile } from "./file-store.ts";
import { digestOf, filesBelow } from "./files-below.ts";

/** Copies all files below the folder `from` to the same places below `to`. Throws the system's errors. */
export async function copyFolder(from: string, to: string): Promise<StoredFile[]> {
  const copied: StoredFile[] = [];
  for (const path of await filesBelow(from)) {
    await mkdir(dirname(join(to, path)), { recursive: true, mode: 0o700 });
    await copyFile(join(from, path), join(to, path));
    copied.push({ path, sha256: await digestOf(join(to, path)) });
  }
  return copied;
}

/** Throws `file-changed` if it is no longer what was copied. */
export async function putBack(from: string, to: string, file: StoredFile): Promise<void> {
  await proveCopy(from, file);
  const place = join(to, file.path);
  await mkdir(dirname(place), { recursive: true, mode: 0o700 });
  await copyFile(join(from, file.path), place);
  if ((await digestOf(place)) !== file.sha256) throw changed(join(from, file.path));
}

/** Throws `file-changed` if the copy below `from` is missing or was changed since it was made. */
export async function proveCopy(from: string, { path, sha256 }: StoredFile): Promise<void> {
  const place = join(from, path);
  if (path.split("/").includes("..")) throw changed(place);
  const digest = await digestOf(place).catch((cause: unknown) => {
    throw changed(place, cause);
  });
  if (digest !== sha256) throw changed(place);
}

function changed(path: string, cause?: unknown): DelineateError {
  return new DelineateError(
    "file-changed",
    `${path} is missing or was changed since the backup was made. Restore another backup.`,
    { cause },
  );
}
