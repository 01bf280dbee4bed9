/** The processes of a running server, as the system has them. */
import { readdirSync, readFileSync } from "node:fs";
import { getPriority } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openPhantomServer } from "../../../test/workspace/phantom-server.ts";

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
      const own = getPriority();
      const { cases } = await server.client.importFolder(join(server.phantom, "ct"));
      await server.client.waitFor(cases[0].id, ["to-review"]);
      const children = childrenOf(process.pid);
      const low = children.filter((pid) => getPriority(pid) > own);
      expect(low).toHaveLength(1);
      expect(children.filter((pid) => getPriority(pid) === own).length).toBeGreaterThan(0);
      expect(threadPriorities(low[0]).filter((nice) => nice > own).length).toBeGreaterThan(1);
    } finally {
      await server.close();
    }
  },
);

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
