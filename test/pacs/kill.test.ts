/** The service killed with SIGKILL while a PACS sends: what it acknowledged is there afterwards, and the series is one case. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { store } from "#pacs/dimse/store.ts";
import { digestDataSet, identifyInstance } from "#patients/instance-file.ts";
import { phantomFolder } from "../shared-inputs.ts";
import { createClient } from "../workspace/client.ts";
import { type Server, startServer } from "../workspace/launch.ts";
import { clinicYaml, stateCount, storescu } from "./clinic-server.ts";
import { freePort } from "./orthanc.ts";

const folder = mkdtempSync(join(tmpdir(), "pacs-kill-"));
const data = join(folder, "data");
let phantom: string;
let port: number;
let server: Server | undefined;
beforeAll(async () => {
  phantom = await phantomFolder(20, 128);
  await stateCount(slices());
  port = await freePort();
});
afterAll(async () => {
  await server?.kill();
  rmSync(folder, { recursive: true, force: true });
  rmSync(join(phantom, ".."), { recursive: true, force: true });
});

/** With this quiet period. */
async function start(quietSeconds: number): Promise<Server> {
  const config = join(folder, "clinic.yaml");
  writeFileSync(config, clinicYaml("", { port, quietSeconds }));
  server = await startServer(data, ["--no-sample", "--config", config]);
  return server;
}

const slices = (): string[] => readdirSync(join(phantom, "ct")).map((name) => join(phantom, "ct", name));
const dicomFiles = (path: string): string[] =>
  readdirSync(path, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".dcm"));

test("killed amid a transfer and amid taking the series it loses nothing, and nothing is there twice", async () => {
  const killed = await start(3600);
  const acknowledged: string[] = [];
  const peer = { aeTitle: "DELINEATE", host: "127.0.0.1", port };
  const sending = (async () => {
    for (const path of slices()) {
      const identity = await identifyInstance(path);
      await store(peer, "SCANNER", { path, ...identity });
      acknowledged.push(`${identity.sopInstanceUid} ${await digestDataSet(path, identity.dataSetAt)}`);
      // The kill comes while the next one is on its way.
      if (acknowledged.length === 12) setImmediate(() => killed.process.kill("SIGKILL"));
    }
  })();
  await expect(sending).rejects.toThrow("DELINEATE at 127.0.0.1");
  await killed.kill();
  const waiting = join(data, "spool", "series");
  const spooled = await Promise.all(
    dicomFiles(waiting).map(async (name) => {
      const path = join(waiting, name);
      const { sopInstanceUid, dataSetAt } = await identifyInstance(path);
      return `${sopInstanceUid} ${await digestDataSet(path, dataSetAt)}`;
    }),
  );
  expect(spooled).toEqual(expect.arrayContaining(acknowledged));

  // The sender begins again; the service is killed as soon as it makes a case of it.
  const again = await start(3600);
  const resending = storescu(port, [join(phantom, "ct")]);
  await expect.poll(() => readdirSync(join(data, "cases")), { interval: 1 }).toHaveLength(1);
  await again.kill();
  await resending;

  const last = await start(5);
  const client = createClient(last.url);
  const cases = () => client.call("listCases", {}, undefined);
  await expect.poll(async () => (await cases()).length).toBe(1);
  await expect.poll(() => dicomFiles(waiting)).toEqual([]);
  const [{ sliceCount, id }] = await cases();
  expect(sliceCount).toBe(slices().length);
  expect(readdirSync(join(data, "cases"))).toEqual([id]);
  expect(dicomFiles(join(data, "cases", id, "dicom"))).toHaveLength(slices().length);
  expect(dicomFiles(join(data, "spool", "apart"))).toEqual([]);
  const { findings } = await client.call("showCase", { caseId: id }, undefined);
  expect(findings.join()).not.toMatch(/second time|arrived after/);
});
