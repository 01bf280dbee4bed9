/**
 * The queue of work on cases, kept in the workspace's database by pg-boss: what was asked for survives a kill. A job that is
 * active belongs to the attempt that took it: the process that works on it says so now and then, and one that does not any
 * more loses the job to another. Not here: the work (runner.ts).
 */
import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import { type CommandResponse, fromKysely, type JobAttempt, PgBoss } from "pg-boss";
import type { Database, Db } from "#workspace/records/database.ts";

/**
 * Each lane is worked off by itself, its kinds in this order: what makes a CT ready to be opened, which somebody may wait for,
 * and contouring, which takes minutes. What was given up needs no work but a word to the person.
 */
const lanes = { reading: ["given-up", "prepare", "masks"], contouring: ["segment"] } as const;
export type Lane = keyof typeof lanes;
/** A job that was tried too often becomes one of this kind (a dead letter). */
const givenUp = "given-up";
const workKinds = ["prepare", "masks", "segment"] as const;
type WorkKind = (typeof workKinds)[number];
const jobKinds = [givenUp, ...workKinds] as const;

/** `modelId` is of "segment": what listModels calls it. */
type JobData = { readonly caseId: string; readonly modelId: string };
export type CaseJob = {
  readonly id: string;
  readonly kind: (typeof jobKinds)[number];
  readonly data: JobData;
  /** 0 unless somebody waits for the case. */
  readonly priority: number;
  /** From 0; with the id it names this attempt, and no other's result is taken for it. */
  readonly retryCount: number;
  /** Of a job that was given up: what it was. */
  readonly was: WorkKind | undefined;
};

type QueueState = Readonly<Record<"waiting" | "active" | "failed", number>>;

export type Queue = {
  /** Within `db`'s transaction. Nothing happens if the same work is waiting or going on. The highest priority is next. */
  add(db: Db, kind: WorkKind, data: JobData, priority?: number): Promise<void>;
  /** Within `db`'s transaction: what waits of the case comes before all else that waits. */
  hasten(db: Db, caseId: string): Promise<void>;
  /** The next job of a lane, now active; undefined if there is none. */
  take(lane: Lane): Promise<CaseJob | undefined>;
  /** So often a job that is worked on says so. */
  readonly beatEveryMs: number;
  /** Says that the job is worked on. False if it is another's by now, or was cancelled. */
  beat(job: CaseJob): Promise<boolean>;
  /**
   * Within `db`'s transaction: the job is done, or cannot be done, for the reason `refusal`. False if it is no longer this
   * attempt's; nothing may be recorded then.
   */
  complete(db: Db, job: CaseJob, refusal?: string): Promise<boolean>;
  /** It may succeed another time: after a pause it waits again, unless that was the last attempt. */
  retry(job: CaseJob, reason: string): Promise<void>;
  /** Given back before its end: whoever takes jobs next may have it at once. */
  release(job: CaseJob): Promise<void>;
  /** Within `db`'s transaction: no job of the case is waiting or active afterwards. */
  cancelAll(db: Db, caseId: string): Promise<void>;
  /** Jobs of a case, for tests and for telling what waits. */
  jobsOf(caseId: string): Promise<{ readonly kind: WorkKind; readonly state: string }[]>;
  /** How many there are of each kind, counted a few seconds ago. */
  states(): Promise<Readonly<Record<WorkKind, QueueState>>>;
  /** Processes that take part, this one among them. */
  instances(): Promise<number>;
  close(): Promise<void>;
};

export type QueueTimes = {
  /** A job of which nothing was heard for so long is another's; at least 10. */
  readonly lostAfterSeconds: number;
  /** So often lost jobs are looked for. */
  readonly lookEverySeconds: number;
  /** Before the second attempt; doubled before each further one. */
  readonly pauseSeconds: number;
};

const usualTimes: QueueTimes = { lostAfterSeconds: 30, lookEverySeconds: 10, pauseSeconds: 5 };
/** Of an embedded database: no other process can take a job over, and a disk is not kept awake for nothing. */
const aloneTimes: QueueTimes = { ...usualTimes, lookEverySeconds: 60 };

