/** The order of the work on a real queue: two patients dropped, and the one that somebody opened. */
import { mkdtempSync, rmSync } from "node:fs";
import { copyFile, mkdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { shippedModel } from "#model/run/load-model.ts";
import { setState } from "#workspace/records/cases.ts";
import { openWorkspace, type Workspace } from "#workspace/workspace.ts";
import { emptyWorkspace, phantomFolder } from "../../../test/shared-inputs.ts";
import { askForSegmentation, hasten } from "./ask.ts";
import { caseWork } from "./case-work.ts";
import { createTaskRunner } from "./task-runner.ts";
import { importFolder } from "./upload/import-cases.ts";

let workspace: Workspace;
let data: string;
const ids: string[] = [];
const tasks = createTaskRunner();

beforeAll(async () => {
  data = mkdtempSync(join(tmpdir(), "queue-"));
  emptyWorkspace(data);
  workspace = await openWorkspace(data);
  for (const seed of [41, 42, 43]) {
    const { cases } = await importFolder(workspace, await phantomFolder(seed, 64));
    ids.push(cases[0].id);
  }
});
afterAll(async () => {
  await tasks.stop();
  await workspace.close();
  rmSync(data, { recursive: true, force: true });
});

test("the patient that was opened last is read and contoured first, then those in the order they came", async () => {
  const [first, second, third] = ids;
  await hasten(workspace, second);
  await hasten(workspace, third);
  const { work } = caseWork(workspace, { reading: tasks, contouring: tasks, idle: () => undefined });
  const takenJobs: string[] = [];
  for (let job = await workspace.queue.take("reading"); job; job = await workspace.queue.take("reading")) {
    takenJobs.push(`${job.kind} ${job.data.caseId}`);
    await work[job.kind](job);
  }
  const both = (id: string): string[] => [`prepare ${id}`, `masks ${id}`];
  expect(takenJobs.filter((job) => job.startsWith("prepare"))).toEqual(
    [third, second, first].map((id) => `prepare ${id}`),
  );
  expect(takenJobs.toSorted()).toEqual(ids.flatMap(both).toSorted());
  // Opened while another waits to be contoured that was opened before.
  await hasten(workspace, first);
  const contoured: string[] = [];
  for (let at = 0; at < 3; at++)
    contoured.push((await workspace.queue.take("contouring"))?.data.caseId ?? "");
  expect(contoured).toEqual([first, third, second]);
});

test("masks of one case are read by one job, whichever model its CT came for", async () => {
  const [caseId] = ids;
  await workspace.transact(async (db) => {
    for (const modelId of ["one.onnx", "other.onnx"])
      await workspace.queue.add(db, "masks", { caseId, modelId });
  });
  const waiting = (await workspace.queue.jobsOf(caseId)).filter(
    ({ kind, state }) => kind === "masks" && state === "created",
  );
  expect(waiting).toHaveLength(1);
});

test("a case is contoured by the model that it came for, or the workspace's, also when it is tried again", async () => {
  const ownModel = "own.onnx";
  await mkdir(workspace.models, { recursive: true });
  await copyFile(shippedModel, join(workspace.models, ownModel));
  const { cases } = await importFolder(workspace, await phantomFolder(45, 64), { modelId: ownModel });
  const [{ id }] = cases;
  await workspace.transact(async (db) => {
    await workspace.queue.cancelAll(db, id);
    await setState(db, id, "failed", { failure: "its model was not there" });
  });
  await askForSegmentation(workspace, id, null);
  const next = await workspace.queue.take("reading");
  expect(next?.data).toEqual({ caseId: id, modelId: ownModel });
  if (next !== undefined) await workspace.transact((db) => workspace.queue.cancelAll(db, next.data.caseId));
  const other = mkdtempSync(join(tmpdir(), "queue-"));
  await expect(openWorkspace(other, () => undefined, { modelId: ownModel })).rejects.toThrow(
    /no model own.onnx/u,
  );
  await mkdir(join(other, "models"));
  await copyFile(shippedModel, join(other, "models", ownModel));
  emptyWorkspace(other);
  const chosen = await openWorkspace(other, () => undefined, { modelId: ownModel });
  await importFolder(chosen, await phantomFolder(46, 64));
  expect((await chosen.queue.take("reading"))?.data.modelId).toBe(ownModel);
  await chosen.close();
  rmSync(other, { recursive: true, force: true });
  await rm(join(workspace.models, ownModel));
  await expect(askForSegmentation(workspace, id, null)).rejects.toThrow(/no model own.onnx/u);
});

test("a patient is read while another is being contoured", async () => {
  const { cases } = await importFolder(workspace, await phantomFolder(44, 64));
  const states = await workspace.queue.jobsOf(ids[0]);
  expect(states).toContainEqual({ kind: "segment", state: "active" });
  expect((await workspace.queue.take("reading"))?.data.caseId).toBe(cases[0].id);
});

test("contouring pauses while it is held, before its first batch, and goes on", async () => {
  const heldTasks = createTaskRunner({ background: true });
  const reported: string[] = [];
  try {
    const model = fileURLToPath(shippedModel);
    const task = {
      kind: "segment",
      cases: workspace.cases,
      caseId: ids[0],
      model,
      attempt: join(data, "attempt"),
    } as const;
    // Both processes have all that they need in memory.
    for (const warm of [tasks, heldTasks]) await warm.segment(task, () => undefined);
    heldTasks.hold(true);
    const paused = heldTasks.segment(task, ({ stage }) => reported.push(stage));
    // Another process contours the same patient meanwhile, from the first slice to the last.
    const whole = await tasks.segment(task, () => undefined);
    expect(reported).toEqual([]);
    heldTasks.hold(false);
    expect({ ...(await paused), msPerSlice: 0 }).toEqual({ ...whole, msPerSlice: 0 });
    expect(reported).toContain("segmenting");
  } finally {
    await heldTasks.stop();
  }
});

test("who is not there is not hastened", async () => {
  await expect(hasten(workspace, crypto.randomUUID())).rejects.toMatchObject({ code: "not-found" });
});
