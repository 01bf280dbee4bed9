/** Contouring that began before its job came: its result is the job's, and nothing of another case's. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { silentProgress } from "#core/progress.ts";
import type { CtVolume } from "#dicom/ct/ct-volume.ts";
import { clickModel, shippedModel } from "#model/run/load-model.ts";
import { readCtFolder } from "#patients/ct/read-ct-folder.ts";
import { phantomFolder } from "../../../test/shared-inputs.ts";
import { contourAhead, contourWith, takeAhead } from "./contouring.ts";
import { Gate } from "./gate.ts";

const path = fileURLToPath(shippedModel);
const gate = new Gate();
let folder: string;
let ct: CtVolume;

beforeAll(async () => {
  folder = await phantomFolder(41, 64);
  ct = await readCtFolder(folder);
});
afterAll(() => rmSync(join(folder, ".."), { recursive: true, force: true }));

test("what began ahead is the case's contour, its progress is told from when it is asked for", async () => {
  const expected = await contourWith(ct, { path, gate, progress: silentProgress });
  await expected.model.dispose();
  gate.closed = true;
  contourAhead("a", ct, { path, gate });
  const stages = new Set<string>();
  const taken = takeAhead("a", path, { report: (stage) => stages.add(stage) });
  gate.closed = false;
  const found = await taken;
  expect(found?.contoured.mask.data.includes(1)).toBe(true);
  expect(Buffer.compare(found?.contoured.mask.data ?? new Uint8Array(), expected.contoured.mask.data)).toBe(
    0,
  );
  expect(stages).toContain("segmenting");
  await found?.model.dispose();
  expect(takeAhead("a", path, silentProgress)).toBeUndefined();
});

test.each([
  ["another case", "b", path],
  ["another model", "a", fileURLToPath(clickModel)],
])("%s is not contoured by it, and it is given up", async (_, caseId, wanted) => {
  contourAhead("a", ct, { path, gate });
  expect(takeAhead(caseId, wanted, silentProgress)).toBeUndefined();
  expect(takeAhead("a", path, silentProgress)).toBeUndefined();
});

test("why it failed is said to the job", async () => {
  contourAhead("a", ct, { path: join(folder, "none.onnx"), gate });
  await expect(takeAhead("a", join(folder, "none.onnx"), silentProgress)).rejects.toMatchObject({
    code: "file-not-found",
  });
});
