/** One process per folder: refused while it lives, taken over when it is gone. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, expect, test } from "vitest";
import { lockFolder } from "./lock-folder.ts";

const root = mkdtempSync(join(tmpdir(), "lock-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(root, "folder-"));
});

const times = { touchEveryMs: 20, lookEveryMs: 40, silentLooks: 25 };
/** However seldom a holder that lives gets the processor to touch its lock. */
const patientTimes = { ...times, silentLooks: Number.POSITIVE_INFINITY };

/** A process that holds the folder until it loses it or is killed. Ends with 3 where it lost it. */
async function holder(): Promise<ChildProcess> {
  const module = new URL("./lock-folder.ts", import.meta.url).href;
  const program = `const { lockFolder } = await import(${JSON.stringify(module)});
    await lockFolder(${JSON.stringify(folder)}, { times: ${JSON.stringify(times)}, onLost: () => process.exit(3) });
    process.stdout.write("locked"); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", program]);
  await once(child.stdout, "data");
  return child;
}

function lockPath(): string {
  const [name] = readdirSync(folder);
  return join(folder, name);
}

/** As if the lock's holder were in another place. */
function move(path: string, place: object): void {
  const lock = JSON.parse(readFileSync(path, "utf8"));
  writeFileSync(path, JSON.stringify({ ...lock, place: { ...lock.place, ...place } }));
}

const places = [
  ["another container", { pidNamespace: "pid:[1]" }, `on ${hostname()}, or in another container`],
  [
    "another machine",
    { host: "other", boot: "other", pidNamespace: "pid:[1]" },
    "on other, or in another container",
  ],
  [
    "a machine of the same name, or this one before it was switched off",
    { boot: "other" },
    `on ${hostname()}, or in another container`,
  ],
] as const;

test("a second taker is refused in a sentence until the first lets go", async () => {
  const release = await lockFolder(folder);
  await expect(lockFolder(folder)).rejects.toMatchObject({ code: "folder-in-use" });
  await release();
  const again = await lockFolder(folder);
  await again();
  expect(readdirSync(folder)).toEqual([]);
});

test("the lock of a process that was killed is taken over", async () => {
  const child = await holder();
  await expect(lockFolder(folder)).rejects.toThrow(`process ${child.pid}`);
  child.kill("SIGKILL");
  await once(child, "exit");
  await (await lockFolder(folder))();
});

test("a lock with the number of a living process that began at another time is of one that is gone", async () => {
  writeFileSync(join(folder, "server.lock"), JSON.stringify({ pid: process.pid, startedAt: "1" }));
  await (await lockFolder(folder))();
});

test.each(places)(
  "of %s, who touches the lock is left it, and who was killed is not",
  async (_, place, where) => {
    const child = await holder();
    move(lockPath(), place);
    await expect(lockFolder(folder, { times: patientTimes })).rejects.toThrow(
      `process ${child.pid} ${where}`,
    );
    child.kill("SIGKILL");
    await once(child, "exit");
    await (await lockFolder(folder, { times }))();
    expect(readdirSync(folder)).toEqual([]);
  },
);

test("a lock that is damaged is watched like one from elsewhere, and then taken over", async () => {
  writeFileSync(join(folder, "server.lock"), "");
  await (await lockFolder(folder, { times }))();
  expect(readdirSync(folder)).toEqual([]);
});

test("a holder that was suspended while another took over ends as it wakes up, and the other keeps the folder", async () => {
  const child = await holder();
  move(lockPath(), { pidNamespace: "pid:[1]" });
  child.kill("SIGSTOP");
  const release = await lockFolder(folder, { times });
  const ownLocks = readdirSync(folder);
  const ended = once(child, "exit");
  child.kill("SIGCONT");
  expect(await ended).toEqual([3, null]);
  expect(readdirSync(folder)).toEqual(ownLocks);
  await release();
});

test("of many who find a stale lock at the same time at most one holds the folder", async () => {
  for (let round = 0; round < 5; round++) {
    const stale = { pid: process.pid, startedAt: "1" };
    writeFileSync(join(folder, "server.lock"), JSON.stringify(stale));
    const takers = Array.from({ length: 6 }, () => lockFolder(folder, { times }));
    const ended = await Promise.allSettled(takers);
    const taken = ended.filter(({ status }) => status === "fulfilled");
    expect(taken.length).toBeLessThanOrEqual(1);
    for (const attempt of ended)
      if (attempt.status === "rejected") expect(attempt.reason).toMatchObject({ code: "folder-in-use" });
      else await attempt.value();
    // Nobody left a lock behind.
    await (await lockFolder(folder, { times }))();
    expect(readdirSync(folder)).toEqual([]);
  }
});
