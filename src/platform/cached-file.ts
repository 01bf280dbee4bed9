/**
 * Files that can be made again: a line of JSON with what they were made of and the digest of their content, then the content.
 * What was made of something else, or is damaged, is as if it were not there.
 */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { DelineateError } from "#core/errors.ts";
import { writeFileAtomic } from "./write-file.ts";

const newline = 10;

/** The content if `path` holds what was made of `key`, whole; undefined otherwise. */
export async function readCached(path: string, key: string): Promise<Uint8Array | undefined> {
  const bytes = await readFile(path).catch(() => undefined);
  if (bytes === undefined) return undefined;
  const end = bytes.indexOf(newline);
  // Not a Buffer, whose slices would be views.
  const content = new Uint8Array(bytes.buffer, bytes.byteOffset + end + 1, bytes.length - end - 1);
  return bytes.subarray(0, end + 1).equals(Buffer.from(headerOf(key, content))) ? content : undefined;
}

/** False if the place cannot be written: a cohort on a read-only disk is read anew every time. */
export async function writeCached(path: string, key: string, content: Uint8Array): Promise<boolean> {
  try {
    await writeFileAtomic(path, Buffer.concat([Buffer.from(headerOf(key, content)), content]), {
      force: true,
    });
    return true;
  } catch (error) {
    if (error instanceof DelineateError && error.code === "file-unwritable") return false;
    throw error;
  }
}

function headerOf(key: string, content: Uint8Array): string {
  const sha256 = createHash("sha256").update(content).digest("hex");
  return `${JSON.stringify({ key, bytes: content.length, sha256 })}\n`;
}
