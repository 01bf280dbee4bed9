/** What stands on the picture of `augment`, read back from its pixels. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PNG } from "pngjs";
import { afterAll, expect, test } from "vitest";
import { defaultTraining } from "#contract/training-configuration.ts";
import { drawText, textHeight, textWidth } from "#pictures/pixel-font.ts";
import { blankImage } from "#pictures/rgb-image.ts";
import { writeSmallPatient } from "../../../test/small-patients.ts";
import { previewAugmentation } from "./augment-preview.ts";

const folder = mkdtempSync(join(tmpdir(), "augment-preview-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("the picture counts slices from 1, as what is printed beside it does", async () => {
  await writeSmallPatient(folder, 1);
  const preview = join(folder, "augmented.png");
  const subject = { path: folder, patient: undefined, mask: undefined, roi: "GTV", slice: 5 };
  const configuration = { ...defaultTraining, size: 64 };
  await previewAugmentation({ ...subject, preview, count: 1, seed: 1, configuration, force: false });
  const png = PNG.sync.read(readFileSync(preview));
  const dots = (data: Uint8Array, width: number, perPixel: number): string =>
    Array.from({ length: textHeight(2) }, (_, y) =>
      Array.from({ length: textWidth("slice 6", 2) }, (_, x) =>
        data[((y + 8) * width + x + 8) * perPixel] === 235 ? "#" : " ",
      ).join(""),
    ).join("\n");
  const expected = blankImage(200, 40);
  drawText(expected, { text: "slice 6", x: 8, y: 8, colour: [235, 235, 235], scale: 2 });
  expect(dots(png.data, png.width, 4)).toBe(dots(expected.data, 200, 3));
});
