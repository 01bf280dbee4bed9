/**
 * What would hold up every other request does not run on the thread that answers: no file of an upload is read there, nor what
 * is signed. And what an upload that is refused leaves behind: nothing, whatever was in it.
 */
import fs, { readdirSync, readFileSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { join } from "node:path";
import { zipSync } from "fflate";
import { afterAll, beforeAll, expect, test } from "vitest";
import { block, edit } from "../../../test/workspace/client.ts";
import { openPhantomServer, type PhantomServer } from "../../../test/workspace/phantom-server.ts";

let server: PhantomServer;
let client: PhantomServer["client"];
let slices: [string, Uint8Array][];
let caseId: string;

beforeAll(async () => {
  server = await openPhantomServer(20);
  ({ client } = server);
  const names = readdirSync(join(server.phantom, "ct")).sort();
  slices = names.map((name) => [name, new Uint8Array(readFileSync(join(server.phantom, "ct", name)))]);
});
afterAll(() => server.close());

/** Files below `folder` that this thread opened or read meanwhile. */
async function openedHere(folder: string, work: () => Promise<unknown>): Promise<string[]> {
  const opened: string[] = [];
  const { open, readFile } = fs.promises;
  const note = (path: unknown): void => {
    if (String(path).startsWith(folder)) opened.push(String(path));
  };
  const spied: Partial<typeof fs.promises> = {
    open: (path, ...rest) => {
      note(path);
      return open(path, ...rest);
    },
    readFile: ((path: Parameters<typeof readFile>[0], ...rest: []) => {
      note(path);
      return readFile(path, ...rest);
    }) as typeof readFile,
  };
  Object.assign(fs.promises, spied);
  syncBuiltinESMExports();
  try {
    await work();
  } finally {
    Object.assign(fs.promises, { open, readFile });
    syncBuiltinESMExports();
  }
  return opened;
}

async function begin(files: Readonly<Record<string, Uint8Array>>): Promise<string> {
  const { uploadId } = await client.call("beginUpload", {}, {});
  for (const [path, content] of Object.entries(files)) await client.send(uploadId, path, content);
  return uploadId;
}

/** Every file of the workspace but the database's own, with its size. */
function filesLeft(): string[] {
  const names = readdirSync(server.data, { recursive: true, encoding: "utf8" });
  return names
    .filter((name) => !name.startsWith("records"))
    .map((name) => `${name} ${fs.statSync(join(server.data, name)).size}`)
    .sort();
}

test("files of an upload are read on another thread, in an archive and beside it", async () => {
  const set = readFileSync(join(server.phantom, "rtstruct.dcm"));
  const archived = { "ct.zip": zipSync(Object.fromEntries(slices.slice(9)), { level: 0 }) };
  const loose = Object.fromEntries(slices.slice(0, 9));
  const uploadId = await begin({ ...archived, ...loose, "rtstruct.dcm": set });
  const opened = await openedHere(join(server.data, "uploads"), async () => {
    const { cases, taken } = await client.call("finishUpload", { uploadId }, {});
    caseId = cases[0].id;
    expect([cases[0].sliceCount, taken]).toEqual([slices.length, [expect.stringContaining("came with")]]);
  });
  expect(opened).toEqual([]);
  // That the spy sees what this thread opens.
  expect(
    await openedHere(server.data, () => fs.promises.readFile(join(server.data, "lock")).catch(() => "")),
  ).toEqual([join(server.data, "lock")]);
});

test("what is signed is replayed, proved and written on another thread, and its errors keep their slices", async () => {
  await client.waitFor(caseId, ["to-review"]);
  const start = { start: "manual", reviewer: "Ann", fresh: false } as const;
  const { id: reviewId, structures } = await client.call("openReview", { caseId }, start);
  const drawn = [3, 4].map((k) => edit(structures[0].id, block({ k, i0: 40, j0: 40, width: 9, height: 9 })));
  await client.call("appendLog", { reviewId }, { entries: drawn });
  const approval = { reviewer: "Ann", comment: "", unseenReason: null };
  const opened = await openedHere(join(server.data, "cases"), async () => {
    expect(await client.refusal("approve", { reviewId }, approval)).toMatchObject({
      code: "unseen-slices",
      slices: [3, 4],
    });
    await client.call("approve", { reviewId }, { ...approval, unseenReason: "A test." });
  });
  expect(opened).toEqual([]);
  expect((await client.bytes(`/api/cases/${caseId}/versions/1/rtstruct`)).length).toBeGreaterThan(1000);
});

test("an upload that is refused leaves the disk as it was", async () => {
  const whole = zipSync(Object.fromEntries(slices), { level: 6 });
  const refused = {
    bomb: { "bomb.zip": zipSync({ "1.dcm": new Uint8Array(200 * 2 ** 20) }, { level: 1 }) },
    cut: { "cut.zip": whole.slice(0, whole.length * 0.6) },
    again: Object.fromEntries(slices),
    "no DICOM": { "a.txt": Buffer.from("text"), "b/c.pdf": Buffer.from("%PDF") },
  };
  const before = filesLeft();
  for (const [what, files] of Object.entries(refused)) {
    const { cases, problems } = await client.call("finishUpload", { uploadId: await begin(files) }, {});
    expect([what, cases]).toEqual([what, []]);
    expect(problems.length).toBeGreaterThan(0);
    expect([what, ...filesLeft()]).toEqual([what, ...before]);
  }
});

test("nothing of all this was a fault", () => {
  expect(server.faults).toEqual([]);
});
