/** All entries of one archive, checked and unpacked; the caller removes what is left of one that is refused (unzip-into.ts). */
import { open, rm } from "node:fs/promises";
import { join } from "node:path";
import { isClutter } from "#core/clutter.ts";
import { DelineateError } from "#core/errors.ts";
import { damaged } from "./archive-bytes.ts";
import { readDirectory } from "./central-directory.ts";
import { checkHeader, unpackEntry } from "./entry.ts";
import { checkSize, type UnzipLimits } from "./limits.ts";

export type UnzipTask = { readonly archive: string; readonly folder: string; readonly limits: UnzipLimits };
/** Files and bytes that were written, clutter left out. */
export type UnzipAnswer = { readonly files: number; readonly bytes: number };

/** Throws `bad-archive`, `encrypted-archive`, `too-large` and `disk-full`. */
export async function extractArchive({ archive, folder, limits }: UnzipTask): Promise<UnzipAnswer> {
  const file = await open(archive);
  try {
    const entries = await readDirectory(file, limits.files);
    await checkSize(entries, (await file.stat()).size, folder, limits);
    const starts: number[] = [];
    // Headers first: an archive that is cut off costs no writing.
    for (const entry of entries) starts.push(await checkHeader(file, entry));
    let [files, bytes] = [0, 0];
    for (const [index, entry] of entries.entries()) {
      if (entry.name.endsWith("/")) {
        if (entry.bytes > 0) throw damaged("a folder has content");
        continue;
      }
      const clutter = isClutter(entry.name);
      const target = join(folder, clutter ? "clutter" : String(++files));
      await unpackEntry(archive, entry, starts[index], target);
      // Unpacked as well, since only so is the archive known to be whole.
      if (clutter) await rm(target);
      else bytes += entry.bytes;
    }
    return { files, bytes };
  } catch (cause) {
    if (cause instanceof DelineateError) throw cause;
    const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
    if (code === "ENOSPC")
      throw new DelineateError("disk-full", "The disk is full. Make room and try again.");
    throw damaged("an entry cannot be unpacked", cause);
  } finally {
    await file.close();
  }
}
