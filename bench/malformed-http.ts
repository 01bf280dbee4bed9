/**
 * 10,000 requests that break HTTP or ask for what there is not, by seeds, eight at once, against a running service: what it
 * answered, what memory it took, what it wrote, and how long another user's small requests took meanwhile.
 * `npm run bench malformed-http [REQUESTS]`
 */
import { readFileSync, rmSync } from "node:fs";
import { mkdtemp, readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { median } from "#statistics/moments.ts";
import { createClient } from "../test/workspace/client.ts";
import { startServer } from "../test/workspace/launch.ts";
import { malformedRequest, sendRaw } from "../test/workspace/malformed-http.ts";

const requests = Number(process.argv[2] ?? 10_000);
const atOnce = 8;
const folder = await mkdtemp(join(tmpdir(), "malformed-http-"));
const server = await startServer(folder);
const url = new URL(server.url);
const client = createClient(server.url);

/** Of the service's process, as Linux counts it. */
function megabytes(): string {
  const status = readFileSync(`/proc/${server.process.pid}/status`, "utf8");
  return `${Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1000)} MB`;
}

/** Files below the data folder but for the database's own. */
async function files(): Promise<string[]> {
  const names = await readdir(folder, { recursive: true });
  return names.filter((name) => !/(^|\/)records(\/|$)/.test(name)).sort();
}

const other: number[] = [];
const done = new AbortController();
const otherUser = (async () => {
  while (!done.signal.aborted) {
    const began = performance.now();
    await client.call("listCases", {}, undefined);
    other.push(performance.now() - began);
    await wait(20);
  }
})();

const answers = new Map<string, number>();
const before = await files();
console.log(`before: ${megabytes()}`);
const began = performance.now();
for (let seed = 0; seed < requests; seed += atOnce) {
  const lines = await Promise.all(
    Array.from({ length: Math.min(atOnce, requests - seed) }, (_, at) =>
      sendRaw(url, malformedRequest(seed + at, url.host)),
    ),
  );
  for (const line of lines) {
    const status = line.split(" ")[1] ?? "hung up";
    answers.set(status, (answers.get(status) ?? 0) + 1);
  }
  if (Math.floor((seed + atOnce) / (requests / 5)) > Math.floor(seed / (requests / 5)))
    console.log(`${seed + atOnce}: ${megabytes()}`);
}
const seconds = (performance.now() - began) / 1000;
done.abort();
await otherUser;
const counts = [...answers].sort().map(([status, count]) => `${status} ${count}`);
console.log(`${Math.round(requests / seconds)} requests per second; answers: ${counts.join(", ")}`);
console.log(
  `another user's ${other.length} requests: median ${median(other).toFixed(1)} ms, longest ${Math.max(...other).toFixed(0)} ms`,
);
const after = await files();
console.log(`files written: ${after.filter((name) => !before.includes(name)).length}`);
await server.stop();
rmSync(folder, { recursive: true, force: true });
