/**
 * Whether the server answers while it works: the time of a small request every 20 ms during uploads that are refused, a large
 * one that is taken, signing many structures and replaying a long log. Beside it, at the same times, the same request to an
 * idle server: what the machine's other work costs. And the data folder's files before and after uploads that are refused.
 * Usage: npm run bench answering
 */
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, statfs } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { zipSync } from "fflate";
import { createRandom } from "#core/random.ts";
import { textElement } from "#dicom/dataset/dataset.ts";
import { readDicom } from "#dicom/dataset/read-dataset.ts";
import { transferSyntaxes, writeDicomFile } from "#dicom/dataset/write-dataset.ts";
import { median } from "#statistics/moments.ts";
import { block, createClient, edit, stamp } from "../test/workspace/client.ts";
import { startServer } from "../test/workspace/launch.ts";

const scan = new URL("../../shared/data/lung1-001/ct/", import.meta.url).pathname;

type Client = ReturnType<typeof createClient>;
type Files = Readonly<Record<string, Uint8Array>>;

async function upload(client: Client, files: Files) {
  const { uploadId } = await client.call("beginUpload", {}, {});
  for (const [path, content] of Object.entries(files)) await client.send(uploadId, path, content);
  return client.call("finishUpload", { uploadId }, {});
}

/** Answer times of a small request in ms until `stop` is called. */
async function probe(url: string): Promise<{ stop(): Promise<number[]> }> {
  const worker = new Worker(new URL("./answering/probe.worker.ts", import.meta.url), { workerData: url });
  await once(worker, "online");
  return {
    stop: async () => {
      const times = once(worker, "message");
      worker.postMessage("stop");
      return (await times)[0];
    },
  };
}

const ct: Record<string, Uint8Array> = {};
for (const name of (await readdir(scan)).sort()) ct[name] = new Uint8Array(await readFile(join(scan, name)));
const names = Object.keys(ct);

/** Slices of another modality, as a PET beside the CT has them. */
function pets(count: number): Files {
  const { dataSet } = readDicom(ct[names[0]], "a slice");
  const changed = new Map(dataSet).set("00080060", textElement("CS", "PT"));
  changed.set("00080016", textElement("UI", "1.2.840.10008.5.1.4.1.1.128"));
  const bytes = writeDicomFile(changed, transferSyntaxes.explicitLittleEndian);
  return Object.fromEntries(Array.from({ length: count }, (_, at) => [`pet/${at}`, bytes]));
}

const folders = await Promise.all(["busy", "idle"].map((name) => mkdtemp(join(tmpdir(), `bench-${name}-`))));
const [busy, idle] = await Promise.all(folders.map((folder) => startServer(folder)));
const client = createClient(busy.url);
async function measure(label: string, work: () => Promise<unknown>): Promise<void> {
  const probes = await Promise.all([busy, idle].map(({ url }) => probe(url.replace(/\/$/, ""))));
  // The first answers find the threads at their beginning.
  await wait(500);
  const began = performance.now();
  await work();
  const took = performance.now() - began;
  const [busyTimes, idleTimes] = await Promise.all(probes.map(({ stop }) => stop()));
  const round = (ms: number): number => Math.round(ms);
  const cells = [
    (took / 1000).toFixed(1),
    ...[busyTimes, idleTimes].flatMap((of) => [round(median(of)), round(Math.max(...of))]),
  ];
  console.log([label.padEnd(32), ...cells.map((cell) => String(cell).padStart(10))].join(""));
}

/** Files below the data folder but for the database's own, and free megabytes of its disk. */
async function disk(): Promise<{ files: number; freeMb: number }> {
  const names = await readdir(folders[0], { recursive: true });
  const { bavail, bsize } = await statfs(folders[0]);
  const files = names.filter((name) => !name.startsWith("records")).length;
  return { files, freeMb: Math.round((bavail * bsize) / 2 ** 20) };
}

try {
  const heads = ["seconds", "median ms", "worst ms", "idle med.", "idle worst"];
  console.log(["".padEnd(32), ...heads.map((head) => head.padStart(10))].join(""));
  await measure("nothing", () => wait(3000));
  const before = await disk();
  const bomb = zipSync({ "1.dcm": new Uint8Array(900 * 2 ** 20) }, { level: 1 });
  await measure("zip bomb", () => upload(client, { "bomb.zip": bomb }));
  const whole = zipSync(ct, { level: 1 });
  const truncated = { "cut.zip": whole.slice(0, whole.length * 0.7) };
  await measure("zip that is cut off", () => upload(client, truncated));
  const after = await disk();
  let caseId = "";
  await measure("134 CT and 600 PET files", async () => {
    const { cases } = await upload(client, { ...ct, ...pets(600) });
    caseId = cases[0].id;
  });
  await measure("its CT being read", async () => {
    while (!(await fetch(`${client.base}/api/cases/${caseId}/ct?slices=0`)).ok) await wait(200);
  });
  const open = { start: "manual", reviewer: "Bench", fresh: false } as const;
  const { id: reviewId, structures } = await client.call("openReview", { caseId }, open);
  const random = createRandom(7);
  const at = (most: number): number => Math.floor(random.next() * most);
  const ids = [structures[0].id, ...Array.from({ length: 9 }, () => crypto.randomUUID())];
  const entries = ids.slice(1).map((structureId, index) => ({
    ...stamp(),
    ...{ type: "structure" as const, structureId, name: `Organ ${index}`, structureType: "ORGAN" as const },
    ...{ colour: [9, 9, 9] as [number, number, number], removed: false },
  }));
  await client.call("appendLog", { reviewId }, { entries });
  // Blocks over each other, so that outlines are long and ragged.
  const strokes = Array.from({ length: 4000 }, (_, n) =>
    edit(
      ids[n % ids.length],
      block({ k: at(names.length), i0: 100 + at(200), j0: 100 + at(200), width: 40, height: 40 }),
    ),
  );
  await measure("4000 strokes come in", async () => {
    for (let from = 0; from < strokes.length; from += 200)
      await client.call("appendLog", { reviewId }, { entries: strokes.slice(from, from + 200) });
  });
  await measure("review of 4000 strokes opened", () => client.call("openReview", { caseId }, open));
  await measure("case with it shown", () => client.call("showCase", { caseId }, undefined));
  await measure("mask fetched", () => client.mask(caseId, `structure:${ids[0]}`));
  const approval = { reviewer: "Bench", comment: "", unseenReason: "A measurement." };
  let number = 0;
  await measure("10 structures signed", async () => {
    ({ number } = await client.call("approve", { reviewId }, approval));
  });
  await measure("its file exported", async () => {
    await client.call("exportVersion", { caseId, number: String(number) }, {});
    await client.bytes(`/api/cases/${caseId}/versions/${number}/rtstruct`);
  });
  console.table({ "before refused uploads": before, "after them": after });
} finally {
  await Promise.all([busy.stop(), idle.stop()]);
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
}
