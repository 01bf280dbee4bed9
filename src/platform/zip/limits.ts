/** How much an archive may unfold to: a zip of megabytes may hold terabytes of nothing. */
import { statfs } from "node:fs/promises";
import { DelineateError } from "#core/errors.ts";
import type { ZipEntry } from "./central-directory.ts";

export type UnzipLimits = {
  readonly bytes: number;
  readonly files: number;
  /** What must stay free on the disk. */
  readonly reserveBytes: number;
};

/** Images deflate to a half or a tenth, the emptiest masks to a fiftieth; zeros to a thousandth. */
const largestRatio = 100;
/** So little may unfold by any ratio. */
const harmlessBytes = 64 * 2 ** 20;

/** By what the directory says, which unpacking holds the entries to. Throws `too-large` and `disk-full`. */
export async function checkSize(
  entries: readonly ZipEntry[],
  archiveBytes: number,
  folder: string,
  limits: UnzipLimits,
): Promise<void> {
  const bytes = entries.reduce((sum, entry) => sum + entry.bytes, 0);
  if (bytes > limits.bytes) throw tooLarge(`unfolds to ${gigabytes(bytes)} GB`);
  if (bytes > harmlessBytes && bytes > archiveBytes * largestRatio)
    throw tooLarge(`unfolds to ${Math.round(bytes / archiveBytes)} times its size, as no images do`);
  await checkSpace(folder, bytes, limits.reserveBytes);
}

/** Throws `disk-full` unless `bytes` fit on the disk of `folder` with `reserveBytes` to spare. */
export async function checkSpace(folder: string, bytes: number, reserveBytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  if (bytes + reserveBytes <= bavail * bsize) return;
  throw new DelineateError(
    "disk-full",
    `The disk of the data folder has no room for ${gigabytes(bytes)} GB with ${gigabytes(reserveBytes)} GB to spare. Make room and try again.`,
  );
}

function gigabytes(bytes: number): string {
  return (bytes / 1e9).toFixed(1);
}

function tooLarge(what: string): DelineateError {
  return new DelineateError(
    "too-large",
    `A zip archive ${what}, and nothing of it was taken. Unpack it and choose a part of it.`,
  );
}
