/** What work on a case leaves in its records beside what it was asked for. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { firstAutomatic } from "#workspace/records/case-rows.ts";
import { openWorkspace, type Workspace } from "#workspace/workspace.ts";
import { emptyWorkspace } from "../../../test/shared-inputs.ts";
import { bareCase } from "../../../test/workspace/bare-case.ts";
import type { Segmented } from "./case-tasks.ts";
import { recordSegmented } from "./record-results.ts";

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
