/** The processes of a running server, as the system has them. */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { getPriority, tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { byteRoutes } from "#contract/workspace/byte-routes.ts";
import { shippedModel } from "#model/run/load-model.ts";
import { readCtFolder } from "#patients/ct/read-ct-folder.ts";
import { caseFolder } from "#workspace/records/case-folder.ts";
import { writeSmallSeries } from "../../../test/workspace/load/small-series.ts";
import { openPhantomServer } from "../../../test/workspace/phantom-server.ts";
import { createTaskRunner } from "./task-runner.ts";

/** Nice value of each thread of a process (proc(5), /proc/pid/stat, field 19). */
function threadPriorities(pid: number): number[] {
  return readdirSync(`/proc/${pid}/task`).map((thread) => {
    const stat = readFileSync(`/proc/${pid}/task/${thread}/stat`, "utf8");
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[16]);
  });
}

function childrenOf(pid: number): number[] {
  return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/children`, "utf8").split(" ").filter(Boolean).map(Number),
  );
}

test.runIf(process.platform === "linux")(
  "what contours a patient yields the processor, its network's threads too, and what reads one does not",
  async () => {
    const server = await openPhantomServer(25);
    try {
      const ownPriority = getPriority();
      const { cases } = await server.client.importFolder(join(server.phantom, "ct"));
      await server.client.waitFor(cases[0].id, ["to-review"]);
      const children = childrenOf(process.pid);
      const low = children.filter((pid) => getPriority(pid) > ownPriority);
      expect(low).toHaveLength(1);
      expect(children.filter((pid) => getPriority(pid) === ownPriority).length).toBeGreaterThan(0);
      expect(threadPriorities(low[0]).filter((nice) => nice > ownPriority).length).toBeGreaterThan(1);
    } finally {
      await server.close();
    }
  },
);

test("tasks that come at once are done in turn, a CT is kept for its contouring, and a stop ends those that wait too", async () => {
  const folder = mkdtempSync(join(tmpdir(), "tasks-"));
  const tasks = createTaskRunner();
  const place = (caseId: string) => ({ cases: folder, caseId, attempt: join(folder, "attempts", caseId) });
  const prepare = (caseId: string, next?: string) =>
    tasks.prepare(
      { kind: "prepare", ...place(caseId), seriesUid: uids[caseId], model: next },
      () => undefined,
    );
  const model = fileURLToPath(shippedModel);
  const segment = (caseId: string) =>
    tasks.segment({ kind: "segment", ...place(caseId), model }, () => undefined);
  const uids: Record<string, string> = {};
  try {
    for (const [caseId, slices] of [
      ["a", 4],
      ["b", 6],
    ] as const) {
      const { dicom } = caseFolder(folder, caseId);
      const [name] = writeSmallSeries(join(folder, "incoming", caseId), { count: 1, slices });
      cpSync(join(folder, "incoming", caseId, name), dicom, { recursive: true });
      uids[caseId] = (await readCtFolder(dicom)).seriesInstanceUid;
    }
    expect(tasks.isFree()).toBe(true);
    const both = Promise.all([prepare("a"), prepare("b")]);
    expect(tasks.isFree()).toBe(false);
    const [a, b] = await both;
    expect([a.grid.size[2], b.grid.size[2]]).toEqual([4, 6]);
    await expect.poll(tasks.isFree).toBe(true);

    // No CT became the case's own: only the one that is kept for its contouring can be contoured.
    await prepare("b", model);
    expect(tasks.isFree()).toBe(false);
    expect((await segment("b")).name).toBe("gtv");
    await expect.poll(tasks.isFree).toBe(true);
    await expect(segment("b")).rejects.toThrow("ENOENT");
    const stopped = [prepare("a"), prepare("b")].map((task) =>
      expect(task).rejects.toMatchObject({ code: "cancelled" }),
    );
    // The first has begun.
    await setImmediate();
    await tasks.stop();
    await Promise.all(stopped);
    expect((await prepare("b")).grid.size[2]).toBe(6);
  } finally {
    await tasks.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});

test.runIf(process.platform === "linux")(
  "both processes start when an upload begins, before there is a patient to read, and none where nothing is contoured",
  async () => {
    for (const [workers, expected] of [
      [1, 2],
      [0, 0],
    ]) {
      const server = await openPhantomServer(25, { workers });
      try {
        const before = childrenOf(process.pid);
        await server.client.call("beginUpload", {}, {});
        expect(childrenOf(process.pid).filter((pid) => !before.includes(pid))).toHaveLength(expected);
      } finally {
        await server.close();
      }
    }
  },
);

test.runIf(process.platform === "linux")("both start when a page looks at the worklist", async () => {
  const server = await openPhantomServer(25);
  const looking = new AbortController();
  try {
    const before = childrenOf(process.pid);
    await fetch(`${server.client.base}${byteRoutes.events}`, { signal: looking.signal });
    const started = () => childrenOf(process.pid).filter((pid) => !before.includes(pid)).length;
    await expect.poll(started, { timeout: 30_000 }).toBe(2);
  } finally {
    looking.abort();
    await server.close();
  }
});
