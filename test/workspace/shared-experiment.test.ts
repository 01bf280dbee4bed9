/** One experiment shared by workers on a PostgreSQL server, against the same one by a single process. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { defaultTraining } from "#contract/training-configuration.ts";
import { type Progress, silentProgress } from "#core/progress.ts";
import { runExperiment } from "#experiment/experiment.ts";
import type { ExperimentRequest } from "#experiment/request.ts";
import { openPartQueue } from "#workspace/experiments/part-queue.ts";
import { shareFolds } from "#workspace/experiments/share-folds.ts";
import { openServer } from "#workspace/http/open-server.ts";
import { openDatabase } from "#workspace/store/open-database.ts";
import { openJobs } from "#workspace/work/open-jobs.ts";
import { phantomCohort } from "../shared-inputs.ts";
import { signalAt } from "../signal-at.ts";
import { openPage } from "./launch.ts";
import { type Process, shortTimes, startMember } from "./load/members.ts";
import { type PostgresServer, startPostgres } from "./postgres-server.ts";
import { builtPage } from "./serve-in-process.ts";

const folder = mkdtempSync(join(tmpdir(), "shared-experiment-"));
const never = new AbortController().signal;
const faults: unknown[] = [];
const onFault = (fault: unknown): number => faults.push(fault);
let postgres: PostgresServer;
let database: string;
let request: ExperimentRequest;
let service: Awaited<ReturnType<typeof openServer>>;

const inFolder = (name: string): ExperimentRequest => ({ ...request, out: join(folder, name) });
const trainers: Process[] = [];
const startTrainer = async (node: readonly string[] = []): Promise<Process> => {
  const trainer = await startMember({ role: "trainer", data: "", database, port: 0 }, onFault, node);
  trainers.push(trainer);
  return trainer;
};
const share = (shared: ExperimentRequest, signal: AbortSignal, progress: Progress = silentProgress) =>
  runExperiment(shared, progress, signal, shareFolds(database, shared, { progress, signal }));

beforeAll(async () => {
  const cohort = join(folder, "cohort");
  await phantomCohort(cohort, { patients: 4, seed: 5, size: 64 });
  request = {
    ...{ cohort, out: join(folder, "alone"), networks: ["modified-resnet34", "u-net"] },
    configuration: { ...defaultTraining, size: 64, width: 4, epochs: 3, batch: 4, learningRate: 3e-3 },
    ...{ widths: { "u-net": 5 }, protocol: "own", stressPatients: 0, checkpointEvery: 1, commands: [] },
    split: { seed: 1, test: 0, validation: 0, folds: 2 },
  };
  postgres = await startPostgres();
  database = await postgres.createDatabase();
  const options = { data: join(folder, "data"), database, host: "127.0.0.1", port: 0, sample: false };
  service = await openServer({
    ...options,
    page: builtPage,
    workers: 0,
    onFault,
    checkAnswers: true,
    times: shortTimes,
  });
  await runExperiment(request, silentProgress, never);
});
afterAll(async () => {
  await Promise.all(trainers.map((trainer) => trainer.kill()));
  await service.close();
  await postgres.stop();
  rmSync(folder, { recursive: true, force: true });
});

test("a worker killed amid a training, two others after it: each part is done once, and all results are those of one process", async () => {
  const shared = inFolder("shared");
  // By the process that trains, as soon as there is a checkpoint: it has not trained on by then.
  const first = await startTrainer(signalAt("checkpoint.safetensors", "SIGKILL", "ppid"));
  const ended = share(shared, never);
  ended.catch(() => undefined);
  await first.ended();
  const otherTrainers = await Promise.all([startTrainer(), startTrainer()]);
  await ended;
  for (const other of otherTrainers) await other.end();
  const trained = trainings(shared).map((path) =>
    JSON.parse(readFileSync(join(path, "trained.json"), "utf8")),
  );
  // That of the killed worker went on from its checkpoint: no clock saw all of it. No other one was begun twice.
  expect(trained.map(({ elapsedMs }) => elapsedMs === null).filter(Boolean)).toHaveLength(1);
  expect(readdirSync(join(shared.out, "fold-1")).sort()).toEqual(["modified-resnet34", "u-net"]);
  expectEqual(shared, request);
  const { rows } = await postgresRows("select state from pgboss.job where name = 'experiment'");
  expect(rows.map(({ state }) => state)).toEqual(Array(6).fill("completed"));
  expect(faults).toEqual([]);
});

test("asked to stop, it cancels what waits, what goes on saves itself, and one process alone goes on from there", async () => {
  const shared = inFolder("stopped");
  const stopping = new AbortController();
  const [trainer, ended] = [await startTrainer(), share(shared, stopping.signal).catch((error) => error)];
  await checkpointIn(shared);
  stopping.abort();
  expect(await ended).toMatchObject({ code: "cancelled" });
  const { rows } = await postgresRows(
    "select state from pgboss.job where name = 'experiment' and state not in ('completed', 'cancelled')",
  );
  expect(rows).toEqual([]);
  const saved = () => readdirSync(shared.out, { recursive: true, encoding: "utf8" });
  // No longer in the attempt's folder, whose name has the job's id. Who asked waits for that, but on a busy machine not to its end.
  await expect.poll(() => saved().filter((name) => /^fold-\d.[\w-]+\./.test(name))).toEqual([]);
  // One, or more where the stop came after it was done.
  const begunTrainings = saved().flatMap((name) => {
    const [, fold = "", network = ""] = /^(fold-\d).([\w-]+).checkpoint/.exec(name) ?? [];
    return fold === "" ? [] : [`${fold.replace("-", " ")}, ${network}: training`];
  });
  expect(begunTrainings).not.toEqual([]);
  const steps: string[] = [];
  const recording: Progress = {
    report: (name, done) => void (name.endsWith(": training") && steps.push(`${name} ${done}`)),
  };
  await runExperiment(shared, recording, never);
  // Each of the others, and none of these, from its first step.
  expect(steps.filter((step) => step.endsWith(" 1"))).toHaveLength(4 - begunTrainings.length);
  for (const training of begunTrainings) expect(steps).not.toContain(`${training} 1`);
  await trainer.end();
  expectEqual(shared, request);
});

test("what a part cannot do ends the experiment with its reason, and nothing of it waits any more", async () => {
  const shared = { ...inFolder("refused"), configuration: { ...request.configuration, learningRate: 1e30 } };
  const trainer = await startTrainer();
  await expect(share(shared, never)).rejects.toMatchObject({ code: "loss-not-finite" });
  const { rows } = await postgresRows(
    "select state from pgboss.job where name = 'experiment' and state in ('created', 'retry', 'active')",
  );
  expect(rows).toEqual([]);
  await trainer.end();
});

test("what is worked on and how far it is stands on the page of the department", async () => {
  const opened = await openDatabase(database, "worker");
  const jobs = await openJobs(opened, onFault, shortTimes);
  const parts = await openPartQueue(opened, jobs);
  const open = await openPage(`${service.url}/#/department`);
  try {
    const id = await parts.ask({ request: inFolder("lung study"), part: { fold: 2, network: "u-net" } });
    // Asked for twice it is one job.
    expect(await parts.ask({ request: inFolder("lung study"), part: { fold: 2, network: "u-net" } })).toBe(
      id,
    );
    const job = await parts.take();
    if (job === undefined) throw new Error("no job");
    expect([job.id, await parts.take()]).toEqual([id, undefined]);
    await parts.beat(job, { stage: "fold 2, u-net: training", done: 120, total: 400 });
    const row = open.page.getByTestId("parts").getByRole("row").filter({ hasText: "lung study" });
    await row.getByText("fold 2, u-net: training").waitFor();
    expect(await row.textContent()).toContain("120 of 400");
    await open.page.getByTestId("work").getByText("Parts of experiments").waitFor();
    await parts.cancel([id]);
    expect(await parts.beat(job, undefined)).toBe(false);
    await open.page.getByTestId("parts").waitFor({ state: "detached" });
    expect(open.faults).toEqual([]);
  } finally {
    await open.close();
    await jobs.close();
    await opened.close();
  }
});

/** Everything but what clocks said. */
function expectEqual(actual: ExperimentRequest, expected: ExperimentRequest): void {
  const compared = (out: string) =>
    readdirSync(out, { recursive: true, encoding: "utf8" })
      .filter((name) => /(model\.onnx|loss\.csv|\.nii\.gz)$|^[\w-]+\.csv$/.test(name))
      .sort();
  const names = compared(expected.out);
  expect(names.length).toBeGreaterThanOrEqual(4 * 2 + 8 + 3);
  expect(compared(actual.out)).toEqual(names);
  for (const name of names)
    expect([
      name,
      readFileSync(join(actual.out, name)).equals(readFileSync(join(expected.out, name))),
    ]).toEqual([name, true]);
  expect(withoutClocks(actual)).toEqual(withoutClocks(expected));
}

function withoutClocks({ out }: ExperimentRequest): unknown {
  const clocks = new Set(["elapsedMs", "sliceMs", "patientSeconds", "startedAt", "finishedAt"]);
  const text = readFileSync(join(out, "result.json"), "utf8");
  return JSON.parse(text, (name, value) => (clocks.has(name) ? undefined : value));
}

function trainings({ out }: ExperimentRequest): string[] {
  return ["fold-1", "fold-2"].flatMap((fold) =>
    readdirSync(join(out, fold)).map((name) => join(out, fold, name)),
  );
}

/** Until a training has one, in an attempt's folder. */
async function checkpointIn({ out }: ExperimentRequest): Promise<void> {
  for (;;) {
    const names = existsSync(out) ? readdirSync(out, { recursive: true, encoding: "utf8" }) : [];
    if (names.some((name) => /^fold-\d.[\w-]+\.[\w.-]+.checkpoint\.safetensors$/.test(name))) return;
    await setTimeout(20);
  }
}

const postgresRows = async (text: string): Promise<pg.QueryResult> => {
  const client = new pg.Client({ connectionString: database });
  await client.connect();
  try {
    return await client.query(text);
  } finally {
    await client.end();
  }
};
