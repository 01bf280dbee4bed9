/** One process per folder: refused while it lives, taken over when it is gone. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { lockFolder } from "./lock-folder.ts";

const folder = mkdtempSync(join(tmpdir(), "lock-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("a second taker is refused in a sentence until the first lets go", async () => {
  const release = await lockFolder(folder);
  await expect(lockFolder(folder)).rejects.toMatchObject({ code: "folder-in-use" });
  await release();
  const again = await lockFolder(folder);
  await again();
  expect(readdirSync(folder)).toEqual([]);
});

test("the lock of a process that was killed is taken over", async () => {
  const module = new URL("./lock-folder.ts", import.meta.url).href;
  const program = `const { lockFolder } = await import(${JSON.stringify(module)});
    await lockFolder(${JSON.stringify(folder)}); process.stdout.write("locked"); setInterval(() => {}, 1000);`;
  const holder = spawn(process.execPath, ["--input-type=module", "--eval", program]);
  await once(holder.stdout, "data");
  await expect(lockFolder(folder)).rejects.toThrow(`process ${holder.pid}`);
  holder.kill("SIGKILL");
  await once(holder, "exit");
  await (await lockFolder(folder))();
});

test("a lock with the number of a living process that began at another time is of one that is gone", async () => {
  writeFileSync(join(folder, "server.lock"), JSON.stringify({ pid: process.pid, startedAt: "1" }));
  await (await lockFolder(folder))();
});

test.runIf(process.platform === "linux")(
  "the same number in another container or on another machine is another process",
  async () => {
    const path = join(folder, "server.lock");
    const release = await lockFolder(folder);
    const own = JSON.parse(readFileSync(path, "utf8"));
    await release();
    /** The lock of one that began at another time, with this number. */
    const lockOf = (place: object): void =>
      writeFileSync(path, JSON.stringify({ ...own, startedAt: "1", place: { ...own.place, ...place } }));

    lockOf({ pidNamespace: "pid:[1]" });
    await expect(lockFolder(folder)).rejects.toThrow("in another container");
    // It does not touch its lock any more.
    utimesSync(path, 1, 1);
    await (await lockFolder(folder))();

    lockOf({ host: "other", boot: "other" });
    utimesSync(path, 1, 1);
    await expect(lockFolder(folder)).rejects.toThrow(`process ${own.pid} on other`);
    await expect(lockFolder(folder)).rejects.toThrow(`remove ${path} by hand`);

    // This machine was switched off and on.
    lockOf({ boot: "other" });
    await (await lockFolder(folder))();
  },
);
