/** The queue of work on cases. Not here: what all jobs have in common (open-jobs.ts), who takes them (runner.ts), the work (case-work.ts). */
import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import { fromKysely } from "pg-boss";
import type { Database, Db } from "#workspace/records/database.ts";
import { type Job, type Jobs, type QueueState, startAfter } from "./open-jobs.ts";

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

/** `modelId`: what listModels calls the model that contours the case. A job of "prepare" hands it on; one of "masks" has no use for it. */
type JobData = { readonly caseId: string; readonly modelId: string };
/** Its priority is 0 unless somebody waits for the case. */
export type CaseJob = Job<WorkKind | typeof givenUp, JobData>;

export type Queue = {
  /** Within `db`'s transaction. Nothing happens if the same work is waiting or going on. The highest priority is next. */
  add(db: Db, kind: WorkKind, data: JobData, priority?: number): Promise<void>;
  /** Within `db`'s transaction: what waits of the case comes before all else that waits. */
  hasten(db: Db, caseId: string): Promise<void>;
  /** The next job of a lane, now active; undefined if there is none. */
  take(lane: Lane): Promise<CaseJob | undefined>;
  readonly beatEveryMs: number;
  beat(job: CaseJob): Promise<boolean>;
  /**
   * Within `db`'s transaction: the job is done, or cannot be done, for the reason `refusal`. False if it is no longer this
   * attempt's; nothing may be recorded then.
   */
  complete(db: Db, job: CaseJob, refusal?: string): Promise<boolean>;
  /** Waits or is worked on, by whomever; false for one that ended or is not known. */
  isOpen(kind: string, id: string): Promise<boolean>;
  retry(job: CaseJob, reason: string): Promise<void>;
  release(job: CaseJob): Promise<void>;
  /** Within `db`'s transaction: no job of the case is waiting or active afterwards. */
  cancelAll(db: Db, caseId: string): Promise<void>;
  /** Jobs of a case, for tests and for telling what waits. */
  jobsOf(caseId: string): Promise<{ readonly kind: WorkKind; readonly state: string }[]>;
  /** How many there are of each kind, counted a few seconds ago. */
  states(): Promise<Readonly<Record<WorkKind, QueueState>>>;
};

/** Long enough for any CT on a slow machine; what hangs longer than that is given up. */
const longestJobSeconds = 6 * 3600;

export async function openQueue(database: Database, jobs: Jobs): Promise<Queue> {
  const { boss } = jobs;
  for (const kind of workKinds) await jobs.keep(kind, { seconds: longestJobSeconds, deadLetter: givenUp });

  const jobIds = (db: Db, caseId: string) =>
    db.selectFrom("work").selectAll().where("case_id", "=", caseId).execute();

  return {
    add: async (db, kind, data, priority = 0) => {
      // A case's masks are numbered one after the other, by one process: no model has a part in them.
      const singletonKey = kind === "masks" ? data.caseId : `${data.caseId} ${data.modelId}`;
      const id = randomUUID();
      const options = { id, singletonKey, priority, startAfter: startAfter(), db: fromKysely(db) };
      const sent = await boss.send(kind, data, options);
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
    take: (lane) => jobs.take<CaseJob["kind"], JobData>(lanes[lane]),
    beatEveryMs: jobs.beatEveryMs,
    beat: jobs.beat,
    complete: (db, job, refusal) => jobs.complete(db, job, refusal === undefined ? null : { refusal }),
    isOpen: async (kind, id) => {
      const job = await jobs.find(kind, id);
      return job !== undefined && ["created", "retry", "active"].includes(job.state);
    },
    retry: jobs.retry,
    release: jobs.release,
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
    states: () => jobs.states(workKinds),
  };
}
