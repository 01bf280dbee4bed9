/**
 * Files that can be made again: a line of JSON with what they were made of and the digest of their content, then the content.
 * What was made of something else, or is damaged, is as if it were not there.
 */
import { createHash } from "node:crypto";
import { closeSync, openSync, readFileSync } from "node:fs";
import { DelineateError } from "#core/errors.ts";
import { writeFileAtomic } from "./write-file.ts";

const newline = 10;

/** A file that is open for reading: its content begins at byte `start` of it. */
export type CachedFile = { readonly fd: number; readonly start: number };

/** The content if `path` holds what was made of `key`, whole; undefined otherwise. */
export function readCached(path: string, key: string): Uint8Array | undefined {
  using files = new DisposableStack();
  return openCached(path, key, files)?.content;
}

/**
 * The same, and the file that it was read from, open until `files` is disposed of: whoever needs parts of it again reads them
 * there, and finds what was checked, even if another file has taken its name. `sha256`: of the content, in hexadecimal digits.
 */
export function openCached(
  path: string,
  key: string,
  files: DisposableStack,
): { readonly file: CachedFile; readonly content: Uint8Array; readonly sha256: string } | undefined {
  const fd = openExisting(path);
  if (fd === undefined) return undefined;
  using closing = new DisposableStack();
  closing.defer(() => closeSync(fd));
  const bytes = readFileSync(fd);
  const start = bytes.indexOf(newline) + 1;
  // Not a Buffer, whose slices would be views.
  const content = new Uint8Array(bytes.buffer, bytes.byteOffset + start, bytes.length - start);
  const { header, sha256 } = headerOf(key, content);
  if (!bytes.subarray(0, start).equals(Buffer.from(header))) return undefined;
  files.use(closing.move());
  return { file: { fd, start }, content, sha256 };
}

/** Undefined where there is no such file, or none that may be read. */
function openExisting(path: string): number | undefined {
  try {
    return openSync(path, "r");
  } catch (error) {
    if (error instanceof Error && "code" in error && /^E(NOENT|NOTDIR|ACCES|PERM)$/.test(String(error.code)))
      return undefined;
    throw error;
  }
}

/** False if the place cannot be written: a cohort on a read-only disk is read anew every time. */
export async function writeCached(path: string, key: string, content: Uint8Array): Promise<boolean> {
  try {
    await writeFileAtomic(path, Buffer.concat([Buffer.from(headerOf(key, content).header), content]), {
      force: true,
    });
    return true;
  } catch (error) {
    if (error instanceof DelineateError && error.code === "file-unwritable") return false;
    throw error;
  }
}

function headerOf(key: string, content: Uint8Array) {
  const sha256 = createHash("sha256").update(content).digest("hex");
  return { header: `${JSON.stringify({ key, bytes: content.length, sha256 })}\n`, sha256 };
}
