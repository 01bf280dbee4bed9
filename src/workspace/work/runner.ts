/**
 * Takes jobs from the queue, one at a time in each lane, and has them done (case-work.ts); what cannot be done is given up with
 * a reason. Reading a patient waits for no contouring, and what somebody opened is next.
 */
import { DelineateError } from "#core/errors.ts";
import { caseRow } from "#workspace/records/case-rows.ts";
import { restingState, setState } from "#workspace/records/cases.ts";
import { findModel, shippedModelId } from "#workspace/records/models.ts";
import type { Workspace } from "#workspace/workspace.ts";
import { announceIfThere, caseWork } from "./case-work.ts";
import type { CaseJob, Lane } from "./queue.ts";
import { createTaskRunner } from "./task-runner.ts";

export type Runner = {
  /** There may be new work. */
  wake(): void;
  /** Ends what is going on for this case, if anything is. */
  cancel(caseId: string): Promise<void>;
  /** Contouring pauses while it is held. */
  hold(held: boolean): void;
  /** What is going on is given up, and done again when the workspace is opened again. */
  close(): Promise<void>;
};

export function startRunner(workspace: Workspace): Runner {
  const tasks = { reading: createTaskRunner(), contouring: createTaskRunner({ background: true }) };
  const work = caseWork(workspace, tasks);
  const perform = (job: CaseJob): Promise<void> => work[job.kind](job);
  const lanes = (["reading", "contouring"] as const).map((lane) =>
    startLane(workspace, { lane, perform, stop: tasks[lane].stop, onDone: () => wake() }),
  );
  function wake(): void {
    for (const lane of lanes) lane.wake();
  }
  return {
    wake,
    cancel: async (caseId) => {
      for (const lane of lanes) await lane.cancel(caseId);
    },
    hold: tasks.contouring.hold,
    close: async () => {
      await Promise.all(lanes.map((lane) => lane.close()));
    },
  };
}

type LaneWork = {
  readonly lane: Lane;
  readonly perform: (job: CaseJob) => Promise<void>;
  /** Ends what is being performed, which fails then. */
  readonly stop: () => Promise<void>;
  /** A job is done: there may be new ones in another lane. */
  readonly onDone: () => void;
};

/** Works off one lane of the queue. */
function startLane(workspace: Workspace, { lane, perform, stop, onDone }: LaneWork): Omit<Runner, "hold"> {
  const { queue, feed } = workspace;
  let current: CaseJob | undefined;
  let closed = false;
  let awake: Promise<void> | undefined;
  let asked = false;

  async function workOff(): Promise<void> {
    while (asked && !closed) {
      asked = false;
      for (let job = await queue.take(lane); job !== undefined; job = await queue.take(lane)) {
        current = job;
        await carryOut(job);
        current = undefined;
        if (closed) return;
        onDone();
      }
    }
  }

  async function carryOut(job: CaseJob): Promise<void> {
    const { caseId } = job.data;
    try {
      await perform(job);
    } catch (error) {
      // Closing gives the job up as it is: it is active, and the next start takes it up.
      if (closed) return;
      await giveUp(workspace, job, error);
    } finally {
      // Taking in structure sets tells none: what is there is of the case's contouring.
      if (job.kind !== "masks") feed.progress.delete(caseId);
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
      if (current?.data.caseId === caseId) await stop();
    },
    close: async () => {
      closed = true;
      await stop();
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

/** Somebody waits for this case: what is to be done for it comes next. Throws `not-found`. */
export async function hasten({ transact, queue }: Workspace, caseId: string): Promise<void> {
  await transact(async (db) => {
    await caseRow(db, caseId);
    await queue.hasten(db, caseId);
  });
}
