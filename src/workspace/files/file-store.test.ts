/** Both file stores, and what an object store is spared: lines that break, damage, half objects, keys that are refused. */
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createRandom } from "#core/random.ts";
import type { Database } from "#workspace/records/database.ts";
import { openDatabase } from "#workspace/store/open-database.ts";
import { emptyWorkspace } from "../../../test/shared-inputs.ts";
import { bareCase } from "../../../test/workspace/bare-case.ts";
import { type FaultyLine, openFaultyLine } from "../../../test/workspace/faulty-line.ts";
import {
  type ObjectStoreServer,
  pointToStore,
  startObjectStore,
} from "../../../test/workspace/object-store-server.ts";
import type { FileStore } from "./file-store.ts";
import { openFileStore } from "./open-file-store.ts";

const folder = mkdtempSync(join(tmpdir(), "file-store-"));
let database: Database;
let server: ObjectStoreServer;
let line: FaultyLine;
let bucket: string;
beforeAll(async () => {
  emptyWorkspace(folder);
  database = await openDatabase(join(folder, "records"));
  server = await startObjectStore();
  line = await openFaultyLine(server.endpoint);
  bucket = await server.createBucket();
});
afterAll(async () => {
  await line.close();
  await server.stop();
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

const kinds = ["shared folder", "object store"] as const;
let number = 0;

/** On a machine of its own; folders are shared by those of one `workspace`. */
async function open(kind: (typeof kinds)[number], workspace: string, endpoint?: string): Promise<FileStore> {
  pointToStore(server.keys, endpoint ?? server.endpoint);
  const machine = kind === "shared folder" ? workspace : `machine-${++number}`;
  const address = kind === "shared folder" ? undefined : `s3://${bucket}/clinic/${workspace}`;
  const onFault = (error: unknown): never => {
    throw error;
  };
  mkdirSync(join(folder, machine), { recursive: true });
  return openFileStore({ folder: join(folder, machine), address, db: database.db, onFault });
}

const newCase = (): Promise<string> => bareCase(database.db);

/** A folder with these files, for a store to take. */
function write(files: Readonly<Record<string, Uint8Array | string>>): string {
  const attempt = join(folder, "attempts", crypto.randomUUID());
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(attempt, path)), { recursive: true });
    writeFileSync(join(attempt, path), content);
  }
  return attempt;
}

/** Taken, recorded and settled. */
async function keep(
  store: FileStore,
  caseId: string,
  files: Readonly<Record<string, Uint8Array | string>>,
): Promise<void> {
  const taken = await store.take(caseId, write(files));
  await database.transact(taken.record);
  await taken.settle();
}

const read = (store: FileStore, caseId: string, path: string): string =>
  readFileSync(join(store.cases, caseId, path), "latin1");
const filesIn = (path: string): string[] => {
  try {
    return readdirSync(path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => name);
  } catch {
    return [];
  }
};

const digestOf = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
const random = createRandom(7);
const large = Uint8Array.from({ length: 1_500_000 }, () => Math.floor(256 * random.next()));

