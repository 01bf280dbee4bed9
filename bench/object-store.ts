/**
 * A patient with the files in a folder, and in an object store on the same machine (test/workspace/object-store-server.ts): from the
 * upload to the answer and to the contour, and then in turns opening a review with what this machine has and without.
 * A real CT of ../shared/data. Usage: npm run bench object-store [OPENINGS]
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { median } from "#statistics/moments.ts";
import { openServer } from "#workspace/http/open-server.ts";
import { createClient } from "../test/workspace/client.ts";
import { pointToStore, startObjectStore } from "../test/workspace/object-store-server.ts";
import { openingMs } from "./opening/opening-ms.ts";

const openings = Number(process.argv[2] ?? 15);
const scan = new URL("../../shared/data/lung1-001/ct", import.meta.url).pathname;

const folder = await mkdtemp(join(tmpdir(), "delineate-bench-"));
const store = await startObjectStore();
pointToStore(store.keys, store.endpoint);
const files = `s3://${await store.createBucket()}`;

type Measured = Record<"import" | "contoured" | "opened again" | "opened anew", number[]>;

async function open(name: string, address?: string) {
  const data = join(folder, name);
  const onFault = (error: unknown): void => console.error(error);
  const place = { data, files: address, host: "127.0.0.1", port: 0, sample: false, onFault };
  const server = await openServer(place);
  const measured: Measured = { import: [], contoured: [], "opened again": [], "opened anew": [] };
  return { name, data, server, client: createClient(server.url), measured };
}

/** Gives the case's id. */
async function contour({ client, measured }: Awaited<ReturnType<typeof open>>): Promise<string> {
  const before = performance.now();
  const [{ id: caseId }] = (await client.importFolder(scan)).cases;
  measured.import.push(performance.now() - before);
  await client.waitFor(caseId, ["to-review"]);
  measured.contoured.push(performance.now() - before);
  return caseId;
}

const [shared, objects] = [await open("shared folder"), await open("object store", files)];
try {
  const cases = [shared, objects].map((place) => ({ place, caseId: "" }));
  for (const entry of cases) entry.caseId = await contour(entry.place);
  for (let at = 0; at < openings; at++)
    for (const { place, caseId } of cases) {
      await rm(join(place.data, "cache"), { recursive: true, force: true });
      place.measured["opened anew"].push(await openingMs(place.client, caseId));
      place.measured["opened again"].push(await openingMs(place.client, caseId));
    }
  for (const action of Object.keys(shared.measured) as (keyof Measured)[]) {
    const [folderMs, storeMs] = [shared, objects].map(({ measured }) => median(measured[action]));
    console.log(
      `${action}: ${folderMs.toFixed(0)} ms in a folder, ${storeMs.toFixed(0)} ms in an object store, ratio ${(storeMs / folderMs).toFixed(2)}`,
    );
  }
} finally {
  await shared.server.close();
  await objects.server.close();
  await store.stop();
  await rm(folder, { recursive: true, force: true });
}
process.exit(0);
