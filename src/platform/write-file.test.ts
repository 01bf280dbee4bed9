import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { readWhole } from "./missing.ts";
import { recordPathFor, startRun, writeRecorded } from "./run-record.ts";
import { makeFolder, refuseExisting, unwritable, writeFileAtomic } from "./write-file.ts";

const folder = mkdtempSync(join(tmpdir(), "write-file-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = join(folder, "there.txt");
writeFileSync(file, "1");
const below = join(folder, "folder");
mkdirSync(below);

test("a file that is there is overwritten with force, and only where somebody has that option is it told of", async () => {
  await expect(refuseExisting(file, { force: false })).rejects.toThrow("overwrite it with --force");
  await expect(refuseExisting(file)).rejects.toThrow(/exists already\. Choose another name\.$/);
  await expect(writeFileAtomic(file, "2")).rejects.toThrow(/Choose another name\.$/);
  await writeFileAtomic(file, "2", { force: true });
});

test("a place that cannot be written is told with its reason in words", async () => {
  await expect(writeFileAtomic(join(file, "below.txt"), "1")).rejects.toThrow(/a file stands where a folder/);
  await expect(writeFileAtomic(below, "1", { force: true })).rejects.toThrow("it is a folder (EISDIR)");
});

test("a folder that cannot be made says why in words, also as Node.js has it of a read-only disk", async () => {
  await expect(makeFolder(join(file, "folder"))).rejects.toThrow(/a file stands where a folder/);
  const ofReadOnly = Object.assign(new Error("mkdir"), { code: "ENOENT" });
  expect(unwritable("backup", ofReadOnly).message).toContain("or the disk is read-only (ENOENT)");
});

test("a folder in place of a file is told as that, and not as a file that is not there", async () => {
  writeFileSync(file, "whole");
  expect(String(await readWhole(file))).toBe("whole");
  await expect(readWhole(below, "There is no model.")).rejects.toThrow("is a folder: name a file.");
  await expect(readWhole(join(folder, "no"), "There is no model.")).rejects.toThrow("There is no model.");
  await expect(readWhole(join(file, "below"))).rejects.toMatchObject({ code: "file-not-found" });
});

const ownFolder = join(folder, "own");
mkdirSync(ownFolder);

test("of several who write one file at once each succeeds, and one of them is there, whole", async () => {
  const path = join(ownFolder, "cache.bin");
  const contents = [1, 2, 3, 4].map((value) => new Uint8Array(1_000_000 * value).fill(value));
  await Promise.all(contents.map((content) => writeFileAtomic(path, content, { force: true })));
  const written = readFileSync(path);
  expect(contents.some((content) => written.equals(content))).toBe(true);
  expect(readdirSync(ownFolder)).toEqual(["cache.bin"]);
});

test("what cannot be written leaves nothing behind", async () => {
  await writeFileAtomic(join(ownFolder, "file"), "1");
  await expect(writeFileAtomic(join(ownFolder, "file", "below"), "2")).rejects.toMatchObject({
    code: "file-unwritable",
  });
  await expect(writeFileAtomic(join(ownFolder, "file"), "2")).rejects.toMatchObject({ code: "file-exists" });
  expect(readFileSync(join(ownFolder, "file"), "utf8")).toBe("1");
  expect(readdirSync(ownFolder).filter((name) => name.endsWith(".partial"))).toEqual([]);
});

test("an output whose record cannot be written is not written, and the earlier one stays with force", async () => {
  const output = join(ownFolder, "gtv.dcm");
  const facts = { verb: "segment", options: {}, inputUids: [], findings: [], outputs: [output], results: {} };
  const record = startRun().record(facts);
  await writeRecorded(output, Buffer.from("earlier"), record, { force: false });
  const before = readdirSync(ownFolder);
  rmSync(recordPathFor(output));
  mkdirSync(recordPathFor(output));
  await expect(writeRecorded(output, Buffer.from("later"), record, { force: true })).rejects.toMatchObject({
    code: "file-unwritable",
    message: expect.stringContaining("gtv.dcm.run.json"),
  });
  expect(readFileSync(output, "utf8")).toBe("earlier");
  expect(readdirSync(ownFolder)).toEqual(before);
  const other = join(ownFolder, "other.dcm");
  mkdirSync(recordPathFor(other));
  await expect(writeRecorded(other, Buffer.from("1"), record, { force: false })).rejects.toThrow(/EISDIR/);
  expect(readdirSync(ownFolder)).not.toContain("other.dcm");
});
