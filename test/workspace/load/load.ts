/**
 * A workspace under load: series are uploaded to a service without workers of its own, workers contour them on a PostgreSQL
 * server, and processes and connections are killed meanwhile, at random by a seed. At the end the records say what came of it.
 */
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { inflateRawSync } from "node:zlib";
import pg from "pg";
import { createRandom, type Random } from "#core/random.ts";
import { openDatabase } from "#workspace/store/open-database.ts";
import { storescu } from "../../pacs/clinic-server.ts";
import { freePort } from "../../pacs/orthanc.ts";
import { createClient } from "../client.ts";
import { type ObjectStoreServer, pointToStore } from "../object-store-server.ts";
import { type PostgresServer, startPostgres } from "../postgres-server.ts";
import { type Process, startMember } from "./members.ts";
import { writeSmallSeries } from "./small-series.ts";

export type LoadOptions = {
  readonly series: number;
  readonly slices: number;
  readonly workers: number;
  /** How many times something is killed. */
  readonly kills: number;
  readonly seed: number;
  /** How series come: so many folders in one upload after another, or over so many DICOM associations at once. */
  readonly by: { readonly uploadsOf: number } | { readonly associations: number };
  /** Keep the files there, every process in a folder of its own; it is killed as well. */
  readonly store?: ObjectStoreServer;
};

type Kill = "worker" | "connections" | "service" | "store";

export type LoadResult = {
  /** Cases by their state. */
  readonly states: Readonly<Record<string, number>>;
  /** Series with exactly one case, one contour, whose files are those of its record, and three jobs that were completed. */
  readonly exact: number;
  /** What is wrong with the others. */
  readonly wrong: readonly string[];
  readonly kills: Readonly<Record<Kill, number>>;
  /** Attempts at jobs beyond the first. */
  readonly retries: number;
  /** Requests that were answered with 503 or not at all, and were made again. */
  readonly repeated: number;
  readonly faults: readonly string[];
  readonly seconds: number;
};

/** Between two kills, so that there is something to kill. */
const [shortestPauseMs, longestPauseMs] = [300, 1500];
/** Of a process that recorded a result and lives. */
const longestCleanUpMs = 10_000;

