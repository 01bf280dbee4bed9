/** Bytes of an archive at any place, and what is wrong where they are not as they must be. */
import type { FileHandle } from "node:fs/promises";
import { DelineateError } from "#core/errors.ts";

/** All numbers of a zip are little endian. Throws `bad-archive` beyond the archive's end. */
export async function readAt(file: FileHandle, at: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  for (let read = 0; read < length; ) {
    const { bytesRead } = await file.read(bytes, read, length - read, at + read);
    if (bytesRead === 0) throw damaged("it ends too early");
    read += bytesRead;
  }
  return bytes;
}

/** A 64-bit number that must be a place in a file. */
export function readPlace(bytes: Buffer, at: number): number {
  const value = bytes.readBigUInt64LE(at);
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw damaged("its directory holds an impossible number");
  return Number(value);
}

export function damaged(what: string, cause?: unknown): DelineateError {
  return new DelineateError(
    "bad-archive",
    `A zip archive is damaged or cut off (${what}), and nothing of it was taken. Copy or download it again.`,
    { cause },
  );
}

export function unusual(what: string): DelineateError {
  return new DelineateError(
    "bad-archive",
    `A zip archive ${what}, and nothing of it was taken. Unpack it and choose the folder instead.`,
  );
}
