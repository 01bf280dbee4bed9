/** Frames as they are stored: plain, big endian, and compressed by DCMTK. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readDicom } from "#dicom/dataset/read-dataset.ts";
import { tags } from "#dicom/dictionary.ts";
import { dcmtk } from "../../../test/pacs/clinic-server.ts";
import { phantomFolder } from "../../../test/shared-inputs.ts";
import { bulkDataOf, framesOf } from "./retrieve.ts";

const folder = mkdtempSync(join(tmpdir(), "frames-"));
let phantom: string;
let slice: string;
beforeAll(async () => {
  phantom = await phantomFolder(20, 128);
  slice = join(phantom, "ct", readdirSync(join(phantom, "ct"))[0]);
});
afterAll(() => {
  for (const path of [folder, join(phantom, "..")]) rmSync(path, { recursive: true, force: true });
});

function storedAt(path: string) {
  const { transferSyntaxUid } = readDicom(readFileSync(path), "it");
  const ids = { caseId: "", study: "1", series: "2", instance: "3", modality: "CT" };
  return { ...ids, sopClass: "4", isCt: true, path, transferSyntax: transferSyntaxUid };
}

async function madeBy(program: string, ...options: string[]) {
  const path = join(folder, `${program}${options.join("")}.dcm`);
  expect(await dcmtk(program, [...options, slice, path])).toMatchObject({ status: 0 });
  return storedAt(path);
}

const pixels = () =>
  Buffer.from(readDicom(readFileSync(slice), "it").dataSet.get(tags.PixelData)?.bytes ?? []);
const octets = 'multipart/related; type="application/octet-stream"';

test("uncompressed frames are little endian, however the file has them", async () => {
  for (const stored of [storedAt(slice), await madeBy("dcmconv", "+tb"), await madeBy("dcmconv", "+ti")]) {
    const [{ type, bytes }] = await framesOf(stored, [1], octets);
    expect(Buffer.from(bytes).equals(pixels())).toBe(true);
    expect(type).toBe("application/octet-stream; transfer-syntax=1.2.840.10008.1.2.1");
    await expect(framesOf(stored, [2], octets)).rejects.toMatchObject({ code: "not-found" });
  }
});

test.each([
  ["dcmcrle", "image/dicom-rle", "1.2.840.10008.1.2.5"],
  ["dcmcjpls", "image/jls", "1.2.840.10008.1.2.4.80"],
])("frames by %s come as they are, to those who take them so", async (program, type, syntax) => {
  const stored = await madeBy(program);
  const { compressedFrames = [] } = readDicom(readFileSync(stored.path), "it");
  const part = { type: `${type}; transfer-syntax=${syntax}`, bytes: compressedFrames[0] };
  const accepted = ["", "*/*", `${octets}; transfer-syntax=*`, `multipart/related; type="${type}"`];
  for (const accept of accepted) expect(await framesOf(stored, [1], accept)).toEqual([part]);
  await expect(framesOf(stored, [1], octets)).rejects.toMatchObject({ code: "not-acceptable" });
  await expect(framesOf(stored, [2], "*/*")).rejects.toMatchObject({ code: "not-found" });
  expect(await bulkDataOf(stored, tags.PixelData, "*/*")).toEqual([part]);
});

test("another element's bytes by its tag, and none of what is not there", async () => {
  const [{ bytes }] = await bulkDataOf(storedAt(slice), tags.Modality, "");
  expect(Buffer.from(bytes).toString()).toBe("CT");
  await expect(bulkDataOf(storedAt(slice), "00091001", "")).rejects.toMatchObject({ code: "not-found" });
});
