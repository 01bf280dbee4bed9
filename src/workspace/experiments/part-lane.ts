/**
 * Takes parts of experiments from the queue, one at a time, and has each computed by a process of its own. An attempt that is
 * not heard of stops by itself, as well as one that is another's by now; what it saved, the next one goes on from.
 */
import { DelineateError } from "#core/errors.ts";
import { attemptFolder, conclude, layDown } from "#experiment/attempt-folder.ts";
import { folderOfPart } from "#experiment/run-part.ts";
import type { Database } from "#workspace/records/database.ts";
import { isConnectionLoss } from "#workspace/store/connection-loss.ts";
import { persist } from "#workspace/store/persist.ts";
import { type JobFacts, startLane } from "#workspace/work/lane.ts";
import type { Jobs } from "#workspace/work/open-jobs.ts";
import { createPartProcess } from "./part-process.ts";
import type { PartJob, PartProgress, PartQueue } from "./part-queue.ts";

type Place = {
  readonly database: Pick<Database, "transact" | "wire" | "shared">;
  readonly jobs: Jobs;
  readonly parts: PartQueue;
  readonly onFault: (error: unknown) => void;
  /** Told of each attempt at a part when it has ended. */
  readonly onJob?: ((facts: JobFacts) => void) | undefined;
};

type PartLane = { close(): Promise<void> };

/** Jobs whose pause is over, and those that nobody told of. */
const lookEveryMs = 5_000;
/** A job may be active for a day (part-queue.ts): before that it is laid down, and taken up again. */
const longestAttemptMs = 20 * 3600 * 1000;

export function startPartLane({ database, jobs, parts, onFault, onJob }: Place): PartLane {
  const part = createPartProcess();
  let progress: PartProgress | undefined;
  let heardMs = 0;

  async function beat(job: PartJob): Promise<boolean> {
    try {
      const isOwn = await parts.beat(job, progress);
      heardMs = performance.now();
      return isOwn;
    } catch (error) {
      // Another one may have it by now, which cannot be asked.
      if (isConnectionLoss(error) && performance.now() - heardMs > jobs.lostAfterMs) return false;
      throw error;
    }
  }

  async function perform(job: PartJob): Promise<void> {
    try {
      await attemptAt(job);
    } finally {
      await persist(() => parts.leave(job));
    }
  }

  async function attemptAt(job: PartJob): Promise<void> {
    const { request, part: what } = job.data;
    const training = folderOfPart(request, what);
    const attempt = attemptFolder(training ?? "", `${job.id}.${job.retryCount}`);
    progress = undefined;
    heardMs = performance.now();
    const tooLong = setTimeout(() => part.stop().catch(onFault), longestAttemptMs);
    try {
      await part.run(job.data, attempt, (now) => {
        progress = now;
      });
    } finally {
      clearTimeout(tooLong);
    }
    const isOwn = await persist(() =>
      database.transact(async (db) => {
        if (!(await parts.complete(db, job))) return false;
        if (training !== undefined) await conclude(training, attempt);
        return true;
      }),
    );
    // Cancelled or another's a moment before: it is whole all the same, and whoever comes next finds it done.
    if (!isOwn && training !== undefined) await layDown(training, attempt);
  }

  async function giveUp(job: PartJob, error: unknown): Promise<void> {
    if (!(error instanceof DelineateError)) {
      if (!isConnectionLoss(error)) onFault(error);
      await parts.retry(job, isConnectionLoss(error) ? "the database was away" : "a fault of the program");
    } else if (error.code === "cancelled") await parts.release(job);
    // Another machine may see the folder.
    else if (error.code === "other-workspace") await parts.retry(job, error.message);
    else await persist(() => database.transact((db) => parts.complete(db, job, error)));
  }

  const lane = startLane<PartJob>({
    ...{ take: parts.take, beatEveryMs: jobs.beatEveryMs, beat, perform, stop: part.stop, giveUp },
    ...{ release: parts.release, shared: database.shared, onFault },
    onEnd: ({ kind, data: { part: what }, retryCount }, facts) =>
      onJob?.({ kind, fold: what.fold, part: what.network ?? "test", attempt: retryCount + 1, ...facts }),
  });
  const unhear = database.wire.hear(({ kind }) => {
    if (kind === "work" || kind === "again") lane.wake();
  });
  const timer = setInterval(lane.wake, lookEveryMs);
  lane.wake();
  return {
    close: async () => {
      unhear();
      clearInterval(timer);
      await lane.close();
    },
  };
}
