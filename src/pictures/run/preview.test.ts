import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { patientPoint } from "#core/coordinates.ts";
import { createGrid } from "#geometry/grid.ts";
import { emptyMask, type Mask } from "#geometry/mask.ts";
import { refuseEarlierPreview, writePreview } from "./preview.ts";

const folder = mkdtempSync(join(tmpdir(), "preview-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const grid = createGrid([8, 8, 6], [1, 1, 3], patientPoint(0, 0, 0));
const ct = { grid, hu: new Int16Array(8 * 8 * 6) };

function targetOn(slice: number): Mask {
  const mask = emptyMask(grid);
  mask.data[slice * 64 + 27] = 1;
  return mask;
}

test("pictures of another contour do not stay beside those of the new one, and other files do", async () => {
  const out = join(folder, "overlays");
  await writePreview(ct, { automatic: targetOn(4) }, out);
  writeFileSync(join(out, "slice-notes.txt"), "");
  await writePreview(ct, { automatic: targetOn(1) }, out, { force: true });
  expect(readdirSync(out).sort()).toEqual(["sheet.png", "slice-002.png", "slice-notes.txt"]);
});

test("any of them is reason to refuse without force, and a file is no folder", async () => {
  const out = join(folder, "without-sheet");
  mkdirSync(out);
  await refuseEarlierPreview(out);
  writeFileSync(join(out, "slice-005.png"), "");
  await expect(refuseEarlierPreview(out, { force: false })).rejects.toMatchObject({
    code: "file-exists",
    message: expect.stringContaining("slice-005.png"),
  });
  await refuseEarlierPreview(join(folder, "not there"));
  await expect(refuseEarlierPreview(join(out, "slice-005.png"))).rejects.toMatchObject({
    message: expect.stringContaining("is no folder"),
  });
});