describe.each(kinds)("a %s", (kind) => {
  test("has what was taken when the transaction that names it is committed, on every machine, and not before", async () => {
    const [firstStore, secondStore] = [
      await open(kind, kind.slice(0, 6)),
      await open(kind, kind.slice(0, 6)),
    ];
    const caseId = await newCase();
    const files = { "ct/slices.bin": large, "ct/reference.json": "{}", "mask-files/a.dcm": "set" };
    const taken = await firstStore.take(caseId, write(files));
    const failing = database.transact(async (db) => {
      await db.deleteFrom("removals").execute();
      throw new Error("no");
    });
    await expect(failing).rejects.toThrow("no");
    await secondStore.stage(caseId, join(secondStore.cases, caseId, "ct"));
    expect(filesIn(join(secondStore.cases, caseId))).toEqual([]);
    expect(await secondStore.namesIn(caseId, join(secondStore.cases, caseId, "mask-files"))).toEqual([]);

    await database.transact(taken.record);
    await taken.settle();
    await secondStore.stage(caseId, join(secondStore.cases, caseId, "ct"));
    expect(digestOf(readFileSync(join(secondStore.cases, caseId, "ct/slices.bin")))).toBe(digestOf(large));
    expect(read(secondStore, caseId, "ct/reference.json")).toBe("{}");
    expect(await secondStore.namesIn(caseId, join(secondStore.cases, caseId, "mask-files"))).toEqual([
      "a.dcm",
    ]);
    // Here it need not be brought.
    expect(read(firstStore, caseId, "mask-files/a.dcm")).toBe("set");
    await firstStore.close();
    await secondStore.close();
  });

  test("copies a case's files out, and takes them in from a backup of the other kind unless one was changed", async () => {
    const from = await open(kind, "out");
    const into = await open(kind === "shared folder" ? "object store" : "shared folder", "in");
    const caseId = await newCase();
    await keep(from, caseId, { "dicom/00001.dcm": "one", "versions/1.dcm": "signed" });
    const backup = join(folder, "backup", crypto.randomUUID());
    const files = await from.copyOut(caseId, backup);
    expect(files.map(({ path }) => path).sort()).toEqual(["dicom/00001.dcm", "versions/1.dcm"]);
    await database.db.deleteFrom("files").where("case_id", "=", caseId).execute();
    await database.transact(await into.copyIn(caseId, backup, files));
    await into.stage(caseId, join(into.cases, caseId, "versions"));
    expect(read(into, caseId, "versions/1.dcm")).toBe("signed");
    writeFileSync(join(backup, "versions/1.dcm"), "other");
    await expect(into.copyIn(await newCase(), backup, files)).rejects.toMatchObject({ code: "file-changed" });
    await from.close();
    await into.close();
  });

  test("says what it takes: a file counts once, however many copies there are", async () => {
    const [firstStore, secondStore] = [await open(kind, "used"), await open(kind, "used")];
    const before = await firstStore.usedBytes();
    const caseId = await newCase();
    await keep(firstStore, caseId, { "ct/slices.bin": large });
    await secondStore.stage(caseId, join(secondStore.cases, caseId, "ct"));
    for (const store of [firstStore, secondStore])
      expect(await store.usedBytes()).toBe(before + large.length);
    await firstStore.close();
    await secondStore.close();
  });

  test("removes all of a case, and nothing of another", async () => {
    const store = await open(kind, "removal");
    const [gone, stays] = [await newCase(), await newCase()];
    for (const caseId of [gone, stays]) await keep(store, caseId, { "ct/a": "a", "ct/b": "b" });
    await store.take(gone, write({ "ct/never-recorded": "c" }));
    await store.remove(gone);
    const objects = [...(await server.objects(bucket)).keys()].filter((key) => key.includes(gone));
    expect([objects, filesIn(join(store.cases, gone))]).toEqual([[], []]);
    await store.stage(stays, join(store.cases, stays, "ct"));
    expect(filesIn(join(store.cases, stays)).sort()).toEqual(["a", "b"]);
    await store.close();
  });
});

test("a shared folder whose id cannot be read is told as that, and not taken for another workspace's", async () => {
  const store = await open("shared folder", "unreadable");
  expect(await store.readId()).toBeUndefined();
  mkdirSync(join(folder, "unreadable", "workspace-id"));
  await expect(store.readId()).rejects.toMatchObject({
    code: "file-unreadable",
    message: expect.stringContaining(join(folder, "unreadable", "workspace-id")),
  });
  await store.close();
});

