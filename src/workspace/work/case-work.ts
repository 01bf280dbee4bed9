/**
 * The kinds of work on a case. Each attempt writes its files apart, whole, before the one transaction that records the result,
 * moves the case on, makes the files the case's own and completes the job: killed before it, the job is done again; after it,
 * never. An attempt whose job is another's by now, or whose case was removed, records nothing.
 */
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { caseRow, lockCase } from "#workspace/records/case-rows.ts";
import { restingState, setState } from "#workspace/records/cases.ts";
import type { Db } from "#workspace/records/database.ts";
import { findModel } from "#workspace/records/models.ts";
import { isConnectionLoss } from "#workspace/store/connection-loss.ts";
import { persist } from "#workspace/store/persist.ts";
import type { Workspace } from "#workspace/workspace.ts";
import { publish } from "./publish.ts";
import type { CaseJob, Lane } from "./queue.ts";
import { newMaskFiles, recordMasks, recordPrepared, recordSegmented } from "./record-results.ts";
import type { TaskProgress, TaskRunner } from "./task-runner.ts";

type CaseWork = Readonly<Record<CaseJob["kind"], (job: CaseJob) => Promise<void>>>;

/** `tasks`: the process of each lane. */
export function caseWork(workspace: Workspace, tasks: Readonly<Record<Lane, TaskRunner>>): CaseWork {
  const { queue, wire } = workspace;

  async function prepare(job: CaseJob): Promise<void> {
    const { caseId } = job.data;
    // Being read is being received still: nothing is segmented yet.
    const { series_uid } = await caseRow(workspace.db, caseId);
    await inPlace(job, async (place) => {
      const task = { kind: "prepare", ...place, seriesUid: series_uid } as const;
      const prepared = await tasks.reading.prepare(task, report(caseId));
      return async (db) => {
        await recordPrepared(db, caseId, prepared);
        // Others may be prepared before this one is contoured.
        await setState(db, caseId, await restingState(db, caseId));
        await queue.add(db, "masks", job.data, job.priority);
        await queue.add(db, "segment", job.data, job.priority);
        return true;
      };
    });
  }

  async function masks(job: CaseJob): Promise<void> {
    const { caseId } = job.data;
    const { files, firstNumber } = await newMaskFiles(workspace, caseId);
    // Before its CT is read a case has no grid for them; preparing it asks for this again.
    const { ct_ready } = await caseRow(workspace.db, caseId);
    await inPlace(job, async (place) => {
      const task = { kind: "masks", ...place, files, firstNumber } as const;
      const nothing = { findings: [], imported: [] };
      const masks =
        files.length === 0 || !ct_ready ? nothing : await tasks.reading.masks(task, () => undefined);
      return async (db) => {
        await recordMasks(db, caseId, masks);
        return true;
      };
    });
  }

  async function segment(job: CaseJob): Promise<void> {
    const { caseId, modelId } = job.data;
    const model = await findModel(workspace.models, modelId);
    await begin(job);
    await inPlace(job, async (place) => {
      const task = { kind: "segment", ...place, model: model.path } as const;
      const segmented = await tasks.contouring.segment(task, report(caseId));
      return async (db) => {
        const isNew = await recordSegmented(db, caseId, segmented);
        await setState(db, caseId, await restingState(db, caseId));
        return isNew;
      };
    });
  }

  /**
   * Has `work` write into a folder of this attempt; what it returns records the result, and says whether the files belong to it.
   */
  async function inPlace(
    job: CaseJob,
    work: (place: Place) => Promise<(db: Db) => Promise<boolean>>,
  ): Promise<void> {
    const { caseId } = job.data;
    const folder = workspace.folderOf(caseId);
    const attempts = folder.attempts(job.id);
    const attempt = join(attempts, String(job.retryCount));
    await mkdir(attempt, { recursive: true });
    let isDone = false;
    try {
      const record = await work({ cases: workspace.cases, caseId, attempt });
      isDone = await conclude(workspace, job, async (db) => {
        if (await record(db)) await publish(attempt, folder.root);
      });
    } finally {
      // Done, nothing is left of attempts that were killed either; until then another one may be writing there.
      await rm(isDone ? attempts : attempt, { recursive: true, force: true });
      // Removed meanwhile, its folder too, which this attempt made again.
      if (await persist(() => isRemoved(workspace, caseId)))
        await rm(folder.root, { recursive: true, force: true });
    }
  }

  /** The case is shown as being segmented from now. */
  async function begin({ data: { caseId } }: CaseJob): Promise<void> {
    await workspace.transact(async (db) => {
      await lockCase(db, caseId);
      const { state } = await caseRow(db, caseId);
      if (["received", "to-review", "failed"].includes(state)) await setState(db, caseId, "segmenting");
      await wire.tell({ kind: "case", caseId }, db);
    });
  }

  function report(caseId: string): (progress: TaskProgress) => void {
    return (progress) => {
      wire.tell({ kind: "case", caseId, progress }).catch((error: unknown) => {
        if (!isConnectionLoss(error)) workspace.onFault(error);
      });
    };
  }

  return { prepare, masks, segment, "given-up": (job) => recordGivenUp(workspace, job) };
}

type Place = { readonly cases: string; readonly caseId: string; readonly attempt: string };

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

function isRemoved(workspace: Workspace, caseId: string): Promise<boolean> {
  return workspace.transact(async (db) => (await lockCase(db, caseId)) === undefined);
}

/** A job that ended too many processes, or failed too often. */
async function recordGivenUp(workspace: Workspace, job: CaseJob): Promise<void> {
  await conclude(workspace, job, (db) =>
    recordFailure(
      db,
      job,
      "The work on this CT ended unexpectedly several times, perhaps for want of memory. Try again; if it fails again, please report it.",
    ),
  );
}

/** `failure`: the sentence that the worklist shows. */
export async function recordFailure(db: Db, job: CaseJob, failure: string): Promise<void> {
  const { caseId } = job.data;
  // A structure set that cannot be taken in is no hindrance to contouring.
  if ((job.was ?? job.kind) === "masks") return;
  const resting = await restingState(db, caseId);
  // A contour or a review that is there already is not lost by a second model's failure.
  await setState(db, caseId, resting === "received" ? "failed" : resting, { failure });
}