export async function runLoad(options: LoadOptions): Promise<LoadResult> {
  const folder = mkdtempSync(join(tmpdir(), "load-"));
  const postgres = await startPostgres();
  const [data, incoming] = [join(folder, "data"), join(folder, "incoming")];
  const series = writeSmallSeries(incoming, { count: options.series, slices: options.slices });
  const database = await postgres.createDatabase();
  const faults: string[] = [];
  const dicomPort = "associations" in options.by ? await freePort() : undefined;
  const { store } = options;
  const bucket = await store?.createBucket();
  const files = bucket && `s3://${bucket}`;
  if (store !== undefined) pointToStore(store.keys, store.endpoint);
  const start = (role: "service" | "worker", name: string, port = 0): Promise<Process> => {
    const memberData = store === undefined ? data : join(folder, name);
    return startMember({ role, data: memberData, database, files, port, dicomPort }, (fault) =>
      faults.push(fault),
    );
  };
  let service = await start("service", "service");
  const port = Number(new URL(service.url).port);
  const names = Array.from({ length: options.workers }, (_, at) => `worker-${at}`);
  const workers = await Promise.all(names.map((name) => start("worker", name)));
  const members = {
    workers,
    restartWorker: async (at: number) => {
      await workers[at].kill();
      workers[at] = await start("worker", names[at]);
    },
    restartService: async () => {
      await service.kill();
      service = await start("service", "service", port);
    },
    store,
  };
  const began = performance.now();
  try {
    const killing = kill(postgres, members, options);
    const folders = series.map((name) => join(incoming, name));
    const repeated =
      "associations" in options.by
        ? await sendOver(options.by.associations, folders, dicomPort ?? 0)
        : await upload(service.url, folders, options.by.uploadsOf);
    const kills = await killing;
    await settled(database, options.series);
    const seconds = (performance.now() - began) / 1000;
    const filesOf =
      store === undefined || bucket === undefined ? inFolder(data) : await inStore(database, store, bucket);
    const attempts = store === undefined ? [data] : names.map((name) => join(folder, name));
    const result = await account(database, filesOf);
    const wrong = [...result.wrong, ...(await leftAttempts(attempts))];
    return { ...result, wrong, kills, repeated, faults, seconds };
  } finally {
    await Promise.all([service, ...workers].map((member) => member.kill()));
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Of a case: the files of its automatic contours that the records know, what is odd about others, cases with files. */
type FilesOf = {
  masks(caseId: string): readonly Uint8Array[];
  odd?(caseId: string): string | undefined;
  readonly cases: readonly string[];
};

function inFolder(data: string): FilesOf {
  const cases = join(data, "cases");
  return {
    masks: (id) =>
      readdirSync(join(cases, id, "automatic")).map((model) =>
        readFileSync(join(cases, id, "automatic", model, "mask.bin")),
      ),
    cases: readdirSync(cases),
  };
}

async function inStore(database: string, store: ObjectStoreServer, bucket: string): Promise<FilesOf> {
  const objects = await store.objects(bucket);
  const client = new pg.Client({ connectionString: database });
  await client.connect();
  const { rows } = await client.query("select case_id, path, sha256 from files");
  await client.end();
  const keyOf = ({ case_id, sha256 }: (typeof rows)[number]): string => `cases/${case_id}/${sha256}`;
  return {
    masks: (id) =>
      rows
        .filter(({ case_id, path }) => case_id === id && /^automatic\/.*\/mask\.bin$/.test(path))
        .map((row) => objects.get(keyOf(row)) ?? new Uint8Array()),
    odd: (id) => {
      const caseRows = rows.filter(({ case_id }) => case_id === id);
      const isWhole = (row: (typeof rows)[number]): boolean =>
        createHash("sha256")
          .update(objects.get(keyOf(row)) ?? "")
          .digest("hex") === row.sha256;
      return caseRows.every(isWhole) ? undefined : "has a file that the store lost";
    },
    cases: [...new Set([...objects.keys()].flatMap((key) => /^cases\/(.+)\//.exec(key)?.[1] ?? []))],
  };
}

type Members = {
  readonly store: ObjectStoreServer | undefined;
  readonly workers: readonly Process[];
  restartWorker(at: number): Promise<void>;
  restartService(): Promise<void>;
};

async function kill(
  postgres: PostgresServer,
  members: Members,
  { kills, seed }: LoadOptions,
): Promise<Record<Kill, number>> {
  const random = createRandom(seed);
  const done: Record<Kill, number> = { worker: 0, connections: 0, service: 0, store: 0 };
  for (let at = 0; at < kills; at++) {
    await setTimeout(shortestPauseMs + random.next() * (longestPauseMs - shortestPauseMs));
    const kind = choose(random, members.store !== undefined);
    done[kind]++;
    if (kind === "worker") await members.restartWorker(Math.floor(random.next() * members.workers.length));
    else if (kind === "service") await members.restartService();
    else if (kind === "store") await restart(members.store);
    else await terminate(postgres, random);
  }
  return done;
}

async function restart(store: ObjectStoreServer | undefined): Promise<void> {
  await store?.kill();
  await store?.start();
}

function choose(random: Random, withStore: boolean): Kill {
  if (withStore && random.next() < 0.3) return "store";
  const drawn = random.next();
  if (drawn < 0.5) return "worker";
  return drawn < 0.85 ? "connections" : "service";
}

/** About half of the connections, the service's and the workers', in the midst of whatever they do. */
async function terminate(postgres: PostgresServer, random: Random): Promise<void> {
  const { rows } = await postgres.query(
    "select pid from pg_stat_activity where application_name = 'delineate' order by pid",
  );
  const pids = rows.map(({ pid }) => pid).filter(() => random.next() < 0.5);
  await postgres.query("select pg_terminate_backend(pid) from unnest($1::integer[]) as pid", [pids]);
}

/** As a scanner does: a series that was not taken whole is sent again. Gives how often. */
async function sendOver(associations: number, folders: readonly string[], port: number): Promise<number> {
  const waiting = [...folders];
  let repeated = 0;
  const sender = async (): Promise<void> => {
    for (let folder = waiting.shift(); folder !== undefined; folder = waiting.shift())
      while ((await storescu(port, [folder])).status !== 0) {
        repeated++;
        await setTimeout(250);
      }
  };
  await Promise.all(Array.from({ length: associations }, sender));
  return repeated;
}

/** As a person or a gateway would: what was not answered is sent again. Gives how often. */
async function upload(url: string, folders: readonly string[], together: number): Promise<number> {
  const client = createClient(url);
  let repeated = 0;
  for (let from = 0; from < folders.length; from += together) {
    for (let isSent = false; !isSent; ) {
      try {
        const { uploadId } = await client.call("beginUpload", {}, {});
        for (const folder of folders.slice(from, from + together))
          for (const file of readdirSync(folder)) {
            const path = join(folder, file);
            const { ok, status } = await client.send(uploadId, path, readFileSync(path));
            if (!ok) throw new Error(`a file was answered with ${status}`);
          }
        await client.call("finishUpload", { uploadId }, {});
        isSent = true;
      } catch {
        repeated++;
        await setTimeout(250);
      }
    }
  }
  return repeated;
}

/** Nothing waits and nothing is going on any more. */
async function settled(database: string, series: number): Promise<void> {
  const reader = await openDatabase(database, "worker");
  try {
    for (;;) {
      const { executeSql } = reader.boss.db;
      const cases = await executeSql(
        "select count(*)::integer as n from cases where state in ('to-review', 'failed')",
      );
      const jobs = await executeSql(
        "select count(*)::integer as n from pgboss.job where state < 'completed'",
      );
      if (cases.rows[0].n >= series && jobs.rows[0].n === 0) return;
      await setTimeout(200);
    }
  } finally {
    await reader.close();
  }
}

/** What is wrong, if folders of attempts stay. Who recorded the last result removes its own a moment after. */
async function leftAttempts(folders: readonly string[]): Promise<string[]> {
  const complaints = (): string[] =>
    folders.flatMap((folder) =>
      readdirSync(join(folder, "attempts")).flatMap((kind) =>
        readdirSync(join(folder, "attempts", kind)).map((id) => `an attempt at ${kind} ${id} was left`),
      ),
    );
  const until = performance.now() + longestCleanUpMs;
  while (complaints().length > 0 && performance.now() < until) await setTimeout(100);
  return complaints();
}

type Account = Pick<LoadResult, "states" | "exact" | "wrong" | "retries">;

async function account(database: string, files: FilesOf): Promise<Account> {
  const reader = await openDatabase(database, "worker");
  try {
    const { db, boss } = reader;
    const cases = await db.selectFrom("cases").select(["id", "state", "series_uid", "failure"]).execute();
    const states: Record<string, number> = {};
    const wrong: string[] = [];
    for (const { id, state, series_uid, failure } of cases) {
      states[state] = (states[state] ?? 0) + 1;
      const contours = await db.selectFrom("automatic").selectAll().where("case_id", "=", id).execute();
      const jobs = await boss.db.executeSql(
        "select name, state, count(*)::integer as n from pgboss.job where data->>'caseId' = $1 and name <> 'given-up' group by 1, 2 order by 1",
        [id],
      );
      const jobStates = jobs.rows.map(({ name, state: ended, n }) => `${name} ${ended} ${n}`).join(", ");
      const say = (fault: string): number => wrong.push(`${series_uid}: ${fault}`);
      const odd = files.odd?.(id);
      if (state !== "to-review") say(`is ${state}: ${failure}`);
      else if (contours.length !== 1) say(`has ${contours.length} contours`);
      else if (jobStates !== "masks completed 1, prepare completed 1, segment completed 1") say(jobStates);
      else if (odd !== undefined) say(odd);
      else if (files.masks(id).length !== 1) say(`has ${files.masks(id).length} masks`);
      else if (!isOfRecord(files.masks(id)[0], contours[0].gtv_voxels)) say("has another mask");
    }
    const unknownCases = files.cases.filter((name) => !cases.some(({ id }) => id === name));
    wrong.push(...unknownCases.map((name) => `there are files of ${name}, which is no case`));
    const { rows } = await boss.db.executeSql(
      "select coalesce(sum(retry_count), 0)::integer as n from pgboss.job",
    );
    return { states, exact: cases.length - wrong.length, wrong, retries: rows[0].n };
  } finally {
    await reader.close();
  }
}

/** The mask has as many voxels as the record says. */
function isOfRecord(file: Uint8Array, gtvVoxels: readonly number[]): boolean {
  const mask = inflateRawSync(file);
  const inside = mask.reduce((sum, value) => sum + value, 0);
  return inside === gtvVoxels.reduce((sum, count) => sum + count, 0);
}
