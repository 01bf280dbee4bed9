/**
 * The queue of the parts of experiments (experiment/run-part.ts), beside that of the cases and in the same database. Whoever
 * asks and whoever works need to share the experiment's folders, and no workspace's.
 */
import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { basename } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fromKysely } from "pg-boss";
import type { WorkFacts } from "#contract/workspace/work.ts";
import { DelineateError, type ErrorCode } from "#core/errors.ts";
import type { ExperimentRequest } from "#experiment/request.ts";
import type { Part } from "#experiment/run-part.ts";
import type { Database, Db } from "#workspace/records/database.ts";
import { type Job, type Jobs, type QueueState, startAfter } from "#workspace/work/open-jobs.ts";

const kind = "experiment";

/** The request's folders are absolute. */
export type PartData = { readonly request: ExperimentRequest; readonly part: Part };
export type PartJob = Job<typeof kind, PartData>;

/** PartData as JSON text: the database would put an object's keys in an order of its own, and a model file holds them as they are. */
type StoredData = { readonly text: string };

export type PartProgress = { readonly stage: string; readonly done: number; readonly total: number };

export type PartState =
  | { readonly state: "waiting" | "done" | "cancelled" }
  | ({ readonly state: "active"; readonly worker: string } & PartProgress)
  | { readonly state: "failed"; readonly why: DelineateError };

export type PartQueue = {
  /** Gives the job's id: of the one that waits or goes on already, if there is one. */
  ask(data: PartData): Promise<string>;
  take(): Promise<PartJob | undefined>;
  /** The job is not worked on here any more; what was saved of it is in its place. */
  leave(job: PartJob): Promise<void>;
  /** Says that the job is worked on, and how far it is. False if it is another's by now, or was cancelled. */
  beat(job: PartJob, progress: PartProgress | undefined): Promise<boolean>;
  /** Within `db`'s transaction: it is done, or cannot be done. False if it is no longer this attempt's. */
  complete(db: Db, job: PartJob, refusal?: DelineateError): Promise<boolean>;
  retry(job: PartJob, reason: string): Promise<void>;
  release(job: PartJob): Promise<void>;
  stateOf(id: string): Promise<PartState>;
  /**
   * None of them waits or goes on afterwards: who works on one saves it when it next says so, which is awaited, though not for
   * longer than after which a worker counts as lost.
   */
  cancel(ids: readonly string[]): Promise<void>;
  /** Of an experiment that nobody waits for any more. */
  forget(experiment: string): Promise<void>;
  /** What is worked on now. */
  active(): Promise<WorkFacts["parts"]>;
  states(): Promise<Readonly<Record<typeof kind, QueueState>>>;
};

/** The longest that pg-boss lets a job be active; the worker lays a part down before (part-lane.ts). */
const longestSeconds = 24 * 3600;
const lookEveryMs = 200;
/** A test ends a fold: what was begun comes to its end first. */
const testPriority = 1;

