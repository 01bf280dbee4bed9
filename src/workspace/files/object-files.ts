/**
 * Files of cases on their way to an object store and back. An object is named by its case and the SHA-256 of its bytes: none is
 * ever written over by another, and each is compared with its name when it is brought.
 */
import { mkdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Selectable } from "kysely";
import { DelineateError } from "#core/errors.ts";
import type { FileTable } from "#workspace/records/tables.ts";
import { digestOf } from "./files-below.ts";
import type { S3Objects } from "./s3-objects.ts";

export type FileRow = Selectable<FileTable>;

type ObjectFiles = {
  /** The file at `path` below `folder` as an object; gives the row by which it counts. Throws `too-large`, `files-unavailable`. */
  put(caseId: string, folder: string, path: string): Promise<FileRow>;
  /** As the file `place`, whole or not at all. Throws `file-changed`, `files-unavailable`. */
  get(row: FileRow, place: string): Promise<void>;
  /** To its place in the cache. Nothing happens for one that is there. */
  bring(row: FileRow): Promise<void>;
};

/** More than one request may carry (Amazon S3 User Guide, "Uploading objects"), and beyond any file that can be read here. */
const largestBytes = 5e9;

/** Of all objects of a case. */
export function prefixOf(caseId: string): string {
  return `cases/${caseId}/`;
}

/** `cases`: the cache. */
export function objectFiles(objects: S3Objects, cases: string): ObjectFiles {
  const coming = new Map<string, Promise<void>>();

  async function get({ case_id, sha256, bytes }: FileRow, place: string): Promise<void> {
    const partial = `${place}.${crypto.randomUUID()}.partial`;
    await mkdir(dirname(place), { recursive: true, mode: 0o700 });
    try {
      await objects.getFile(prefixOf(case_id) + sha256, partial, { sha256, bytes });
      await rename(partial, place);
    } finally {
      await rm(partial, { force: true });
    }
  }

  return {
    get,
    put: async (caseId, folder, path) => {
      const place = join(folder, path);
      const { size: bytes } = await stat(place);
      if (bytes > largestBytes)
        throw new DelineateError("too-large", "A file of this patient is too large for the object store.");
      const sha256 = await digestOf(place);
      await objects.putFile(prefixOf(caseId) + sha256, place, { sha256, bytes });
      return { case_id: caseId, path, sha256, bytes };
    },
    bring: async (row) => {
      const place = join(cases, row.case_id, row.path);
      // Its size is looked at too, in case the disk lost it in a power cut.
      if ((await stat(place).catch(() => undefined))?.size === row.bytes) return;
      // Several requests may want the same file at once.
      const transfer = coming.get(place) ?? get(row, place).finally(() => coming.delete(place));
      coming.set(place, transfer);
      await transfer;
    },
  };
}
