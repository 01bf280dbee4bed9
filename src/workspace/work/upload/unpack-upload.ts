/** The zip archives of an upload, each unpacked whole beside itself or refused; what is in an archive within one is not looked at. */
import { rm } from "node:fs/promises";
import { DelineateError } from "#core/errors.ts";
import { listFiles } from "#platform/list-folder.ts";
import { isZip, unzipInto } from "#platform/zip/unzip-into.ts";

/** Of all archives of an upload, unpacked. */
const mostBytes = 32 * 2 ** 30;
/** Of one archive. */
const mostFiles = 100_000;
/** The records and the contours of other patients need room as well. */
export const reserveBytes = 2 ** 30;

/** What was refused, in sentences. */
export async function unpackArchives(folder: string): Promise<string[]> {
  const refused: string[] = [];
  let bytes = 0;
  for (const path of await archivesOf(folder)) {
    const unpacked = `${path}.unpacked`;
    try {
      const limits = { bytes: mostBytes - bytes, files: mostFiles, reserveBytes };
      bytes += (await unzipInto(path, unpacked, limits)).bytes;
      for (const inner of await archivesOf(unpacked)) {
        refused.push(
          "A zip archive within a zip archive was left out. Unpack the outer one and choose the folder.",
        );
        await rm(inner);
      }
    } catch (error) {
      if (!(error instanceof DelineateError)) throw error;
      refused.push(error.message);
    }
    await rm(path);
  }
  return refused;
}

async function archivesOf(folder: string): Promise<string[]> {
  const archives: string[] = [];
  for (const path of (await listFiles(folder)).files) if (await isZip(path)) archives.push(path);
  return archives;
}
