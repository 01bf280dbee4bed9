/** Takes jobs from the queue, one at a time, and has them done (case-work.ts); what cannot be done is given up with a reason. */
import { DelineateError } from "#core/errors.ts";
import { caseRow } from "#workspace/records/case-rows.ts";
import { restingState, setState } from "#workspace/records/cases.ts";
import { findModel, shippedModelId } from "#workspace/records/models.ts";
import type { Workspace } from "#workspace/workspace.ts";
import { announceIfThere, caseWork } from "./case-work.ts";
import type { CaseJob } from "./queue.ts";
import { createTaskRunner } from "./task-runner.ts";

export type Runner = {
  /** There may be new work. */
  wake(): void;
  /** Ends what is going on for this case, if anything is. */
  cancel(caseId: string): Promise<void>;
  /** What is going on is given up, and done again when the workspace is opened again. */
  close(): Promise<void>;
};

export function startRunner(workspace: Workspace): Runner {
  const { queue, feed } = workspace;
  const tasks = createTaskRunner();
  const work = caseWork(workspace, tasks);
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

  async function perform(job: CaseJob): Promise<void> {
    const { caseId } = job.data;
    try {
      await work[job.kind](job);
    } catch (error) {
      // Closing gives the job up as it is: it is active, and the next start takes it up.
      if (closed) return;
      await giveUp(workspace, job, error);
    } finally {
      feed.progress.delete(caseId);
    }
    if (!closed) await announceIfThere(workspace, caseId);
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

async function giveUp(workspace: Workspace, job: CaseJob, error: unknown): Promise<void> {
  const { queue, transact } = workspace;
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
