/**
 * How long a person waits for a patient while the CTs of three others are contoured: from asking for the case to the first 16
 * slices of its CT, and from dropping the files of a new patient to its CT being ready. Real CTs of ../shared/data.
 * Usage: npm run bench opening [ROUNDS]
 */
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { median } from "#statistics/moments.ts";
import { createClient } from "../test/workspace/client.ts";
import { startServer } from "../test/workspace/launch.ts";
import { openingMs } from "./opening/opening-ms.ts";

const rounds = Number(process.argv[2] ?? 9);
const scans = new URL("../../shared/data/", import.meta.url).pathname;
const otherScans = ["4d-lung-113/ct", "lidc-0314", "radiogenomics-r01-001"];
const pauseMs = 700;

/** Until the first slice can be fetched, in ms; the page says that somebody waits. */
async function readyMs(client: ReturnType<typeof createClient>, caseId: string): Promise<number> {
  const before = performance.now();
  await fetch(`${client.base}/api/cases/${caseId}/hasten`, { method: "POST", ...empty });
  for (;;) {
    const response = await fetch(`${client.base}/api/cases/${caseId}/ct?slices=0`);
    await response.arrayBuffer();
    if (response.ok) return performance.now() - before;
    await wait(50);
  }
}

const empty = { body: "{}", headers: { "content-type": "application/json" } };

if (!existsSync(scans)) throw new Error(`no scans in ${scans}`);
const data = await mkdtemp(join(tmpdir(), "delineate-bench-"));
const server = await startServer(data);
const client = createClient(server.url);
try {
  const { cases } = await client.importFolder(join(scans, "lung1-001/ct"));
  const caseId = cases[0].id;
  await client.waitFor(caseId, ["to-review", "failed"]);
  const row = async (what: string): Promise<{ what: string; medianMs: number; worstMs: number }> => {
    const times: number[] = [];
    for (let round = 0; round < rounds; round++) {
      times.push(await openingMs(client, caseId));
      await wait(pauseMs);
    }
    return { what, medianMs: Math.round(median(times)), worstMs: Math.round(Math.max(...times)) };
  };
  const table = [await row("opened, nothing else going on")];
  for (const other of otherScans) {
    const imported = await client.importFolder(join(scans, other));
    await readyMs(client, imported.cases[0].id);
  }
  for await (const { state } of client.cases()) if (state === "segmenting") break;
  table.push(await row("opened, others being contoured"));
  const dropped = await client.importFolder(join(scans, "radiomics-phantom-2"));
  const ready = Math.round(await readyMs(client, dropped.cases[0].id));
  table.push({ what: "dropped, others being contoured", medianMs: ready, worstMs: ready });
  const states = (await client.call("listCases", {}, undefined)).map(({ state }) => state);
  console.table(table);
  console.log(`at the end ${states.filter((state) => state === "segmenting").length} was being contoured`);
} finally {
  await server.stop();
  await rm(data, { recursive: true, force: true });
}
