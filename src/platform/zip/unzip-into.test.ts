/** Archives as people send them, and as nobody should: all of one or nothing, and never outside the folder. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { zipSync } from "fflate";
import { afterAll, expect, test } from "vitest";
import { type Entry, writeZip, type ZipShape } from "../../../test/write-zip.ts";
import { extractArchive } from "./extract-archive.ts";
import { isZip, unzipInto } from "./unzip-into.ts";

const folder = mkdtempSync(join(tmpdir(), "unzip-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const plenty = { bytes: 2 ** 30, files: 100, reserveBytes: 0 };
const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));
let made = 0;

function onDisk(content: Uint8Array): string {
  const path = join(folder, `${++made}.zip`);
  writeFileSync(path, content);
  return path;
}

/** Contents in the order of the numbers, or the error's code. The worker's work without its thread. */
async function unpacked(content: Uint8Array, limits = plenty): Promise<string[] | string> {
  const out = join(folder, `out-${++made}`);
  mkdirSync(out);
  const archive = onDisk(content);
  try {
    const { files } = await extractArchive({ archive, folder: out, limits });
    return Array.from({ length: files }, (_, at) => readFileSync(join(out, String(at + 1)), "latin1"));
  } catch (error) {
    return (error as { code: string }).code;
  } finally {
    rmSync(out, { recursive: true });
    rmSync(archive);
  }
}

const shapes: readonly ZipShape[] = [false, true].flatMap((zip64) =>
  (["none", "signed", "unsigned"] as const).map((descriptor) => ({ zip64, descriptor, comment: "" })),
);
const entries: readonly Entry[] = [
  { name: "patient/", content: bytes(""), packed: false },
  { name: "patient/1.dcm", content: bytes("the first, the first, the first of them"), packed: true },
  { name: "patient/2.dcm", content: bytes("stored"), packed: false },
  { name: "patient/empty", content: bytes(""), packed: false },
];
const contents = entries.slice(1).map(({ content }) => Buffer.from(content).toString("latin1"));

test.each(shapes)("%j: an archive that is whole is taken whole", async (shape) => {
  expect(await unpacked(writeZip(entries, shape))).toEqual(contents);
  expect(await unpacked(writeZip(entries, { ...shape, comment: "of a scanner" }))).toEqual(contents);
});

test.each(shapes)("%j: cut at any byte it is refused", async (shape) => {
  const inner = writeZip(entries, shape);
  // An archive within one, stored: where it ends stands an end record that is not the outer one's.
  const whole = writeZip([...entries, { name: "inner.zip", content: inner, packed: false }], {
    ...shape,
    comment: "c",
  });
  expect(await unpacked(whole)).toHaveLength(4);
  const [archive, out] = [onDisk(whole), mkdtempSync(join(folder, "cut-"))];
  for (let cut = whole.length - 1; cut >= 0; cut--) {
    truncateSync(archive, cut);
    await expect(extractArchive({ archive, folder: out, limits: plenty })).rejects.toMatchObject({
      code: "bad-archive",
    });
  }
  expect(readdirSync(out)).toEqual([]);
});

test("a flipped bit gives the same content or a refusal, in data always a refusal", async () => {
  for (const shape of [shapes[0], shapes[4]]) {
    const whole = writeZip(entries, shape);
    const stored = Buffer.from(whole).indexOf("stored");
    const inData = (at: number): boolean => at >= stored && at < stored + 6;
    for (let at = 0; at < whole.length; at++) {
      for (const bit of inData(at) ? [0, 1, 2, 3, 4, 5, 6, 7] : [at % 8]) {
        const flipped = whole.slice();
        flipped[at] ^= 1 << bit;
        const result = await unpacked(flipped);
        if (inData(at)) expect(result).toBe("bad-archive");
        if (typeof result !== "string") expect([shape, at, result]).toEqual([shape, at, contents]);
      }
    }
  }
});

test("bytes before, between and behind the entries are no part of an archive", async () => {
  const whole = writeZip(entries, shapes[0]);
  await fc.assert(
    fc.asyncProperty(
      fc.nat(whole.length),
      fc.uint8Array({ minLength: 1, maxLength: 30 }),
      async (at, more) => {
        const changed = Buffer.concat([whole.subarray(0, at), more, whole.subarray(at)]);
        expect(typeof (await unpacked(changed))).toBe("string");
      },
    ),
    { seed: 1, numRuns: 200 },
  );
});

