import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PNG } from "pngjs";
import { afterAll, expect, test } from "vitest";
import { pngDataUri, writePng } from "./write-png.ts";

const folder = mkdtempSync(join(tmpdir(), "write-png-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("every pixel comes back, from a file and from a URI, also of a picture that is a part of other memory", async () => {
  const [width, height] = [7, 5];
  const memory = Uint8Array.from({ length: 11 + 3 * width * height }, (_, at) => (at * 89) % 256);
  const image = { width, height, data: memory.subarray(11) };
  const path = join(folder, "picture.png");
  await writePng(path, image);
  const uri = pngDataUri(image);
  expect(uri).toMatch(/^data:image\/png;base64,/);
  for (const bytes of [readFileSync(path), Buffer.from(uri.slice(uri.indexOf(",") + 1), "base64")]) {
    const read = PNG.sync.read(bytes);
    expect([read.width, read.height]).toEqual([width, height]);
    const opaque = Array.from({ length: width * height }, (_, at) => [
      ...image.data.subarray(3 * at, 3 * at + 3),
      255,
    ]);
    expect([...read.data]).toEqual(opaque.flat());
  }
});
