/**
 * The files of all cases in an object store (object-files.ts). The table `files` says which objects a case has, and at which
 * place. Of a killed attempt an object may be left that no row names: nobody sees it, and it goes with its case. What was read is
 * kept on this machine for a while (cache.ts).
 */
import { rm, utimes } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { DelineateError } from "#core/errors.ts";
import { folderBytes } from "#platform/folder-size.ts";
import type { Db } from "#workspace/records/database.ts";
import { startTidying } from "./cache.ts";
import { proveCopy } from "./copy-files.ts";
import type { FileStore } from "./file-store.ts";
import { filesBelow } from "./files-below.ts";
import { type FileRow, objectFiles, prefixOf } from "./object-files.ts";
import { publish } from "./publish.ts";
import type { S3Address } from "./s3-address.ts";
import { createS3Objects } from "./s3-objects.ts";
import { together } from "./together.ts";
import { idKey, probeKey, watch } from "./watched-objects.ts";

type Parts = {
  /** The data folder of this machine. */
  readonly folder: string;
  readonly db: Db;
  readonly onFault: (error: unknown) => void;
};

export function openObjectStore(address: S3Address, { folder, db, onFault }: Parts): FileStore {
  const { name } = address;
  const cases = join(folder, "cache");
  const objects = watch(createS3Objects(address));
  const files = objectFiles(objects, cases);
  const tidying = startTidying({ cases, db, onFault });
  const rowsOf = (caseId: string, within = db) =>
    within.selectFrom("files").selectAll().where("case_id", "=", caseId);
  const below = (caseId: string, place: string): string =>
    relative(join(cases, caseId), place).replaceAll(sep, "/");

  return {
    name,
    cases,
    readId: () => objects.getText(idKey),
    writeId: async (id) => {
      if (!(await objects.refusesDamage(probeKey))) throw doesNotProve(name);
      await objects.putText(idKey, id);
    },
    isEmpty: async () => (await objects.list("cases/")).length === 0,
    check: objects.check,
    stage: async (caseId, ...paths) => {
      const wanted = paths.map((path) => below(caseId, path));
      const rows = await rowsOf(caseId)
        .where((is) =>
          is.or(wanted.flatMap((path) => [is("path", "=", path), is("path", "like", `${path}/%`)])),
        )
        .execute();
      await together(rows, files.bring);
      const now = new Date();
      // There is no folder where there is no file.
      await utimes(join(cases, caseId), now, now).catch(() => undefined);
    },
    namesIn: async (caseId, folder, within) => {
      const start = `${below(caseId, folder)}/`;
      const rows = await rowsOf(caseId, within).where("path", "like", `${start}%`).orderBy("path").execute();
      return rows.map(({ path }) => path.slice(start.length)).filter((file) => !file.includes("/"));
    },
    take: async (caseId, from) => {
      const rows = await together(await filesBelow(from), (path) => files.put(caseId, from, path));
      return {
        record: (within) => insertRows(within, rows),
        // What cannot be kept here is brought again.
        settle: () => publish(from, join(cases, caseId)).catch(onFault),
      };
    },
    remove: async (caseId) => {
      await rm(join(cases, caseId), { recursive: true, force: true });
      const prefix = prefixOf(caseId);
      for (
        let keys = await objects.list(prefix);
        keys.length > 0;
        keys = await objects.list(prefix, keys.at(-1))
      )
        await together(keys, objects.remove);
    },
    copyOut: async (caseId, to) => {
      const rows = await rowsOf(caseId).orderBy("path").execute();
      await together(rows, (row) => files.get(row, join(to, row.path)));
      return rows.map(({ path, sha256 }) => ({ path, sha256 }));
    },
    copyIn: async (caseId, from, copies) => {
      const rows = await together(copies, async (copy) => {
        await proveCopy(from, copy);
        return files.put(caseId, from, copy.path);
      });
      return (within) => insertRows(within, rows);
    },
    usedBytes: async () => {
      const total = await db
        .selectFrom("files")
        .select((builder) => builder.fn.sum<string>("bytes").as("bytes"))
        .executeTakeFirst();
      return Number(total?.bytes ?? 0) + (await folderBytes(folder)) - (await folderBytes(cases));
    },
    close: tidying.close,
  };
}

/** A row that is there stays; it throws for one of the same place with other bytes. */
async function insertRows(db: Db, rows: readonly FileRow[]): Promise<void> {
  if (rows.length === 0) return;
  const { numInsertedOrUpdatedRows } = await db
    .insertInto("files")
    .values([...rows])
    .onConflict((conflict) =>
      conflict
        .columns(["case_id", "path"])
        .doUpdateSet(({ ref }) => ({ sha256: ref("excluded.sha256") }))
        .whereRef("files.sha256", "=", "excluded.sha256"),
    )
    .executeTakeFirst();
  if (numInsertedOrUpdatedRows !== BigInt(rows.length))
    throw new Error("a file of a case was to be replaced by another");
}

/** What is damaged on its way would be kept, and found out when it is read. */
function doesNotProve(name: string): DelineateError {
  return new DelineateError(
    "usage",
    `The object store ${name} does not compare what arrives with its SHA-256 (x-amz-content-sha256). Use one that does, such as Ceph, MinIO or Amazon's.`,
  );
}