export async function openPartQueue(
  { db, transact, wire }: Pick<Database, "db" | "transact" | "wire">,
  jobs: Jobs,
): Promise<PartQueue> {
  await jobs.keep(kind, { seconds: longestSeconds });
  const { boss } = jobs;

  const rowOf = (id: string) =>
    db.selectFrom("experiment_parts").selectAll().where("job_id", "=", id).executeTakeFirst();

  return {
    ask: (data) =>
      transact(async (within) => {
        const { request, part } = data;
        const place = { experiment: request.out, fold: part.fold, network: part.network ?? "" };
        const id = randomUUID();
        const singletonKey = `${place.experiment} ${place.fold} ${place.network}`;
        const priority = part.network === null ? testPriority : 0;
        const stored: StoredData = { text: JSON.stringify(data) };
        const options = { id, singletonKey, priority, startAfter: startAfter(), db: fromKysely(within) };
        const sent = await boss.send(kind, stored, options);
        const parts = within.selectFrom("experiment_parts").select("job_id");
        const foldParts = parts.where("experiment", "=", place.experiment).where("fold", "=", place.fold);
        const existingPart = await foldParts.where("network", "=", place.network).executeTakeFirst();
        if (sent === null && existingPart !== undefined) return existingPart.job_id;
        const row = { job_id: id, ...place, worker: "", stage: "", done: 0, total: 0 };
        await within
          .insertInto("experiment_parts")
          .values(row)
          .onConflict((conflict) => conflict.columns(["experiment", "fold", "network"]).doUpdateSet(row))
          .execute();
        await wire.tell({ kind: "work" }, within);
        return id;
      }),
    take: () =>
      transact(async (within) => {
        const job = await jobs.take<typeof kind, StoredData>([kind], within);
        if (job === undefined) return undefined;
        await setWorker(within, job, hostname());
        return { ...job, data: parsed(job.data) };
      }),
    leave: (job) => setWorker(db, job, ""),
    beat: async (job, progress) => {
      if (!(await jobs.beat(job))) return false;
      await db
        .updateTable("experiment_parts")
        .set({ worker: hostname(), ...progress })
        .where("job_id", "=", job.id)
        .execute();
      return true;
    },
    complete: (within, job, refusal) => {
      const why = refusal && { refusal: { code: refusal.code, message: refusal.message } };
      return jobs.complete(within, job, why ?? null);
    },
    retry: jobs.retry,
    release: jobs.release,
    stateOf: async (id) => {
      const job = await jobs.find<StoredData>(kind, id);
      if (job === undefined || job.state === "cancelled") return { state: "cancelled" };
      if (job.state === "created" || job.state === "retry") return { state: "waiting" };
      if (job.state === "failed") return { state: "failed", why: givenUp(parsed(job.data).part, job.output) };
      if (job.state === "completed") {
        const refusal = refusalOf(job.output);
        return refusal === undefined ? { state: "done" } : { state: "failed", why: refusal };
      }
      const { worker = "", stage = "", done = 0, total = 0 } = (await rowOf(id)) ?? {};
      return { state: "active", worker, stage, done, total };
    },
    cancel: async (ids) => {
      if (ids.length === 0) return;
      await boss.cancel(kind, [...ids]);
      const until = performance.now() + jobs.lostAfterMs;
      while (performance.now() < until && (await areWorkedOn(db, ids))) await pause(lookEveryMs);
    },
    forget: async (experiment) => {
      await db.deleteFrom("experiment_parts").where("experiment", "=", experiment).execute();
    },
    active: async () => {
      const rows = await db.selectFrom("experiment_parts").selectAll().where("worker", "!=", "").execute();
      const states = await Promise.all(rows.map(({ job_id }) => jobs.find(kind, job_id)));
      return rows
        .filter((_, at) => states[at]?.state === "active")
        .map(({ experiment, worker, stage, done, total }) => ({
          ...{ experiment: basename(experiment), worker, stage, done, total },
        }));
    },
    states: () => jobs.states([kind]),
  };
}

async function setWorker(db: Db, { id }: Pick<PartJob, "id">, worker: string): Promise<void> {
  await db.updateTable("experiment_parts").set({ worker }).where("job_id", "=", id).execute();
}

async function areWorkedOn(db: Db, ids: readonly string[]): Promise<boolean> {
  const rows = db.selectFrom("experiment_parts").select("job_id").where("job_id", "in", ids);
  return (await rows.where("worker", "!=", "").executeTakeFirst()) !== undefined;
}

function parsed({ text }: StoredData): PartData {
  return JSON.parse(text);
}

function refusalOf(output: object | null): DelineateError | undefined {
  if (output === null || !("refusal" in output)) return undefined;
  const { code, message } = output.refusal as { readonly code: ErrorCode; readonly message: string };
  return new DelineateError(code, message);
}

/** `output`: the reason of the last attempt, where a process lived to give one. */
function givenUp({ fold, network }: Part, output: object | null): DelineateError {
  const what = network === null ? `The test of fold ${fold}` : `The training of ${network} in fold ${fold}`;
  const reason = output !== null && "reason" in output ? `: ${String(output.reason)}` : "";
  return new DelineateError(
    "not-ready",
    `${what} ended unexpectedly several times${reason}. Run the same command again to go on from its checkpoint; where memory is short, with a smaller batch.`,
  );
}
