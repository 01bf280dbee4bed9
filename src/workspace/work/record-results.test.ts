/** What work on a case leaves in its records beside what it was asked for. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { caseRow, firstAutomatic } from "#workspace/records/case-rows.ts";
import { setState } from "#workspace/records/cases.ts";
import { openWorkspace, type Workspace } from "#workspace/workspace.ts";
import { emptyWorkspace } from "../../../test/shared-inputs.ts";
import { bareCase, bareVersion } from "../../../test/workspace/bare-case.ts";
import type { Segmented } from "./case-tasks.ts";
import { caseWork, recordFailure } from "./case-work.ts";
import { recordSegmented } from "./record-results.ts";
import { createTaskRunner, type TaskRunner } from "./task-runner.ts";

let data: string;
let workspace: Workspace;
beforeAll(async () => {
  data = mkdtempSync(join(tmpdir(), "record-results-"));
  emptyWorkspace(data);
  workspace = await openWorkspace(data);
});
afterAll(async () => {
  await workspace.close();
  rmSync(data, { recursive: true });
});

const contourBy = (digest: string): Segmented => ({
  ...{ name: "a model", version: "1", digest, helpers: [], trainedOn: { summary: "", details: [] } },
  ...{ threshold: 0.5, gtvVoxels: [1], uncertainVoxels: [0], msPerSlice: 1, volumeCc: 1 },
  expected: { dsc: null, meanError: null, doubtful: false, reasons: [], perSlice: null },
});

test("the first contour stays the first, though the clock of who made it was ahead of the second one's", async () => {
  const { db } = workspace;
  const caseId = await bareCase(db);
  expect(await recordSegmented(db, caseId, contourBy("first"))).toBe(true);
  const inAnHour = new Date(Date.now() + 3600_000);
  await db.updateTable("automatic").set({ finished_at: inAnHour }).where("case_id", "=", caseId).execute();
  expect(await recordSegmented(db, caseId, contourBy("second"))).toBe(true);
  expect((await firstAutomatic(db, caseId))?.model_digest).toBe("first");
});

test("a contour by another model, or that it failed, leaves a case that was sent back where it is", async () => {
  const { db, queue } = workspace;
  const caseId = await bareCase(db);
  const reviewId = await bareVersion(db, caseId, { number: 1, digest: "signed" });
  await db.updateTable("reviews").set({ state: "open" }).where("id", "=", reviewId).execute();
  const tasks = createTaskRunner();
  const contouring: TaskRunner = { ...tasks, segment: async () => contourBy("another") };
  const { work } = caseWork(workspace, { reading: tasks, contouring, idle: () => undefined });
  const segment = async () => {
    await workspace.transact((within) =>
      queue.add(within, "segment", { caseId, modelId: workspace.modelId }),
    );
    return queue.take("contouring");
  };
  for (const fails of [false, true]) {
    await workspace.transact((within) => setState(within, caseId, "sent-back"));
    const job = await segment();
    if (job === undefined) throw new Error("there is no job");
    if (fails) await workspace.transact((within) => recordFailure(within, job, "out of memory"));
    else await work.segment(job);
    expect(await caseRow(db, caseId)).toMatchObject({
      state: "sent-back",
      failure: fails ? "out of memory" : null,
    });
  }
  await tasks.stop();
});

test("that the work on structure sets was given up is a finding, and no failure of the case", async () => {
  const { db } = workspace;
  const caseId = await bareCase(db);
  const job = { id: "1", kind: "given-up", was: "masks", priority: 0, retryCount: 0 } as const;
  const data = { caseId, modelId: workspace.modelId };
  await workspace.transact((within) => recordFailure(within, { ...job, data }, "It ended unexpectedly."));
  expect(await caseRow(db, caseId)).toMatchObject({
    ...{ state: "received", failure: null },
    findings: [expect.stringMatching(/^Structure sets .* were not taken in.*It ended unexpectedly\.$/)],
  });
});
