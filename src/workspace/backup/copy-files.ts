/** Files of a backup: copied with a digest of each, and compared with it when they are put back. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { copyFile, mkdir, readdir } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import { pipeline } from "node:stream/promises";
import { DelineateError } from "#core/errors.ts";

/** `path` is below the workspace's folder, with `/`. */
export type CopiedFile = { readonly path: string; readonly sha256: string };

/** Paths below `folder` of all files there, without what is being written. */
async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && !entry.name.endsWith(".partial"));
  const paths = files.map((entry) => relative(folder, join(entry.parentPath, entry.name)));
  return paths.filter((path) => path.split(sep)[0] !== "work");
}

/** Copies `name` below `from`, a folder, to `to`. Throws the system's errors. */
export async function copyFolder(from: string, to: string, name: string): Promise<CopiedFile[]> {
  const copied: CopiedFile[] = [];
  for (const path of await filesBelow(join(from, name))) {
    const place = join(name, path);
    await mkdir(dirname(join(to, place)), { recursive: true, mode: 0o700 });
    await copyFile(join(from, place), join(to, place));
    const sha256 = await digestOf(join(to, place));
    if (isWhole(path, sha256)) copied.push({ path: place.replaceAll(sep, "/"), sha256 });
  }
  return copied;
}

/** A structure set is named by its digest (import-cases.ts): one that is just arriving is not there yet. */
function isWhole(path: string, sha256: string): boolean {
  const [folder, name = ""] = path.split(sep);
  return folder !== "mask-files" || name.startsWith(sha256.slice(0, 32));
}

/** Throws `file-changed` if it is no longer what was copied. */
export async function putBack(from: string, to: string, { path, sha256 }: CopiedFile): Promise<void> {
  const place = path.split("/");
  if (place.includes("..")) throw changed(path);
  await mkdir(dirname(join(to, ...place)), { recursive: true, mode: 0o700 });
  await copyFile(join(from, ...place), join(to, ...place)).catch((cause: unknown) => {
    throw changed(path, cause);
  });
  if ((await digestOf(join(to, ...place))) !== sha256) throw changed(path);
}

export async function digestOf(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}

function changed(path: string, cause?: unknown): DelineateError {
  return new DelineateError(
    "file-changed",
    `${path} of the backup is missing or was changed since it was made. Restore another backup.`,
    { cause },
  );
}
