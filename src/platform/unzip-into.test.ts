/** Archives as people send them, and as nobody should: nothing is ever written outside the folder. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { zipSync } from "fflate";
import { afterAll, expect, test } from "vitest";
import { isZip, unzipInto } from "./unzip-into.ts";

const folder = mkdtempSync(join(tmpdir(), "unzip-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const plenty = { bytes: 2 ** 30, files: 100 };
const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));

function archive(name: string, files: Record<string, Uint8Array>): string {
  const path = join(folder, name);
  writeFileSync(path, zipSync(files));
  return path;
}

test("nested folders come out flat, clutter and folders left out, packed or stored", async () => {
  const large = new Uint8Array(3_000_000).map((_, at) => (at * at) >> 7);
  const path = join(folder, "a.zip");
  writeFileSync(
    path,
    zipSync({
      a: { b: { "one.dcm": bytes("one") }, "two.dcm": [large, { level: 0 }] },
      "__MACOSX/._one.dcm": bytes("clutter"),
      ".DS_Store": bytes("clutter"),
    }),
  );
  expect(await isZip(path)).toBe(true);
  const out = join(folder, "a");
  expect(await unzipInto(path, out, plenty)).toBe(2);
  const contents = readdirSync(out).map((name) => readFileSync(join(out, name)));
  expect(contents.map(({ length }) => length).sort()).toEqual([3, 3_000_000].sort());
  expect(contents.some((content) => content.equals(Buffer.from(large)))).toBe(true);
});

test("names that climb out of the folder are not used", async () => {
  const path = archive("slip.zip", { "../../escaped.dcm": bytes("x"), "/tmp/escaped-absolute": bytes("y") });
  const out = join(folder, "deep/er/slip");
  await unzipInto(path, out, plenty);
  expect(readdirSync(folder).includes("escaped.dcm") || existsSync(join(folder, "deep/escaped.dcm"))).toBe(
    false,
  );
  for (const name of readdirSync(out)) expect(name).toMatch(/^\d+$/);
});

test("an archive that unfolds beyond the limits is refused before it fills the disk", async () => {
  const path = archive("bomb.zip", { zeros: new Uint8Array(5_000_000) });
  const limits = { bytes: 1_000_000, files: 100 };
  await expect(unzipInto(path, join(folder, "bomb"), limits)).rejects.toMatchObject({ code: "too-large" });
  const many = archive("many.zip", { a: bytes("a"), b: bytes("b") });
  await expect(unzipInto(many, join(folder, "many"), { ...plenty, files: 1 })).rejects.toThrow("more than 1");
});

test("a damaged archive is refused in a sentence", async () => {
  const whole = zipSync({ "one.dcm": new Uint8Array(100_000).map((_, at) => (at * 7919) >> 3) });
  const path = join(folder, "damaged.zip");
  whole.fill(0xff, 60, 200);
  writeFileSync(path, whole);
  await expect(unzipInto(path, join(folder, "damaged"), plenty)).rejects.toMatchObject({
    code: "file-unreadable",
  });
});
