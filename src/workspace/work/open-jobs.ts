/**
 * Jobs in the workspace's database, kept by pg-boss: what was asked for survives a kill. A job that is active belongs to the
 * attempt that took it: the process that works on it says so now and then, and one that does not any more loses the job to
 * another. What kinds there are is not here (queue.ts, ../experiments/part-queue.ts).
 */
import { type CommandResponse, fromKysely, type JobAttempt, type JobWithMetadata, PgBoss } from "pg-boss";
import type { Database, Db } from "#workspace/records/database.ts";

export type Job<Kind extends string, Data> = {
  readonly id: string;
  readonly kind: Kind;
  readonly data: Data;
  /** Of those that wait the highest is next. */
  readonly priority: number;
  /** From 0; with the id it names this attempt, and no other's result is taken for it. */
  readonly retryCount: number;
  /** Of a job that was given up (a dead letter): its kind before. */
  readonly was: string | undefined;
};
type AnyJob = Job<string, unknown>;

export type QueueTimes = {
  /** A job of which nothing was heard for so long is another's; at least 10. */
  readonly lostAfterSeconds: number;
  /** So often lost jobs are looked for. */
  readonly lookEverySeconds: number;
  /** Before the second attempt; doubled before each further one. */
  readonly pauseSeconds: number;
};

export type Jobs = {
  readonly boss: PgBoss;
  /** A job of which nothing was heard for so long is another's. */
  readonly lostAfterMs: number;
  /** So often a job that is worked on says so. */
  readonly beatEveryMs: number;
  /** Makes the queue of a kind. A job that was tried too often becomes one of the kind `deadLetter`. */
  keep(kind: string, most: { readonly seconds: number; readonly deadLetter?: string }): Promise<void>;
  /** The next job of the first kind that has any, now active: within `db`'s transaction where one is given. */
  take<Kind extends string, Data extends object>(
    kinds: readonly Kind[],
    db?: Db,
  ): Promise<Job<Kind, Data> | undefined>;
  /** Says that the job is worked on. False if it is another's by now, or was cancelled. */
  beat(job: AnyJob): Promise<boolean>;
  /** Within `db`'s transaction: the job is done. False if it is no longer this attempt's; nothing may be recorded then. */
  complete(db: Db, job: AnyJob, output: object | null): Promise<boolean>;
  /** It may succeed another time: after a pause it waits again, unless that was the last attempt. */
  retry(job: AnyJob, reason: string): Promise<void>;
  /** Given back before its end: whoever takes jobs next may have it at once. */
  release(job: AnyJob): Promise<void>;
  find<Data extends object>(kind: string, id: string): Promise<JobWithMetadata<Data> | undefined>;
  /** How many there are of each kind, counted a few seconds ago. */
  states<Kind extends string>(kinds: readonly Kind[]): Promise<Record<Kind, QueueState>>;
  /** Processes that take part, this one among them. */
  instances(): Promise<number>;
  close(): Promise<void>;
};

export type QueueState = Readonly<Record<"waiting" | "active" | "failed", number>>;

const usualTimes: QueueTimes = { lostAfterSeconds: 30, lookEverySeconds: 10, pauseSeconds: 5 };
/** Of an embedded database: no other process can take a job over, and a disk is not kept awake for nothing. */
const aloneTimes: QueueTimes = { ...usualTimes, lookEverySeconds: 60 };

const longestWaitSeconds = 10 * 366 * 24 * 3600;
/** A CT that ends every process that reads it must not do so for ever. */
const mostRetries = 4;

/** When a job may begin: as if it had been asked for a day ago, so that one that waits while the clock is set back is not put off by as much. */
export function startAfter(): Date {
  return new Date(Date.now() - 24 * 3600 * 1000);
}

export async function openJobs(
  database: Database,
  onError: (error: Error) => void,
  times: QueueTimes = database.shared ? usualTimes : aloneTimes,
): Promise<Jobs> {
  const { lostAfterSeconds, lookEverySeconds, pauseSeconds } = times;
  const boss = new PgBoss({
    ...database.boss,
    schedule: false,
    superviseIntervalSeconds: lookEverySeconds,
    monitorIntervalSeconds: lookEverySeconds,
  });
  boss.on("error", onError);
  await boss.start();

  async function release(kind: string, job: JobAttempt): Promise<void> {
    await database.transact(async (db) => {
      const within = { db: fromKysely(db) };
      if (tookEffect(await boss.cancel(kind, job, within))) await boss.resume(kind, job.id, within);
    });
  }

  return {
    boss,
    lostAfterMs: 1000 * lostAfterSeconds,
    beatEveryMs: (1000 * lostAfterSeconds) / 3,
    keep: async (kind, { seconds, deadLetter }) => {
      if (deadLetter !== undefined)
        await boss.createQueue(deadLetter, { retryLimit: mostRetries, retryDelay: pauseSeconds });
      await boss.createQueue(kind, {
        ...{ policy: "exclusive", expireInSeconds: seconds },
        ...(deadLetter === undefined ? {} : { deadLetter }),
        // None is dropped for having waited too long.
        retentionSeconds: longestWaitSeconds,
        ...{ retryLimit: mostRetries, retryDelay: pauseSeconds, retryBackoff: true },
        ...(database.shared ? { heartbeatSeconds: lostAfterSeconds } : {}),
      });
      // The folder is this process's: a job that is active was cut off with the process before, and none waits for it to be lost.
      if (!database.shared)
        for (const job of await boss.findJobs(kind)) if (job.state === "active") await release(kind, job);
    },
    take: async <Kind extends string, Data extends object>(kinds: readonly Kind[], db?: Db) => {
      const within = db && { db: fromKysely(db) };
      for (const kind of kinds) {
        const [job] = await boss.fetch<Data>(kind, { ...within, includeMetadata: true });
        if (job === undefined) continue;
        const { id, data, priority, retryCount } = job;
        return { id, kind, data, priority, retryCount, was: job.sourceName ?? undefined };
      }
      return undefined;
    },
    beat: async (job) => tookEffect(await boss.touch(job.kind, job)),
    complete: async (db, job, output) =>
      tookEffect(await boss.complete(job.kind, job, output, { db: fromKysely(db) })),
    retry: async (job, reason) => {
      await boss.fail(job.kind, job, { reason });
    },
    release: (job) => release(job.kind, job),
    find: async <Data extends object>(kind: string, id: string) =>
      (await boss.findJobs<Data>(kind, { id })).at(0),
    states: async <Kind extends string>(kinds: readonly Kind[]) => {
      const stats = await boss.getQueues([...kinds]);
      const states = stats.map(({ name, queuedCount, activeCount, failedCount }) => [
        name,
        { waiting: queuedCount, active: activeCount, failed: failedCount },
      ]);
      return Object.fromEntries(states);
    },
    instances: async () => (await boss.getInstances()).filter(({ live }) => live).length,
    close: () => boss.stop({ graceful: false }),
  };
}

/** Of one job: false if it was not this attempt's, or not active. */
function tookEffect(response: CommandResponse): boolean {
  return "affected" in response && response.affected === 1;
}
