/**
 * Takes jobs from the queue, one at a time in each lane, and has them done (case-work.ts). Reading a patient waits for no
 * contouring, and what somebody opened is next. What may pass is tried again after a pause; what cannot be done is given up
 * with its reason.
 */
import { DelineateError } from "#core/errors.ts";
import { isAway } from "#workspace/files/file-store.ts";
import { isConnectionLoss } from "#workspace/store/connection-loss.ts";
import type { Workspace } from "#workspace/workspace.ts";
import { conclude, isRemoved, sweepAttempts } from "./attempt.ts";
import { caseWork, type Processes, recordFailure } from "./case-work.ts";
import { type JobFacts, startLane } from "./lane.ts";
import type { CaseJob, Lane } from "./queue.ts";
import { createTaskRunner, type TaskRunner } from "./task-runner.ts";

export type Runner = {
  /** There may be new work. */
  wake(): void;
  /** Somebody may bring work before long: the processes start, a moment later, and need not be waited for then. */
  expectWork(): void;
  /** Ends what is going on for this case in this process, if anything is. */
  cancel(caseId: string): Promise<void>;
  /** Contouring pauses while it is held. */
  hold(held: boolean): void;
  /** What is going on is given back, and done again by whoever takes it. */
  close(): Promise<void>;
};

/** For jobs whose pause is over, those that nobody told of, and what attempts left. */
const lookEveryMs = 5_000;

/** What is shown meanwhile comes first. */
const expectAfterMs = 2_000;

type RunnerOptions = {
  /** So many patients at once; 0: nothing is done here at all. */
  readonly contours?: number | undefined;
  /** Told of each attempt at a job when it has ended. */
  readonly onJob?: ((facts: JobFacts) => void) | undefined;
};

export function startRunner(workspace: Workspace, { contours = 1, onJob }: RunnerOptions = {}): Runner {
  const reading = createTaskRunner();
  const contouring = Array.from({ length: contours }, () => createTaskRunner({ background: true }));
  const contourLanes = contouring.map((tasks): CaseLane => {
    const processes = { reading, contouring: tasks, idle: () => undefined };
    return startCaseLane(workspace, "contouring", processes, onJob);
  });
  const idle = (): TaskRunner | undefined =>
    contouring.find((tasks, at) => tasks.isFree() && contourLanes[at].current() === undefined);
  const lanes = [...contourLanes];
  if (contours > 0)
    lanes.unshift(startCaseLane(workspace, "reading", { reading, contouring: contouring[0], idle }, onJob));
  const wake = (): void => {
    for (const lane of lanes) lane.wake();
  };
  const cancel = async (caseId: string): Promise<void> => {
    for (const lane of lanes) await lane.cancel(caseId);
  };
  /** The processes, and what the one that is to read needs. */
  const start = (reads?: TaskRunner): void => {
    for (const tasks of contours > 0 ? [reading, ...contouring] : []) tasks.warm(tasks === reads);
  };
  const unhear = workspace.wire.hear((message) => {
    if (message.kind === "coming") start(idle() ?? reading);
    if (message.kind === "work" || message.kind === "again") wake();
    if (message.kind === "cancel") cancel(message.caseId).catch(workspace.onFault);
  });
  let expecting: NodeJS.Timeout | undefined;
  let sweeping: Promise<void> = Promise.resolve();
  const sweep = (): void => {
    const isOurs = (id: string): boolean => lanes.some((lane) => lane.current()?.id === id);
    const work = async (): Promise<void> => {
      if (contours === 0) return;
      await workspace.files.check();
      await sweepAttempts(workspace, isOurs);
    };
    sweeping = sweeping.then(work).catch((error: unknown) => {
      // It passes.
      if (!isConnectionLoss(error) && !isAway(error)) workspace.onFault(error);
    });
  };
  const timer = setInterval(() => {
    wake();
    sweep();
  }, lookEveryMs);
  sweep();
  return {
    wake,
    expectWork: () => {
      expecting ??= setTimeout(() => start(), expectAfterMs);
    },
    cancel,
    hold: (held) => {
      for (const tasks of contouring) tasks.hold(held);
    },
    close: async () => {
      unhear();
      clearInterval(timer);
      clearTimeout(expecting);
      await Promise.all(lanes.map((lane) => lane.close()));
      await Promise.all([sweeping, ...[reading, ...contouring].map((tasks) => tasks.stop())]);
    },
  };
}

type CaseLane = Omit<Runner, "hold" | "expectWork"> & {
  /** The job that it works on. */
  current(): CaseJob | undefined;
};

/** Works off one lane of the queue. */
function startCaseLane(
  workspace: Workspace,
  lane: Lane,
  processes: Processes,
  onJob: RunnerOptions["onJob"],
): CaseLane {
  const { queue, files, shared } = workspace;
  const { work, stop } = caseWork(workspace, processes);
  const caseLane = startLane<CaseJob>({
    // None while there are no files to work on: it waits for them, and is not tried in vain.
    take: async () => {
      await files.check();
      return queue.take(lane);
    },
    ...{ beatEveryMs: queue.beatEveryMs, beat: queue.beat, release: queue.release, stop, shared },
    perform: (job) => work[job.kind](job),
    giveUp: (job, error) => giveUp(workspace, job, error),
    onEnd: ({ kind, data, retryCount }, facts) =>
      onJob?.({ kind, caseId: data.caseId, attempt: retryCount + 1, ...facts }),
    onFault: (error) => {
      // It passes.
      if (!isAway(error)) workspace.onFault(error);
    },
  });
  return {
    wake: caseLane.wake,
    close: caseLane.close,
    current: caseLane.current,
    cancel: async (caseId) => {
      if (caseLane.current()?.data.caseId === caseId) await stop();
    },
  };
}

async function giveUp(workspace: Workspace, job: CaseJob, error: unknown): Promise<void> {
  // The job has no part in it and waits as it did before. The lane looks again in a while.
  if (isAway(error)) {
    await workspace.queue.release(job);
    await workspace.wire.tell({ kind: "case", caseId: job.data.caseId, progress: null });
    throw error;
  }
  const passes = isConnectionLoss(error);
  if (error instanceof DelineateError && error.code !== "cancelled" && !passes) {
    const { message, code } = error;
    await conclude(workspace, job, (db) => recordFailure(db, job, message), code);
    return;
  }
  // A job that was taken while its case was removed finds no files.
  const { caseId } = job.data;
  const isFault = !(error instanceof DelineateError) && !passes && !(await isRemoved(workspace, caseId));
  if (isFault) workspace.onFault(error);
  await workspace.queue.retry(job, error instanceof DelineateError ? error.code : "unexpected");
  await workspace.wire.tell({ kind: "case", caseId, progress: null });
}
