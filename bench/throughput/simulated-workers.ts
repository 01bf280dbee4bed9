/** The queue alone: simulated workers that take jobs and complete them without contouring, and a backlog for them. */
import { randomUUID } from "node:crypto";
import type { Database } from "#workspace/records/database.ts";
import { openDatabase } from "#workspace/store/open-database.ts";
import { openJobs } from "#workspace/work/open-jobs.ts";
import { openQueue, type Queue } from "#workspace/work/queue.ts";

type Measured = {
  readonly jobsPerSecond: number;
  /** Of taking a job and completing it, in milliseconds. */
  readonly medianMs: number;
  readonly p95Ms: number;
  /** Connections that the server had at most. */
  readonly connections: number;
};

/** In one statement, which a minute is enough for. */
const most = 50_000;

/** Makes `count` jobs wait, by the database itself: one by one would take hours for a million. */
export async function fill({ boss, db }: Database, queue: Queue, count: number): Promise<void> {
  const caseId = randomUUID();
  await boss.db.executeSql("delete from pgboss.job");
  await boss.db.executeSql(
    `insert into cases (id, series_uid, state, patient_name, patient_id, study_uid, study_date, series_description, grid, ct_ready,
      findings, sample, received_at, changed_at, kernel, patient_label)
     values ($1::uuid, $1::uuid::text, 'received', '', '', '', '', '', '{}', true, '[]', false, now(), now(), '', '')`,
    [caseId],
  );
  await queue.add(db, "segment", { caseId, modelId: "shipped" });
  for (let made = 1; made < count; made += most)
    await boss.db.executeSql(
      `insert into pgboss.job (name, data, policy, singleton_key, retry_limit, expire_seconds, heartbeat_seconds, keep_until)
       select name, data, policy, gen_random_uuid()::text, retry_limit, expire_seconds, heartbeat_seconds, keep_until
       from (select * from pgboss.job limit 1) as first, generate_series(1, $1)`,
      [Math.min(most, count - made)],
    );
  await boss.db.executeSql("analyze");
}

/** Each of `workers` has connections of its own. Ends after `seconds`. */
export async function simulate(url: string, workers: number, seconds: number): Promise<Measured> {
  const members = await Promise.all(
    Array.from({ length: workers }, async () => {
      const database = await openDatabase(url, "worker");
      const jobs = await openJobs(database, () => undefined);
      return { database, jobs, queue: await openQueue(database, jobs) };
    }),
  );
  const times: number[] = [];
  const began = performance.now();
  let connections = 0;
  await Promise.all(
    members.map(async ({ database, queue }) => {
      while (performance.now() - began < 1000 * seconds) {
        const before = performance.now();
        const job = await queue.take("contouring");
        if (job === undefined) break;
        await database.transact((db) => queue.complete(db, job));
        times.push(performance.now() - before);
      }
    }),
  );
  const tookSeconds = (performance.now() - began) / 1000;
  const count = "select count(*)::integer as n from pg_stat_activity where application_name = 'delineate'";
  connections = (await members[0].database.boss.db.executeSql(count)).rows[0].n;
  for (const { jobs, database } of members) {
    await jobs.close();
    await database.close();
  }
  times.sort((a, b) => a - b);
  const at = (part: number): number => times[Math.floor(part * (times.length - 1))];
  return { jobsPerSecond: times.length / tookSeconds, medianMs: at(0.5), p95Ms: at(0.95), connections };
}
