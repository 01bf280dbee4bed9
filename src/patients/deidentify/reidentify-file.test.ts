/** Files given back to the patient: nothing of them may be lost, and what cannot be given back is said in a sentence. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { text, textElement } from "#dicom/dataset/dataset.ts";
import { readDicom } from "#dicom/dataset/read-dataset.ts";
import { writeCompressedFile } from "#dicom/dataset/write-dataset.ts";
import { tags } from "#dicom/dictionary.ts";
import { segmentationStorage } from "#dicom/seg/write-seg.ts";
import { Key } from "./key-file.ts";
import { reidentifyFile } from "./reidentify-file.ts";

const folder = mkdtempSync(join(tmpdir(), "reidentify-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const keyPath = join(folder, "key.json");
let pseudonym: string;
beforeAll(async () => {
  const key = await Key.open(keyPath, false);
  pseudonym = key.pseudonymOf(new Map([[tags.PatientID, textElement("LO", "P-1 ")]]), "it").name;
  await key.save();
});

test("the frames of a compressed segmentation are given back as they were", async () => {
  const [file, out] = [join(folder, "seg.dcm"), join(folder, "back.dcm")];
  const dataSet = new Map([
    [tags.SOPClassUID, textElement("UI", segmentationStorage)],
    [tags.SOPInstanceUID, textElement("UI", "1.3")],
    [tags.PatientID, textElement("LO", pseudonym)],
    [tags.NumberOfFrames, textElement("IS", "2")],
  ]);
  const frames = [Uint8Array.of(1, 2, 3, 4), Uint8Array.of(5, 6)];
  const rleLossless = "1.2.840.10008.1.2.5";
  writeFileSync(file, writeCompressedFile(dataSet, rleLossless, frames));
  await reidentifyFile({ file, key: keyPath, out, force: false });
  const back = readDicom(readFileSync(out), out);
  expect(text(back.dataSet, tags.PatientID)).toBe("P-1");
  expect(back.transferSyntaxUid).toBe(rleLossless);
  expect(back.compressedFrames?.map((frame) => [...frame])).toEqual(frames.map((frame) => [...frame]));
});

test("a file that is not there and a folder are refused in a sentence", async () => {
  const give = (file: string) =>
    reidentifyFile({ file, key: keyPath, out: join(folder, "no.dcm"), force: false });
  const missing = join(folder, "missing.dcm");
  await expect(give(missing)).rejects.toMatchObject({
    code: "file-not-found",
    message: `There is no file ${missing}.`,
  });
  await expect(give(folder)).rejects.toMatchObject({ code: "file-unreadable" });
  await expect(Key.open(folder, true)).rejects.toMatchObject({
    code: "file-unreadable",
    message: expect.stringContaining(folder),
  });
});
