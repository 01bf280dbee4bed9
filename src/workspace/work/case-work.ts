/**
 * The three kinds of work on a case. The files are whole before the one transaction that records a result, moves the case on
 * and completes the job: killed before it, the job is done again; after it, never. A case that was removed in the meantime
 * has no job to complete, and nothing is recorded.
 */
import { DelineateError } from "#core/errors.ts";
import { caseRow } from "#workspace/records/case-rows.ts";
import { announce, restingState, setState } from "#workspace/records/cases.ts";
import { findModel } from "#workspace/records/models.ts";
import type { Workspace } from "#workspace/workspace.ts";
import type { CaseJob, Lane } from "./queue.ts";
import { newMaskFiles, recordMasks, recordPrepared, recordSegmented } from "./record-results.ts";
import type { TaskProgress, TaskRunner } from "./task-runner.ts";

type CaseWork = Readonly<Record<CaseJob["kind"], (job: CaseJob) => Promise<void>>>;

/** `tasks`: the process of each lane. */
export function caseWork(workspace: Workspace, tasks: Readonly<Record<Lane, TaskRunner>>): CaseWork {
  const { queue, transact, feed } = workspace;

  async function prepare(job: CaseJob): Promise<void> {
    const { caseId } = job.data;
    // Being read is being received still: nothing is segmented yet.
    const { series_uid } = await caseRow(workspace.db, caseId);
    const task = { kind: "prepare", cases: workspace.cases, caseId, seriesUid: series_uid } as const;
    const prepared = await tasks.reading.prepare(task, report(caseId));
    feed.progress.delete(caseId);
    await transact(async (db) => {
      if (!(await queue.complete(db, job))) return;
      await recordPrepared(db, caseId, prepared);
      // Others may be prepared before this one is contoured.
      await setState(db, caseId, await restingState(db, caseId));
      await queue.add(db, "masks", job.data, job.priority);
      await queue.add(db, "segment", job.data, job.priority);
    });
  }

  async function masks(job: CaseJob): Promise<void> {
    const { caseId } = job.data;
    const { files, firstNumber } = await newMaskFiles(workspace, caseId);
    const task = { kind: "masks", cases: workspace.cases, caseId, files, firstNumber } as const;
    const nothing = { findings: [], imported: [] };
    // Before its CT is read a case has no grid for them; preparing it asks for this again.
    const { ct_ready } = await caseRow(workspace.db, caseId);
    const masks =
      files.length === 0 || !ct_ready ? nothing : await tasks.reading.masks(task, () => undefined);
    await transact(async (db) => {
      if (await queue.complete(db, job)) await recordMasks(db, caseId, masks);
    });
  }

  async function segment(job: CaseJob): Promise<void> {
    const { caseId, modelId } = job.data;
    const model = await findModel(workspace.models, modelId);
    await begin(job);
    const task = { kind: "segment", cases: workspace.cases, caseId, model: model.path } as const;
    const segmented = await tasks.contouring.segment(task, report(caseId));
    await transact(async (db) => {
      if (!(await queue.complete(db, job))) return;
      await recordSegmented(db, caseId, segmented);
      await setState(db, caseId, await restingState(db, caseId));
    });
  }

  /** The case is shown as being segmented from now. */
  async function begin({ data: { caseId } }: CaseJob): Promise<void> {
    await transact(async (db) => {
      const { state } = await caseRow(db, caseId);
      if (["received", "to-review", "failed"].includes(state)) await setState(db, caseId, "segmenting");
    });
    await announce(workspace, caseId);
  }

  function report(caseId: string): (progress: TaskProgress) => void {
    return (progress) => {
      feed.progress.set(caseId, progress);
      announceIfThere(workspace, caseId).catch(workspace.onFault);
    };
  }

  return { prepare, masks, segment };
}

/** A case may be removed while it is worked on. */
export async function announceIfThere(workspace: Workspace, caseId: string): Promise<void> {
  await announce(workspace, caseId).catch((error: unknown) => {
    if (!(error instanceof DelineateError)) throw error;
  });
}
