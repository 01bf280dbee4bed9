/**
 * A backup put into an empty file store and an empty database: the files, each compared with its digest, then all records in one
 * transaction. What was still to be read or contoured is queued again.
 */
import { createReadStream } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { sql } from "kysely";
import { z } from "zod";
import { DelineateError } from "#core/errors.ts";
import { parsedJson } from "#core/parsed-json.ts";
import { exists, readWhole, undefinedIfMissing } from "#platform/missing.ts";
import { hasUsers } from "#workspace/accounts/users.ts";
import { putBack } from "#workspace/files/copy-files.ts";
import type { StoredFile } from "#workspace/files/file-store.ts";
import { digestOf, filesBelow } from "#workspace/files/files-below.ts";
import { spoolFolder } from "#workspace/files/set-apart.ts";
import type { Db } from "#workspace/records/database.ts";
import { shippedModelId } from "#workspace/records/models.ts";
import { migrations, withdrawEarlierVersions } from "#workspace/records/schema.ts";
import { openWorkspace, type Workspace } from "#workspace/workspace.ts";
import { type About, names } from "./backup.ts";
import { continueNumbers, putRow, type Row } from "./tables.ts";

type RestoreOptions = {
  readonly backup: string;
  readonly data: string;
  readonly database?: string | undefined;
  /** `s3://bucket/prefix` of an object store. */
  readonly files?: string | undefined;
};

/**
 * Throws `file-unreadable` for what is no backup or one of another version, `file-changed`, `file-exists` if there are cases
 * already, and what opening a workspace throws; then no record was put back.
 */
export async function restore({ backup, data, database, files }: RestoreOptions): Promise<About> {
  const about = await readAbout(backup);
  const workspace = await openWorkspace(data, () => undefined, { database, files });
  try {
    await refuseCases(workspace);
    await refuseAccounts(workspace);
    await refuseFiles(workspace);
    const noteFiles: ((db: Db) => Promise<void>)[] = [];
    for await (const { caseId, files: copies } of byCase(lines<StoredFile>(join(backup, names.files)))) {
      const from = caseId === undefined ? backup : join(backup, "cases", caseId);
      if (caseId === undefined) for (const copy of copies) await putBack(from, data, copy);
      else noteFiles.push(await workspace.files.copyIn(caseId, from, copies));
    }
    await workspace.transact(async (db) => {
      for await (const row of lines<Row>(join(backup, names.records))) await putRow(db, row);
      for (const note of noteFiles) await note(db);
      await continueNumbers(db);
      await sql.raw(withdrawEarlierVersions).execute(db);
      await queueAgain(workspace, db);
    });
    return about;
  } finally {
    await workspace.close();
  }
}

/** What came since has a default. */
const oldestSchema = 1;

const aboutSchema: z.ZodType<About> = z.object({
  schema: z.int(),
  cases: z.int(),
  records: z.string(),
  files: z.string(),
});

async function readAbout(backup: string): Promise<About> {
  const path = join(backup, names.about);
  const missing = (await exists(backup))
    ? `There is no ${path}: ${backup} is no whole backup. Restore another one.`
    : `There is no backup ${backup}.`;
  const parsed = aboutSchema.safeParse(parsedJson(String(await readWhole(path, missing))));
  if (!parsed.success)
    throw new DelineateError(
      "file-unreadable",
      `${path} is damaged: ${backup} is no whole backup. Restore another one.`,
    );
  const about = parsed.data;
  if (about.schema < oldestSchema || about.schema > migrations.length)
    throw new DelineateError(
      "file-unreadable",
      `${backup} is no backup of this version of delineate. Restore it with the version that made it.`,
    );
  for (const list of ["records", "files"] as const)
    if ((await digestOf(join(backup, names[list]))) !== about[list])
      throw new DelineateError(
        "file-changed",
        `${names[list]} of the backup was changed since it was made. Restore another backup.`,
      );
  return about;
}

async function refuseCases({ db }: Workspace): Promise<void> {
  if ((await db.selectFrom("cases").select("id").limit(1).executeTakeFirst()) === undefined) return;
  throw new DelineateError(
    "file-exists",
    "There are patients in this workspace. Restore into an empty folder, and an empty database where one is named.",
  );
}

/** The backup has its own, and an audit log that another one cannot go on. */
async function refuseAccounts({ db }: Workspace): Promise<void> {
  if (!(await hasUsers(db))) return;
  throw new DelineateError(
    "file-exists",
    "There are accounts in this workspace. Restore into an empty folder, and an empty database where one is named.",
  );
}

/** Nothing would ever say whose they are: a restore that was refused or killed half-way leaves some. */
async function refuseFiles({ files, folder }: Workspace): Promise<void> {
  const waiting = await filesBelow(join(folder, spoolFolder)).catch(undefinedIfMissing);
  const place = (waiting ?? []).length > 0 ? join(folder, spoolFolder) : files.name;
  if (place === files.name && (await files.isEmpty())) return;
  throw new DelineateError(
    "file-exists",
    `There are patients' files without records in ${place}, as a restore leaves that is refused or ended half-way. Empty it, or restore into another, empty one.`,
  );
}

/** What was going on at the moment of the backup. */
async function queueAgain({ queue }: Workspace, db: Db): Promise<void> {
  const unfinished = await db
    .selectFrom("cases")
    .select(["id", "ct_ready", "model_id"])
    .where("state", "in", ["received", "segmenting"])
    .execute();
  for (const { id, ct_ready, model_id } of unfinished) {
    const data = { caseId: id, modelId: model_id };
    await queue.add(db, ct_ready ? "segment" : "prepare", data);
  }
  const read = await db.selectFrom("cases").select("id").where("ct_ready", "=", true).execute();
  // Nothing happens for those whose structure sets were taken in.
  for (const { id } of read) await queue.add(db, "masks", { caseId: id, modelId: shippedModelId });
}

type OfCase = {
  /** Undefined for files of none; their paths are below the backup's folder then, else below the case's. */
  readonly caseId: string | undefined;
  readonly files: readonly StoredFile[];
};

/** A backup lists all files of a case one after another. */
async function* byCase(listed: AsyncIterable<StoredFile>): AsyncGenerator<OfCase> {
  let current: { caseId: string | undefined; files: StoredFile[] } | undefined;
  for await (const { path, sha256 } of listed) {
    const [, caseId, rest = path] = /^cases\/([0-9a-f-]{36})\/(.+)$/.exec(path) ?? [];
    if (current !== undefined && current.caseId !== caseId) yield current;
    if (current === undefined || current.caseId !== caseId) current = { caseId, files: [] };
    current.files.push({ path: rest, sha256 });
  }
  if (current !== undefined) yield current;
}

async function* lines<T>(path: string): AsyncGenerator<T> {
  for await (const line of createInterface({ input: createReadStream(path) })) yield JSON.parse(line) as T;
}
