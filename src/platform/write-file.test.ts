import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { writeFileAtomic } from "./write-file.ts";

const folder = mkdtempSync(join(tmpdir(), "write-file-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("of several who write one file at once each succeeds, and one of them is there, whole", async () => {
  const path = join(folder, "cache.bin");
  const contents = [1, 2, 3, 4].map((value) => new Uint8Array(1_000_000 * value).fill(value));
  await Promise.all(contents.map((content) => writeFileAtomic(path, content, { force: true })));
  const written = readFileSync(path);
  expect(contents.some((content) => written.equals(content))).toBe(true);
  expect(readdirSync(folder)).toEqual(["cache.bin"]);
});

test("what cannot be written leaves nothing behind", async () => {
  await writeFileAtomic(join(folder, "file"), "1");
  await expect(writeFileAtomic(join(folder, "file", "below"), "2")).rejects.toMatchObject({
    code: "file-unwritable",
  });
  await expect(writeFileAtomic(join(folder, "file"), "2")).rejects.toMatchObject({ code: "file-exists" });
  expect(readFileSync(join(folder, "file"), "utf8")).toBe("1");
  expect(readdirSync(folder).filter((name) => name.endsWith(".partial"))).toEqual([]);
});
