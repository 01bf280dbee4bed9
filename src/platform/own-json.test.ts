import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { z } from "zod";
import { type OwnJson, readOwnJson } from "./own-json.ts";

const folder = mkdtempSync(join(tmpdir(), "own-json-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const path = join(folder, "note.json");
const note: OwnJson<{ readonly seed: number }> = {
  schema: z.object({ seed: z.int() }),
  said: "how it was made",
  remedy: "Remove the folder.",
  code: "bad-cohort",
};

test("what is there is read, and what is not there is undefined, also below a file", async () => {
  expect(await readOwnJson(path, note)).toBe(undefined);
  writeFileSync(path, '{ "seed": 3 }');
  expect(await readOwnJson(path, note)).toEqual({ seed: 3 });
  expect(await readOwnJson(join(path, "note.json"), note)).toBe(undefined);
});

test.each(["", '{ "seed": 3', "null", '{ "seed": "3" }'])(
  "a damaged file (%s) is named, with the remedy",
  async (text) => {
    writeFileSync(path, text);
    await expect(readOwnJson(path, note)).rejects.toMatchObject({
      code: "bad-cohort",
      message: `${path} is damaged: it said how it was made. Remove the folder.`,
    });
  },
);

test("what cannot be read is not taken for nothing", async () => {
  await expect(readOwnJson(folder, note)).rejects.toMatchObject({ code: "file-unreadable" });
});
