/** What a person relies on where `segment` does not end well. */
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { beginCtFolder } from "#patients/ct/read-ct-folder.ts";
import { phantomFolder } from "../../../test/shared-inputs.ts";
import { segment } from "./segment.ts";

const folder = mkdtempSync(join(tmpdir(), "segment-"));
let ctPath: string;
afterAll(() => {
  for (const made of [folder, join(ctPath, "../..")]) rmSync(made, { recursive: true, force: true });
});
beforeAll(async () => {
  ctPath = join(await phantomFolder(41, 64), "ct");
});

const silent = { report: () => undefined };
const requestFor = (out: string) =>
  ({
    ctPath,
    out,
    format: "rtstruct",
    roiName: "GTV",
    holes: "keyhole",
    cleanUp: "tumour",
    force: false,
  }) as const;

test("an interrupt writes nothing, also once the network has seen every slice", async () => {
  const out = join(folder, "interrupted.dcm");
  const interrupt = new AbortController();
  const progress = {
    report: (stage: string) => {
      if (stage === "finding the tumour") interrupt.abort();
    },
  };
  await expect(segment(requestFor(out), progress, interrupt.signal)).rejects.toMatchObject({
    code: "cancelled",
  });
  expect(interrupt.signal.aborted).toBe(true);
  expect(readdirSync(folder)).toEqual([]);
});

test("a model that cannot be loaded ends the reading that has begun, and says so", async () => {
  const model = join(folder, "junk.onnx");
  writeFileSync(model, "no model");
  const out = join(folder, "never.dcm");
  const begun = await beginCtFolder(ctPath);
  const run = segment({ ...requestFor(out), model }, silent, new AbortController().signal, begun);
  await expect(run).rejects.toMatchObject({ code: "bad-model" });
  // Read whole, or ended with the next slice: nothing goes on.
  await Promise.allSettled([begun.volume]);
  expect(existsSync(out)).toBe(false);
});