describe("an object store", () => {
  /** A case with one large file, and a machine that does not have it yet. */
  async function largeFile() {
    const store = await open("object store", "harm", line.endpoint);
    const caseId = await newCase();
    const attempt = write({ "ct/slices.bin": large });
    const record = async (): Promise<void> => database.transact((await store.take(caseId, attempt)).record);
    const bring = async (): Promise<string> => {
      const place = join(store.cases, caseId, "ct", "slices.bin");
      await store.stage(caseId, place);
      return digestOf(readFileSync(place));
    };
    return { store, caseId, record, bring };
  }
  const content = digestOf(large);

  test.each([
    { kind: "answer", status: 503 },
    { kind: "break", afterBytes: 0 },
    { kind: "break", afterBytes: 700_000 },
    { kind: "damage" },
    { kind: "wait", ms: 300 },
  ] as const)("gets a file whole although it comes to harm on its way there: %j", async (harm) => {
    const { record, bring, store } = await largeFile();
    line.harm(harm, { method: "PUT", times: 2 });
    await record();
    expect(await bring()).toBe(content);
    await store.close();
  });

  test.each([
    { kind: "answer", status: 500 },
    { kind: "break", afterBytes: 700_000 },
    { kind: "cut-answer", bytes: 700_000 },
    { kind: "cut-answer", bytes: 0 },
    { kind: "damage" },
    { kind: "wait", ms: 300 },
  ] as const)("gives a file whole although it comes to harm on its way back: %j", async (harm) => {
    const { record, bring, store, caseId } = await largeFile();
    await record();
    line.harm(harm, { method: "GET", path: caseId, times: 2 });
    expect(await bring()).toBe(content);
    expect(filesIn(store.cases)).toEqual(["slices.bin"]);
    await store.close();
  });

  test.each([
    ["was cut off", large.slice(0, 700_000)],
    ["has one other bit", large.map((value, at) => (at === 9 ? value ^ 1 : value))],
    ["is gone", undefined],
  ])("refuses an object that %s since it was put there, and leaves nothing of it", async (_, body) => {
    const { record, bring, store, caseId } = await largeFile();
    await record();
    const [key] = [...(await server.objects(bucket)).keys()].filter((name) => name.includes(caseId));
    await (body === undefined ? server.remove(bucket, key) : server.put(bucket, key, body));
    await expect(bring()).rejects.toMatchObject({ code: "file-changed" });
    expect(filesIn(store.cases)).toEqual([]);
    await store.close();
  });

  test("never has another file at the place of one that counts; the same one again is the same", async () => {
    const store = await open("object store", "again");
    const caseId = await newCase();
    await keep(store, caseId, { "ct/a": "first", "ct/b": "first too" });
    await keep(store, caseId, { "ct/a": "first" });
    await expect(keep(store, caseId, { "ct/a": "second" })).rejects.toThrow("replaced by another");
    const other = await open("object store", "again");
    await other.stage(caseId, join(other.cases, caseId, "ct"));
    expect(read(other, caseId, "ct/a")).toBe("first");
    await store.close();
    await other.close();
  });

  test("that is killed amid an upload has none of it, says so, and goes on when it is there again", async () => {
    const { record, store, caseId } = await largeFile();
    await store.check();
    line.harm({ kind: "wait", ms: 60_000 }, { method: "PUT" });
    const failing = record();
    const failure = expect(failing).rejects.toMatchObject({ code: "files-unavailable" });
    await server.kill();
    await line.close();
    await failure;
    await expect(store.check()).rejects.toMatchObject({ code: "files-unavailable" });
    expect(await database.db.selectFrom("files").where("case_id", "=", caseId).selectAll().execute()).toEqual(
      [],
    );
    await store.close();
    await server.start();
    line = await openFaultyLine(server.endpoint);
    expect([...(await server.objects(bucket)).keys()].filter((key) => key.includes(caseId))).toEqual([]);
  });

  test("that refuses the key says so without the secret, and is not asked again and again", async () => {
    const store = await open("object store", "denied", line.endpoint);
    pointToStore(server.otherKeys, line.endpoint);
    const address = `s3://${bucket}/clinic/denied`;
    const denied = await openFileStore({
      folder: join(folder, "denied"),
      address,
      db: database.db,
      onFault: () => undefined,
    });
    const before = line.requests.length;
    const failure = await denied.readId().catch((error: Error) => error);
    expect(failure).toMatchObject({
      code: "files-unavailable",
      message: expect.stringContaining("(AccessDenied)"),
    });
    expect(String(failure)).not.toContain("secret");
    expect(line.requests.length).toBe(before + 1);
    await denied.close();
    await store.close();
  });

  test("that took no file is tried by writing until it takes one: reading alone does not make it whole", async () => {
    const store = await open("object store", "full", line.endpoint);
    const caseId = await newCase();
    line.harm({ kind: "answer", status: 507 }, { method: "PUT", times: 8 });
    await expect(store.take(caseId, write({ a: "a" }))).rejects.toMatchObject({ code: "files-unavailable" });
    await expect(store.check()).rejects.toMatchObject({ code: "files-unavailable" });
    await store.check();
    await store.close();
  });

  test("that takes what is not what was announced is refused", async () => {
    const store = await open("object store", "credulous", line.endpoint);
    line.harm({ kind: "answer", status: 200 }, { method: "PUT" });
    await expect(store.writeId("id")).rejects.toMatchObject({ code: "usage" });
    await store.writeId("id");
    expect(await store.readId()).toBe("id");
    await store.close();
  });
});
