/** The quota by itself, and what people and modalities are told when it is used up. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { operationRoutes } from "#contract/workspace/routes.ts";
import { folderBytes } from "#platform/folder-size.ts";
import { openPhantomServer } from "../../test/workspace/phantom-server.ts";
import { Quota } from "./quota.ts";

const fail = (error: unknown): void => expect.unreachable(String(error));

test("what is there and what was taken count; who makes room is let in at the next measurement", async () => {
  const folder = mkdtempSync(join(tmpdir(), "quota-"));
  mkdirSync(join(folder, "cases", "1"), { recursive: true });
  const large = join(folder, "cases", "1", "ct");
  writeFileSync(large, new Uint8Array(600));
  vi.useFakeTimers({ toFake: ["performance"] });
  try {
    const quota = new Quota(() => folderBytes(folder), 1000, fail);
    expect(await quota.usage()).toEqual({ usedBytes: 600, limitBytes: 1000 });
    await quota.admit(300);
    await expect(quota.admit(101)).rejects.toMatchObject({ code: "quota-reached" });
    await quota.admit(0);
    quota.add(100);
    await expect(quota.admit(0)).rejects.toMatchObject({ code: "quota-reached" });
    rmSync(large);
    // A moment later the folder is not walked through again.
    await expect(quota.admit(0)).rejects.toMatchObject({ code: "quota-reached" });
    vi.advanceTimersByTime(11_000);
    await quota.admit(1000);
    await new Quota(() => folderBytes(folder), undefined, fail).admit(1e15);
  } finally {
    vi.useRealTimers();
    rmSync(folder, { recursive: true, force: true });
  }
});

test("an upload is refused with a named error; the service is ready and says so, and people go on working", async () => {
  const server = await openPhantomServer(20, { contoured: "ct", quotaBytes: 1000 });
  const { client, caseId } = server;
  try {
    const { storage } = await client.call("work", {}, undefined);
    expect(storage?.usedBytes).toBeGreaterThan(1000);
    const { uploadId } = await client.call("beginUpload", {}, {});
    const refused = await client.send(uploadId, "1.dcm", new Uint8Array(10));
    expect([refused.status, await refused.json()]).toEqual([
      507,
      { error: { code: "quota-reached", message: expect.stringContaining("--quota") } },
    ]);
    const text = async (path: string): Promise<string> => (await fetch(client.base + path)).text();
    expect(await text(operationRoutes.ready)).toBe("ok, but the quota is used up: nothing is taken in\n");
    const metrics = await text(operationRoutes.metrics);
    expect(metrics).toContain("delineate_storage_quota_bytes 1000\n");
    expect(metrics).toContain(`delineate_storage_bytes ${storage?.usedBytes}\n`);
    const opening = { start: "assisted", reviewer: "Ann", fresh: false } as const;
    await client.call("openReview", { caseId }, opening);
  } finally {
    await server.close();
  }
});
