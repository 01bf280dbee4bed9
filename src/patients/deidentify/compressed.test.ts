/** Compressed frames after the de-identification: no word of a comment in them, and every pixel as it was. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import codecs from "dcmjs-codecs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { patientPoint } from "#core/coordinates.ts";
import { createRandom } from "#core/random.ts";
import { compressedSyntaxes, startCodec } from "#dicom/ct/codecs.ts";
import { readFrame } from "#dicom/ct/read-pixels.ts";
import { writeCtSlices } from "#dicom/ct/write-ct.ts";
import { type DicomFile, readDicom } from "#dicom/dataset/read-dataset.ts";
import { writeCompressedFile } from "#dicom/dataset/write-dataset.ts";
import { tags } from "#dicom/dictionary.ts";
import { createGrid, voxelCount } from "#geometry/grid.ts";
import { judge } from "../../../test/judge.ts";
import { deidentifyFile } from "./deidentify-file.ts";
import { Key } from "./key-file.ts";

const folder = mkdtempSync(join(tmpdir(), "deidentify-compressed-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const original = join(folder, "original.dcm");
const grid = createGrid([48, 40, 1], [1, 1, 5], patientPoint(0, 0, 0));
const random = createRandom(3);
const hu = Int16Array.from({ length: voxelCount(grid) }, (_, at) =>
  Math.round(40 * (at % 48) + random.normal(0, 30)),
);
const secret = "Secret^Name";

beforeAll(async () => {
  for (const syntax of compressedSyntaxes) await startCodec(syntax);
  const person = { patientName: "Test^One", patientId: "P-1", sex: "O", kernel: "B" } as const;
  const when = { uidName: "compressed", date: "20200101", time: "120000" };
  for (const { bytes } of writeCtSlices(grid, hu, { ...person, ...when })) writeFileSync(original, bytes);
});

/** By DCMTK, or for JPEG 2000 by the codecs. */
function compressed(syntax: string, [program, option]: readonly [string, string]): DicomFile {
  if (program === "codecs") {
    const plain = readDicom(readFileSync(original), original);
    const context = new codecs.Context({
      ...{ width: 48, height: 40, bitsAllocated: 16, bitsStored: 16, samplesPerPixel: 1 },
      ...{ pixelRepresentation: 1, planarConfiguration: 0, photometricInterpretation: "MONOCHROME2" },
      decodedBuffer: (plain.dataSet.get(tags.PixelData)?.bytes ?? new Uint8Array(0)).slice(),
    });
    const encode = option === "HTJ2K" ? "encodeHtJpeg2000" : "encodeJpeg2000";
    const frame = codecs.NativeCodecs[encode](context, { lossy: false }).getEncodedBuffer();
    return { ...plain, transferSyntaxUid: syntax, compressedFrames: [(frame ?? new Uint8Array(0)).slice()] };
  }
  const path = join(folder, "compressed.dcm");
  expect(judge(program, [option, original, path]).status).toBe(0);
  return readDicom(readFileSync(path), path);
}

function segment(marker: readonly number[], text: string): number[] {
  return [...marker, 0, text.length + 2, ...Buffer.from(text)];
}

const jpegComments = [...segment([0xff, 0xe1], `Exif ${secret}`), ...segment([0xff, 0xfe], secret)];
const jpeg2000Comment = segment([0xff, 0x64], `\0\x01${secret}`);

test.each<[string, string, readonly [string, string], readonly number[]]>([
  ["JPEG lossless", "1.2.840.10008.1.2.4.70", ["dcmcjpeg", "+e1"], jpegComments],
  ["JPEG-LS", "1.2.840.10008.1.2.4.80", ["dcmcjpls", "+el"], jpegComments],
  ["JPEG 2000", "1.2.840.10008.1.2.4.90", ["codecs", "J2K"], jpeg2000Comment],
  ["HTJ2K", "1.2.840.10008.1.2.4.201", ["codecs", "HTJ2K"], jpeg2000Comment],
  ["RLE", "1.2.840.10008.1.2.5", ["dcmcrle", "-v"], []],
])("%s keeps its pixels and no comment", async (name, syntax, encoder, comments) => {
  const { dataSet, compressedFrames = [] } = compressed(syntax, encoder);
  const [frame] = compressedFrames;
  // Behind the first marker; of JPEG 2000 behind the size, which must come first.
  const at = syntax.endsWith(".90") || syntax.endsWith(".201") ? 4 + ((frame[4] << 8) | frame[5]) : 2;
  const commented =
    comments.length === 0 ? frame : [...frame.subarray(0, at), ...comments, ...frame.subarray(at)];
  const header = new Map(dataSet);
  header.delete(tags.PixelData);
  const path = join(folder, "commented.dcm");
  const write = (bytes: ArrayLike<number>): void =>
    writeFileSync(path, writeCompressedFile(header, syntax, [Uint8Array.from(bytes)]));
  write(commented);
  const key = await Key.open(join(folder, "key.json"), false);
  const made = await deidentifyFile(path, key);
  if ("other" in made) throw new Error(made.other);
  expect(Buffer.from(made.bytes).toString("latin1")).not.toContain("Secret");
  const back = readDicom(made.bytes, name);
  expect(back.transferSyntaxUid).toBe(syntax);
  expect(readFrame(back, { frame: 0, rescale: { slope: 1, intercept: 0 } }, name).hu).toEqual(hu);
  if (comments.length === 0) return;
  // Behind the end there may be anything, and a frame that is cut off cannot be looked through.
  write([...frame, ...Buffer.from(`${secret} `)]);
  const longer = await deidentifyFile(path, key);
  expect(Buffer.from("other" in longer ? "Secret" : longer.bytes).toString("latin1")).not.toContain("Secret");
  write(frame.subarray(0, 60));
  await expect(deidentifyFile(path, key)).rejects.toMatchObject({ code: "export-refused" });
});
