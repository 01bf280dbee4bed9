/**
 * Patients an hour as worker processes are added, and the queue alone: jobs a second and the time of one for up to 100 simulated
 * workers and up to a million jobs that wait. On one machine: where its processors are busy, more workers gain nothing.
 *
 *   npm run bench throughput [series] [most waiting]      (default: 40 1000000; 0 series: the queue alone)
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { table } from "#cli/output.ts";
import { openDatabase } from "#workspace/store/open-database.ts";
import { openJobs } from "#workspace/work/open-jobs.ts";
import { openQueue } from "#workspace/work/queue.ts";
import { runLoad } from "../test/workspace/load/load.ts";
import { startPostgres } from "../test/workspace/postgres-server.ts";
import { fill, simulate } from "./throughput/simulated-workers.ts";

const [series = 40, mostWaiting = 1_000_000] = process.argv.slice(2).map(Number);

const contoured: string[][] = [];
for (const workers of series === 0 ? [] : [1, 2, 4]) {
  const options = { series, slices: 6, kills: 0, seed: 1, by: { uploadsOf: series }, workers };
  const { exact, seconds } = await runLoad(options);
  contoured.push([String(workers), String(exact), seconds.toFixed(1), (exact / seconds).toFixed(2)]);
}
process.stdout.write(
  `${table(["workers", "series", "seconds with the upload", "series a second"], contoured)}\n\n`,
);

const folder = mkdtempSync(join(tmpdir(), "throughput-"));
const postgres = await startPostgres();
const rows: string[][] = [];
try {
  const url = await postgres.createDatabase();
  for (const waiting of [10_000, 100_000, 1_000_000].filter((count) => count <= mostWaiting))
    for (const workers of [1, 10, 100]) {
      const database = await openDatabase(url, "worker");
      const jobs = await openJobs(database, () => undefined);
      await fill(database, await openQueue(database, jobs), waiting);
      await jobs.close();
      await database.close();
      const measured = await simulate(url, workers, 5);
      const { jobsPerSecond, medianMs, p95Ms, connections } = measured;
      const numbers = [jobsPerSecond.toFixed(0), medianMs.toFixed(1), p95Ms.toFixed(1), String(connections)];
      rows.push([String(waiting), String(workers), ...numbers]);
      process.stderr.write(`${rows.at(-1)?.join("  ")}\n`);
    }
} finally {
  await postgres.stop();
  rmSync(folder, { recursive: true, force: true });
}
const header = ["waiting", "workers", "jobs a second", "median ms", "95 % ms", "connections"];
process.stdout.write(`${table(header, rows)}\n`);
