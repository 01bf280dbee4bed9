/**
 * An attempt at a job. It writes its files apart, whole; the store has them before the one transaction that records the result,
 * moves the case on, makes the files the case's own and completes the job: killed before it, the job is done again; after it,
 * never. An attempt whose job is another's by now, or whose case was removed, records nothing.
 */
import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { lockCase } from "#workspace/records/case-rows.ts";
import type { Db } from "#workspace/records/database.ts";
import { persist } from "#workspace/store/persist.ts";
import type { Workspace } from "#workspace/workspace.ts";
import type { CaseJob } from "./queue.ts";

type Place = { readonly cases: string; readonly caseId: string; readonly attempt: string };

/**
 * Has `work` write into a folder of this attempt; what it returns records the result, and says whether the files belong to it.
 * Throws `files-unavailable`, and what `work` throws.
 */
export async function inPlace(
  workspace: Workspace,
  job: CaseJob,
  work: (place: Place) => Promise<(db: Db) => Promise<boolean>>,
): Promise<void> {
  const { caseId } = job.data;
  const { files, queue } = workspace;
  const attempts = join(workspace.attempts, job.kind, job.id);
  const attempt = join(attempts, String(job.retryCount));
  await mkdir(attempt, { recursive: true });
  try {
    const record = await work({ cases: workspace.cases, caseId, attempt });
    const taken = await files.take(caseId, attempt);
    let isTaken = false;
    const isDone = await conclude(workspace, job, async (db) => {
      isTaken = await record(db);
      if (isTaken) await taken.record(db);
    });
    if (isDone && isTaken) await taken.settle();
  } finally {
    // Until the job has ended another attempt may be writing there; then nothing is left of those that were killed either.
    const isOpen = await persist(() => queue.isOpen(job.kind, job.id));
    await rm(isOpen ? attempt : attempts, { recursive: true, force: true });
    // Removed meanwhile, its files too, of which this attempt made new ones.
    if (await persist(() => isRemoved(workspace, caseId))) await files.remove(caseId);
  }
}

/**
 * Removes what killed attempts left at jobs that have ended, here or elsewhere. `isOurs`: a job that is worked on in this process, which
 * removes its own.
 */
export async function sweepAttempts(
  { attempts, queue }: Workspace,
  isOurs: (id: string) => boolean,
): Promise<void> {
  for (const kind of await readdir(attempts))
    for (const id of await readdir(join(attempts, kind)))
      if (!isOurs(id) && !(await queue.isOpen(kind, id)))
        await rm(join(attempts, kind, id), { recursive: true, force: true });
}

/**
 * The one transaction at a job's end. Nothing happens if the job is no longer this attempt's or its case was removed: then it
 * gives false. `refusal`: the code of why it cannot be done.
 */
export function conclude(
  workspace: Workspace,
  job: CaseJob,
  record: (db: Db) => Promise<void>,
  refusal?: string,
): Promise<boolean> {
  const { caseId } = job.data;
  return persist(() =>
    workspace.transact(async (db) => {
      if ((await lockCase(db, caseId)) === undefined) return false;
      if (!(await workspace.queue.complete(db, job, refusal))) return false;
      await record(db);
      // Taking in structure sets tells none: what is there is of the case's contouring.
      const progress = job.kind === "masks" ? {} : { progress: null };
      await workspace.wire.tell({ kind: "case", caseId, ...progress }, db);
      return true;
    }),
  );
}

export function isRemoved(workspace: Workspace, caseId: string): Promise<boolean> {
  return workspace.transact(async (db) => (await lockCase(db, caseId)) === undefined);
}
