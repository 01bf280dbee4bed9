/** Archives that are written are read by our own reader, which believes nothing, and by another library. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { unzipSync } from "fflate";
import { expect, test } from "vitest";
import { unzipInto } from "./unzip-into.ts";
import { ZipWriter } from "./write-zip.ts";

test("what was written is read back byte for byte, the same files give the same archive, for its owner alone", async () => {
  const folder = mkdtempSync(join(tmpdir(), "write-zip-"));
  const files = {
    "P1/ct/000001.dcm": new Uint8Array(100_000).map((_, at) => at * 7),
    "P1/ü.dcm": new Uint8Array(0),
  };
  const archives = ["a.zip", "b.zip"].map((name) => join(folder, name));
  for (const path of archives) {
    await using zip = await ZipWriter.create(path);
    for (const [name, content] of Object.entries(files)) await zip.add(name, content);
    await zip.finish();
  }
  const [bytes, again] = archives.map((path) => readFileSync(path));
  expect(bytes.equals(again)).toBe(true);
  expect(unzipSync(new Uint8Array(bytes))).toEqual(files);
  expect(statSync(archives[0]).mode & 0o077).toBe(0);
  mkdirSync(join(folder, "out"));
  const limits = { bytes: 1e9, files: 10, reserveBytes: 0 };
  expect(await unzipInto(archives[0], join(folder, "out", "all"), limits)).toMatchObject({ bytes: 100_000 });
  rmSync(folder, { recursive: true, force: true });
});