test("nested folders come out flat, clutter and folders left out, by another program's archive", async () => {
  const large = new Uint8Array(3_000_000).map((_, at) => (at * at) >> 7);
  const path = onDisk(
    zipSync({
      a: { b: { "one.dcm": bytes("one") }, "two.dcm": [large, { level: 0 }] },
      "__MACOSX/._one.dcm": bytes("clutter"),
      "a/._two.dcm": bytes("clutter"),
      ".DS_Store": bytes("clutter"),
      "a/Thumbs.db": bytes("clutter"),
    }),
  );
  expect(await isZip(path)).toBe(true);
  const out = join(folder, "a");
  expect(await unzipInto(path, out, plenty)).toEqual({ files: 2, bytes: 3_000_003 });
  expect(readdirSync(out).sort()).toEqual(["1", "2"]);
  expect(readFileSync(join(out, "2")).equals(Buffer.from(large))).toBe(true);
});

test("names that climb out, that stand twice, and links are refused; absolute names are not used", async () => {
  const entryNamed = (name: string): Entry => ({ name, content: bytes("x"), packed: false });
  const of = (...list: readonly Entry[]): Promise<string[] | string> => unpacked(writeZip(list, shapes[0]));
  expect(await of(entryNamed("../../escaped.dcm"))).toBe("bad-archive");
  expect(await of(entryNamed("a\\..\\escaped.dcm"))).toBe("bad-archive");
  expect(await of(entryNamed("a"), entryNamed("a"))).toBe("bad-archive");
  expect(await of({ ...entryNamed("link"), unixMode: 0o120777 })).toBe("bad-archive");
  expect(await of(entryNamed("/tmp/escaped-absolute"))).toEqual(["x"]);
  expect(existsSync("/tmp/escaped-absolute")).toBe(false);
});

test("an encrypted archive and another method than deflate are refused by name", async () => {
  const secondEntry = entries.slice(1, 2);
  expect(await unpacked(writeZip(secondEntry, { ...shapes[0], flags: 1 }))).toBe("encrypted-archive");
  expect(await unpacked(writeZip(secondEntry, { ...shapes[0], method: 99 }))).toBe("encrypted-archive");
  expect(await unpacked(writeZip(secondEntry, { ...shapes[0], method: 9 }))).toBe("bad-archive");
});

test("an archive that unfolds beyond size, number, ratio or room is refused before anything is written", async () => {
  const zeros = (count: number): Uint8Array => zipSync({ zeros: new Uint8Array(count) });
  expect(await unpacked(zeros(5_000_000), { ...plenty, bytes: 1_000_000 })).toBe("too-large");
  expect(await unpacked(zeros(5_000_000))).toHaveLength(1);
  expect(await unpacked(zeros(70_000_000))).toBe("too-large");
  expect(await unpacked(writeZip(entries, shapes[0]), { ...plenty, files: 3 })).toBe("too-large");
  expect(await unpacked(zeros(5_000_000), { ...plenty, reserveBytes: 2 ** 60 })).toBe("disk-full");
});

test("sizes that say less than there is are refused, and of a refused archive nothing is left", async () => {
  const whole = writeZip(entries, { ...shapes[0], understated: 1 });
  expect(await unpacked(whole)).toBe("bad-archive");
  const place = mkdtempSync(join(folder, "understated-"));
  const zeros: Entry = { name: "zeros", content: new Uint8Array(1_000_000), packed: true };
  const archive = onDisk(writeZip([zeros], { ...shapes[0], understated: 900_000 }));
  await expect(extractArchive({ archive, folder: place, limits: plenty })).rejects.toThrow(
    "longer than it says",
  );
  expect(statSync(join(place, "1")).size).toBeLessThanOrEqual(100_000);
  const out = join(folder, "refused");
  await expect(unzipInto(onDisk(whole), out, plenty)).rejects.toMatchObject({ code: "bad-archive" });
  expect(existsSync(out)).toBe(false);
});
