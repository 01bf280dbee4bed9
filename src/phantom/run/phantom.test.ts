import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { silentProgress } from "#core/progress.ts";
import { makePhantoms } from "./phantom.ts";

let out: string;
beforeAll(async () => {
  out = await mkdtemp(join(tmpdir(), "phantoms-"));
  await mkdir(join(out, "patient-0003"));
  const note = { seed: 7, patient: 3, size: 64, variety: "paper" };
  await writeFile(join(out, "patient-0003", "phantom.json"), JSON.stringify(note));
});
afterAll(() => rm(out, { recursive: true }));

test("a patient that is there is kept if the same command made it, and refused if another did", async () => {
  const again = (wanted: object): Promise<unknown> =>
    makePhantoms({ patients: 1, first: 3, seed: 7, size: 64, out, ...wanted }, silentProgress);
  expect(await again({})).toMatchObject({ made: 0, kept: 1 });
  for (const [key, value] of Object.entries({ seed: 8, size: 128, variety: "wide" }))
    await expect(again({ [key]: value })).rejects.toMatchObject({
      code: "file-exists",
      message: expect.stringContaining(`made otherwise (${key})`),
    });
});

test.each(["", '{ "seed": 7', "null", '{ "seed": "7" }'])(
  "a patient whose note is damaged (%s) is named",
  async (text) => {
    const folder = join(out, "patient-0004");
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, "phantom.json"), text);
    const request = { patients: 1, first: 4, seed: 7, size: 64, out };
    await expect(makePhantoms(request, silentProgress)).rejects.toMatchObject({
      code: "file-unreadable",
      message: expect.stringContaining(join(folder, "phantom.json")),
    });
  },
);