/** Long enough for any CT on a slow machine; what hangs longer than that is given up. */
const longestJobSeconds = 6 * 3600;
const longestWaitSeconds = 10 * 366 * 24 * 3600;
/** A CT that ends every process that reads it must not do so for ever. */
const mostRetries = 4;

export async function openQueue(
  database: Database,
  onError: (error: Error) => void,
  times: QueueTimes = database.shared ? usualTimes : aloneTimes,
): Promise<Queue> {
  const { lostAfterSeconds, lookEverySeconds, pauseSeconds } = times;
  const boss = new PgBoss({
    ...database.boss,
    schedule: false,
    superviseIntervalSeconds: lookEverySeconds,
    monitorIntervalSeconds: lookEverySeconds,
  });
  boss.on("error", onError);
  await boss.start();
  await boss.createQueue(givenUp, { retryLimit: mostRetries, retryDelay: pauseSeconds });
  for (const kind of workKinds) {
    await boss.createQueue(kind, {
      ...{ policy: "exclusive", deadLetter: givenUp, expireInSeconds: longestJobSeconds },
      // None is dropped for having waited too long.
      retentionSeconds: longestWaitSeconds,
      ...{ retryLimit: mostRetries, retryDelay: pauseSeconds, retryBackoff: true },
      ...(database.shared ? { heartbeatSeconds: lostAfterSeconds } : {}),
    });
    // The folder is this process's: a job that is active was cut off with the process before, and none waits for it to be lost.
    if (!database.shared)
      for (const job of await boss.findJobs(kind)) if (job.state === "active") await release(kind, job);
  }

  async function release(kind: string, job: JobAttempt): Promise<void> {
    await database.transact(async (db) => {
      const within = { db: fromKysely(db) };
      if (tookEffect(await boss.cancel(kind, job, within))) await boss.resume(kind, job.id, within);
    });
  }

  const jobIds = (db: Db, caseId: string) =>
    db.selectFrom("work").selectAll().where("case_id", "=", caseId).execute();

  return {
    beatEveryMs: (1000 * lostAfterSeconds) / 3,
    add: async (db, kind, data, priority = 0) => {
      const singletonKey = `${data.caseId} ${data.modelId}`;
      const id = randomUUID();
      const sent = await boss.send(kind, data, { id, singletonKey, priority, db: fromKysely(db) });
      if (sent === null) return;
      await db.insertInto("work").values({ job_id: id, case_id: data.caseId, kind }).execute();
      await database.wire.tell({ kind: "work" }, db);
    },
    hasten: async (db, caseId) => {
      // Who opened a patient last is the one who waits now.
      const { rows } = await sql<{ next: number }>`select nextval('haste')::integer as next`.execute(db);
      const within = { priority: rows[0].next, db: fromKysely(db) };
      for (const { job_id: id, kind } of await jobIds(db, caseId))
        await boss.update(kind, undefined, { id, ...within });
    },
    take: async (lane) => {
      for (const kind of lanes[lane]) {
        const [job] = await boss.fetch<JobData>(kind, { includeMetadata: true });
        if (job === undefined) continue;
        const { id, data, priority, retryCount } = job;
        return { id, kind, data, priority, retryCount, was: job.sourceName as WorkKind | undefined };
      }
      return undefined;
    },
    beat: async (job) => tookEffect(await boss.touch(job.kind, job)),
    complete: async (db, job, refusal) => {
      const output = refusal === undefined ? null : { refusal };
      return tookEffect(await boss.complete(job.kind, job, output, { db: fromKysely(db) }));
    },
    retry: async (job, reason) => {
      await boss.fail(job.kind, job, { reason });
    },
    release: (job) => release(job.kind, job),
    cancelAll: async (db, caseId) => {
      const within = { db: fromKysely(db) };
      for (const { job_id: id, kind } of await jobIds(db, caseId)) await boss.deleteJob(kind, id, within);
    },
    jobsOf: async (caseId) => {
      const states = [];
      for (const { job_id: id, kind } of await jobIds(database.db, caseId))
        for (const { state } of await boss.findJobs(kind, { id })) states.push({ kind, state });
      return states;
    },
    states: async () => {
      const stats = await boss.getQueues([...workKinds]);
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
