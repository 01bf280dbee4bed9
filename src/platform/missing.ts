/** Files that may not be there, cannot be read, or are removed by another process at this moment. */
import { readFile, stat } from "node:fs/promises";
import { DelineateError } from "#core/errors.ts";

export function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** Where a file stands in place of a folder on the way, nothing is there either. */
export function isMissing({ code }: NodeJS.ErrnoException): boolean {
  return code === "ENOENT" || code === "ENOTDIR";
}

/** For `catch`: undefined where the file is not there. Throws every other failure. */
export function undefinedIfMissing(cause: NodeJS.ErrnoException): undefined {
  if (cause.code !== "ENOENT") throw cause;
}

/** The whole of a file that must be there; `missing` says what it would be. Throws as `unreadable`. */
export function readWhole(path: string | URL, missing?: string): Promise<Buffer> {
  return readFile(path).catch((cause: NodeJS.ErrnoException) => {
    throw unreadable(String(path), cause, missing);
  });
}

/**
 * A text that a person wrote, of a file that must be there, without its byte order mark: UTF-8, or UTF-16 as PowerShell writes what a
 * command prints. Throws as `readWhole`.
 */
export async function readText(path: string | URL, missing?: string): Promise<string> {
  const bytes = await readWhole(path, missing);
  return new TextDecoder(bytes[0] === 0xff && bytes[1] === 0xfe ? "utf-16le" : "utf-8").decode(bytes);
}

/** Why a file could not be read, in a sentence: `file-not-found` or `file-unreadable`. */
export function unreadable(
  path: string,
  cause: NodeJS.ErrnoException,
  missing = `There is no file ${path}.`,
): DelineateError {
  if (isMissing(cause)) return new DelineateError("file-not-found", missing, { cause });
  const reasons: Readonly<Record<string, string>> = {
    EISDIR: "is a folder: name a file.",
    ERR_FS_FILE_TOO_LARGE: "is larger than 2 GiB, which is more than can be read.",
  };
  const reason = reasons[cause.code ?? ""] ?? `cannot be read (${cause.code}): mend its rights or its disk.`;
  return new DelineateError("file-unreadable", `${path} ${reason}`, { cause });
}
