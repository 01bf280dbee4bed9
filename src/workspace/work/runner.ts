/**
 * Takes jobs from the queue, one at a time, and records what came out. The files are whole before the one transaction that
 * records a result, moves the case on and completes the job: killed before it, the job is done again; after it, never. A
 * case that was removed in the meantime has no job to complete, and nothing is recorded.
 */
import { DelineateError } from "#core/errors.ts";
import { caseRow } from "#workspace/records/case-rows.ts";
import { announce, restingState, setState } from "#workspace/records/cases.ts";
import { findModel, shippedModelId } from "#workspace/records/models.ts";
import type { Workspace } from "#workspace/workspace.ts";
import type { CaseJob } from "./queue.ts";
import { newMaskFiles, recordMasks, recordPrepared, recordSegmented } from "./record-results.ts";
import { createTaskRunner, type TaskProgress } from "./task-runner.ts";

export type Runner = {
  /** There may be new work. */
  wake(): void;
  /** Ends what is going on for this case, if anything is. */
  cancel(caseId: string): Promise<void>;
  /** What is going on is given up, and done again when the workspace is opened again. */
  close(): Promise<void>;
};

export function startRunner(workspace: Workspace): Runner {
  const { queue, transact, feed } = workspace;
  const tasks = createTaskRunner();
  let current: CaseJob | undefined;
  let closed = false;
  let awake: Promise<void> | undefined;
  let asked = false;

  async function workOff(): Promise<void> {
    while (asked && !closed) {
      asked = false;
      for (let job = await queue.take(); job !== undefined; job = await queue.take()) {
        current = job;
        await perform(job);
        current = undefined;
        if (closed) return;
      }
    }
  }

  const work = { prepare, masks, segment } as const;

  async function perform(job: CaseJob): Promise<void> {
    const { caseId } = job.data;
    try {
      await work[job.kind](job);
    } catch (error) {
      // Closing gives the job up as it is: it is active, and the next start takes it up.
      if (closed) return;
      await giveUp(job, error);
    } finally {
      feed.progress.delete(caseId);
    }
    if (!closed) await announceIfThere(caseId);
  }

  async function prepare(job: CaseJob): Promise<void> {
    const { caseId } = job.data;
    const { series_uid } = await begin(job);
    const task = { kind: "prepare", cases: workspace.cases, caseId, seriesUid: series_uid } as const;
    const prepared = await tasks.prepare(task, report(caseId));
    await transact(async (db) => {
      if (!(await queue.complete(db, job))) return;
      await recordPrepared(db, caseId, prepared);
      // Others may be prepared before this one is contoured.
      await setState(db, caseId, await restingState(db, caseId));
      await queue.add(db, "masks", job.data);
      await queue.add(db, "segment", job.data);
    });
  }

  async function masks(job: CaseJob): Promise<void> {
    const { caseId } = job.data;
    const { files, firstNumber } = await newMaskFiles(workspace, caseId);
    const task = { kind: "masks", cases: workspace.cases, caseId, files, firstNumber } as const;
    const nothing = { findings: [], imported: [] };
    // Before its CT is read a case has no grid for them; preparing it asks for this again.
    const { ct_ready } = await caseRow(workspace.db, caseId);
    const masks = files.length === 0 || !ct_ready ? nothing : await tasks.masks(task, () => undefined);
    await transact(async (db) => {
      if (await queue.complete(db, job)) await recordMasks(db, caseId, masks);
    });
  }

  async function segment(job: CaseJob): Promise<void> {
    const { caseId, modelId } = job.data;
    const model = await findModel(workspace.models, modelId);
    await begin(job);
    const task = { kind: "segment", cases: workspace.cases, caseId, model: model.path } as const;
    const segmented = await tasks.segment(task, report(caseId));
    await transact(async (db) => {
      if (!(await queue.complete(db, job))) return;
      await recordSegmented(db, caseId, segmented);
      await setState(db, caseId, await restingState(db, caseId));
    });
  }

  async function begin({ data: { caseId } }: CaseJob) {
    const row = await transact(async (db) => {
      const own = await caseRow(db, caseId);
      if (["received", "to-review", "failed"].includes(own.state)) await setState(db, caseId, "segmenting");
      return own;
    });
    await announce(workspace, caseId);
    return row;
  }

  function report(caseId: string): (progress: TaskProgress) => void {
    return (progress) => {
      feed.progress.set(caseId, progress);
      announceIfThere(caseId).catch(workspace.onFault);
    };
  }

  /** A case may be removed while it is worked on. */
  async function announceIfThere(caseId: string): Promise<void> {
    await announce(workspace, caseId).catch((error: unknown) => {
      if (!(error instanceof DelineateError)) throw error;
    });
  }

  async function giveUp(job: CaseJob, error: unknown): Promise<void> {
    const { caseId } = job.data;
    const told = error instanceof DelineateError;
    if (!told) workspace.onFault(error);
    const failure = told
      ? error.message
      : "The work on this CT ended unexpectedly, perhaps for want of memory. Try again; if it fails again, please report it.";
    await transact(async (db) => {
      const there = await db.selectFrom("cases").select("id").where("id", "=", caseId).executeTakeFirst();
      // A structure set that cannot be taken in is no hindrance to contouring.
      if (there === undefined || job.kind === "masks") return;
      const resting = await restingState(db, caseId);
      // A contour or a review that is there already is not lost by a second model's failure.
      const state = resting === "received" ? "failed" : resting;
      await setState(db, caseId, state, { failure });
    });
    await queue.fail(job, told ? error.code : "unexpected");
  }

  function wake(): void {
    asked = true;
    awake ??= workOff()
      .catch(workspace.onFault)
      .finally(() => {
        awake = undefined;
        // Asked for after the last look, before this line.
        if (asked && !closed) wake();
      });
  }

  return {
    wake,
    cancel: async (caseId) => {
      if (current?.data.caseId === caseId) await tasks.stop();
    },
    close: async () => {
      closed = true;
      await tasks.stop();
      await awake;
    },
  };
}

/** Queues the contouring of a case by a model. Nothing happens if there is its contour already. Throws `not-found`. */
export async function askForSegmentation(
  workspace: Workspace,
  caseId: string,
  model: string | null,
): Promise<void> {
  const { id: modelId, digest } = await findModel(workspace.models, model ?? shippedModelId);
  await workspace.transact(async (db) => {
    const row = await caseRow(db, caseId);
    const there = await db
      .selectFrom("automatic")
      .select("case_id")
      .where("case_id", "=", caseId)
      .where("model_digest", "=", digest)
      .executeTakeFirst();
    if (there !== undefined) return;
    await workspace.queue.add(db, row.ct_ready ? "segment" : "prepare", { caseId, modelId });
    if (row.state === "failed") await setState(db, caseId, "received");
  });
}
