/** The server's clock is set back by an hour while work waits. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import type { ExperimentRequest } from "#experiment/request.ts";
import { shippedModelId } from "#workspace/records/models.ts";
import { openWorkspace } from "#workspace/workspace.ts";
import { emptyWorkspace } from "../../../test/shared-inputs.ts";
import { bareCase } from "../../../test/workspace/bare-case.ts";

test("what waited to be contoured or trained waits no hour longer", async () => {
  const data = mkdtempSync(join(tmpdir(), "clock-"));
  emptyWorkspace(data);
  const { db, transact, queue, parts, close } = await openWorkspace(data);
  const caseId = await bareCase(db);
  await transact((within) => queue.add(within, "segment", { caseId, modelId: shippedModelId }));
  const part = { fold: 0, network: "u-net" } as const;
  await parts.ask({ request: { out: "/study" } as ExperimentRequest, part });
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() - 3600 * 1000 });
  expect((await queue.take("contouring"))?.data.caseId).toBe(caseId);
  expect((await parts.take())?.data.part).toEqual(part);
  vi.useRealTimers();
  await close();
  rmSync(data, { recursive: true, force: true });
});
