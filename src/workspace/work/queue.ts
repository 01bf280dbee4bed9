/**
 * The queue of work on cases, kept in the workspace's database by pg-boss: what was asked for survives a kill. One process
 * owns a data folder, so that a job which is active when it starts was cut off, and is queued again at once. Not here: the
 * work (runner.ts).
 */
import { fromKysely, fromPglite, PgBoss } from "pg-boss";
import type { Database, Db } from "#workspace/records/database.ts";

/**
 * Each lane is worked off by itself, its kinds in this order: what makes a CT ready to be opened, which somebody may wait for,
 * and contouring, which takes minutes.
 */
const lanes = { reading: ["prepare", "masks"], contouring: ["segment"] } as const;
export type Lane = keyof typeof lanes;
type JobKind = (typeof lanes)[Lane][number];
const jobKinds: readonly JobKind[] = [...lanes.reading, ...lanes.contouring];

/** `modelId` is of "segment": what listModels calls it. */
type JobData = { readonly caseId: string; readonly modelId: string };
export type CaseJob = {
  readonly id: string;
  readonly kind: JobKind;
  readonly data: JobData;
  /** 0 unless somebody waits for the case. */
  readonly priority: number;
};

export type Queue = {
  /** Within `db`'s transaction. Nothing happens if the same work is waiting or going on. The highest priority is next. */
  add(db: Db, kind: JobKind, data: JobData, priority?: number): Promise<void>;
  /** Within `db`'s transaction: what waits of the case comes before all else that waits. */
  hasten(db: Db, caseId: string): Promise<void>;
  /** The next job of a lane, now active; undefined if there is none. */
  take(lane: Lane): Promise<CaseJob | undefined>;
  /** Within `db`'s transaction. False if the job is no longer active: it was cancelled. */
  complete(db: Db, job: CaseJob): Promise<boolean>;
  fail(job: CaseJob, reason: string): Promise<void>;
  /** Within `db`'s transaction: no job of the case is waiting or active afterwards. */
  cancelAll(db: Db, caseId: string): Promise<void>;
  /** Jobs of a case, for tests and for telling what waits. */
  jobsOf(caseId: string): Promise<{ readonly kind: JobKind; readonly state: string }[]>;
  close(): Promise<void>;
};

/** Long enough for any CT on a slow machine; what hangs longer than that is given up. */
const longestJobSeconds = 6 * 3600;

export async function openQueue(database: Database, onError: (error: Error) => void): Promise<Queue> {
  const boss = new PgBoss({ db: fromPglite(database.pglite), backend: "pglite", schedule: false });
  boss.on("error", onError);
  await boss.start();
  for (const kind of jobKinds) {
    await boss.createQueue(kind, { policy: "exclusive", retryLimit: 0, expireInSeconds: longestJobSeconds });
    await requeueActive(kind);
  }

  async function requeueActive(kind: JobKind): Promise<void> {
    for (const job of await boss.findJobs<JobData>(kind)) {
      if (job.state !== "active") continue;
      await database.transact(async (db) => {
        const within = { db: fromKysely(db) };
        await boss.cancel(kind, job.id, within);
        await boss.resume(kind, job.id, within);
      });
    }
  }

  return {
    add: async (db, kind, data, priority = 0) => {
      const singletonKey = `${data.caseId} ${data.modelId}`;
      await boss.send(kind, data, { singletonKey, priority, db: fromKysely(db) });
    },
    hasten: async (db, caseId) => {
      const within = { db: fromKysely(db) };
      const waiting = [];
      for (const kind of jobKinds)
        for (const { id, data, priority } of await boss.findJobs<JobData>(kind, { queued: true, ...within }))
          waiting.push({ kind, id, data, priority });
      // Who opened a patient last is the one who waits now.
      const priority = 1 + Math.max(0, ...waiting.map((job) => job.priority));
      for (const { kind, id, data } of waiting)
        if (data.caseId === caseId) await boss.update(kind, undefined, { id, priority, ...within });
    },
    take: async (lane) => {
      for (const kind of lanes[lane]) {
        const [job] = await boss.fetch<JobData>(kind, { includeMetadata: true });
        if (job !== undefined) return { id: job.id, kind, data: job.data, priority: job.priority };
      }
      return undefined;
    },
    complete: async (db, job) => {
      const within = { db: fromKysely(db) };
      const [now] = await boss.findJobs(job.kind, { id: job.id, ...within });
      if (now?.state !== "active") return false;
      await boss.complete(job.kind, job.id, null, within);
      return true;
    },
    fail: async (job, reason) => {
      await boss.fail(job.kind, job.id, { reason });
    },
    cancelAll: async (db, caseId) => {
      const within = { db: fromKysely(db) };
      for (const kind of jobKinds) {
        const jobs = await boss.findJobs<JobData>(kind, { data: { caseId }, ...within });
        for (const { id } of jobs) await boss.deleteJob(kind, id, within);
      }
    },
    jobsOf: async (caseId) => {
      const all = await Promise.all(
        jobKinds.map(async (kind) =>
          (await boss.findJobs<JobData>(kind, { data: { caseId } })).map(({ state }) => ({ kind, state })),
        ),
      );
      return all.flat();
    },
    close: () => boss.stop({ graceful: false }),
  };
}
