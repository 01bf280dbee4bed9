/** What is in work when a task fails is finished before the pool says so; what is streamed comes in order. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, expect, test } from "vitest";
import { runInWorkers, startThreads, streamFromThreads } from "./worker-pool.ts";

const folder = mkdtempSync(join(tmpdir(), "pool-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const path = (name: string): string => join(folder, name);

/** Task 0 fails once task 1 has begun; task 1 ends some turns after that. */
const worker = path("task.mjs");
writeFileSync(
  worker,
  `import { existsSync, writeFileSync } from "node:fs";
import { parentPort } from "node:worker_threads";
const path = (name) => ${JSON.stringify(folder)} + "/" + name;
const turn = () => new Promise((resolve) => setImmediate(resolve));
const seen = async (name) => { while (!existsSync(path(name))) await turn(); };
parentPort.on("message", async (task) => {
  if (task === 0) {
    await seen("begun");
    writeFileSync(path("failed"), "");
    parentPort.postMessage({ error: { message: "task 0 failed" } });
    return;
  }
  writeFileSync(path("begun"), "");
  await seen("failed");
  for (let count = 0; count < 2000; count++) await turn();
  writeFileSync(path("ended"), "");
  parentPort.postMessage({ result: task });
});`,
);

test("a task that fails ends the whole, once what is in work has ended", async () => {
  const run = runInWorkers<number, number>(pathToFileURL(worker), [0, 1], { workers: 2 });
  await expect(run).rejects.toThrow("task 0 failed");
  expect(existsSync(path("ended"))).toBe(true);
});

/** Answers a task with itself, every other one late; -1 fails. */
const echo = path("echo.mjs");
writeFileSync(
  echo,
  `import { answerTasks } from ${JSON.stringify(new URL("./worker-task.ts", import.meta.url).href)};
const turn = () => new Promise((resolve) => setImmediate(resolve));
answerTasks(async (task) => {
  for (let turns = task % 2 === 0 ? 2000 : 0; turns > 0; turns--) await turn();
  if (task < 0) throw new Error("this one failed");
  return task;
});`,
);

test("streamed results come in the order of the tasks, whichever is made first, and a failure ends them in its turn", async () => {
  const tasks = Array.from({ length: 11 }, (_, task) => task);
  const taken: number[] = [];
  const threads = () => startThreads(pathToFileURL(echo), { count: 2 });
  for await (const result of streamFromThreads<number, number>(threads(), tasks)) taken.push(result);
  expect(taken).toEqual(tasks);

  const before: number[] = [];
  const failing = async (): Promise<void> => {
    for await (const result of streamFromThreads<number, number>(threads(), [0, 1, -1, 3]))
      before.push(result);
  };
  await expect(failing()).rejects.toThrow("this one failed");
  expect(before).toEqual([0, 1]);
});

test("a thread that was asked several things does them one after another, whichever takes longer", async () => {
  const tasks = Array.from({ length: 7 }, (_, task) => task);
  const taken: number[] = [];
  const thread = startThreads(pathToFileURL(echo), { count: 1 });
  for await (const result of streamFromThreads<number, number>(thread, tasks)) taken.push(result);
  expect(taken).toEqual(tasks);
});

test("a thread that ends is told to everyone who waits for it", async () => {
  const fatal = path("fatal.mjs");
  writeFileSync(
    fatal,
    `import { parentPort } from "node:worker_threads";
parentPort.on("message", () => process.exit(3));`,
  );
  const results = streamFromThreads<number, number>(startThreads(pathToFileURL(fatal), { count: 1 }), [1, 2]);
  await expect(results.next()).rejects.toThrow("ended with code 3");
});

test("a thread that failed before it was asked says so then, and ends no process", async () => {
  const broken = path("broken.mjs");
  writeFileSync(broken, `throw new Error("cannot start");`);
  const threads = startThreads(pathToFileURL(broken), { count: 1 });
  await new Promise((ended) => threads.workers[0].on("exit", ended));
  const results = streamFromThreads<number, number>(threads, [1]);
  await expect(results.next()).rejects.toThrow("cannot start");
});
