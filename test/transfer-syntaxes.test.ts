/** One CT slice in every transfer syntax, encoded by DCMTK or by the codecs themselves: the same HU come back. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import codecs from "dcmjs-codecs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { patientPoint } from "#core/coordinates.ts";
import { createRandom } from "#core/random.ts";
import { compressedSyntaxes, startCodec } from "#dicom/ct/codecs.ts";
import { readFrame } from "#dicom/ct/read-pixels.ts";
import { writeCtSlices } from "#dicom/ct/write-ct.ts";
import { readDicom } from "#dicom/dataset/read-dataset.ts";
import { shortsElement } from "#dicom/dataset/write-dataset.ts";
import { tags } from "#dicom/dictionary.ts";
import { createGrid, voxelCount } from "#geometry/grid.ts";
import { ctDescription } from "./ct-description.ts";
import { judge } from "./judge.ts";

const folder = mkdtempSync(join(tmpdir(), "syntaxes-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const original = join(folder, "original.dcm");
const variety = join(import.meta.dirname, "../../shared/data/dicom-variety");

const grid = createGrid([48, 40, 1], [1, 1, 5], patientPoint(0, 0, 0));
const random = createRandom(3);
const hu = Int16Array.from({ length: voxelCount(grid) }, (_, index) =>
  Math.round(-1000 + 40 * (index % 48) + random.normal(0, 30)),
);

beforeAll(async () => {
  for (const syntax of compressedSyntaxes) await startCodec(syntax);
  const description = ctDescription("syntax");
  for (const { bytes } of writeCtSlices(grid, hu, description)) writeFileSync(original, bytes);
});

function huOf(path: string): Int16Array {
  const file = readDicom(readFileSync(path), path);
  return readFrame(file, { frame: 0, rescale: { slope: 1, intercept: 0 } }, path).hu;
}

test.each([
  ["implicit little endian", "1.2.840.10008.1.2", "dcmconv", "+ti"],
  ["explicit little endian", "1.2.840.10008.1.2.1", "dcmconv", "+te"],
  ["explicit big endian", "1.2.840.10008.1.2.2", "dcmconv", "+tb"],
  ["deflated", "1.2.840.10008.1.2.1.99", "dcmconv", "+td"],
  ["RLE", "1.2.840.10008.1.2.5", "dcmcrle", "-v"],
  ["JPEG lossless", "1.2.840.10008.1.2.4.70", "dcmcjpeg", "+e1"],
  ["JPEG lossless, any predictor", "1.2.840.10008.1.2.4.57", "dcmcjpeg", "+el"],
  ["JPEG-LS lossless", "1.2.840.10008.1.2.4.80", "dcmcjpls", "+el"],
])("%s gives the HU back exactly", (name, uid, program, option) => {
  const encoded = join(folder, `${name.replaceAll(" ", "-")}.dcm`);
  expect(judge(program, [option, original, encoded]).status).toBe(0);
  expect(readDicom(readFileSync(encoded), encoded).transferSyntaxUid).toBe(uid);
  expect(huOf(encoded)).toEqual(hu);
});

test.each([
  ["dcmcjpls", "+el", [24, 40], "holds a compressed image of 48 x 40 pixels; expected 24 x 40 pixels"],
  // As many pixels, in rows of another length.
  ["dcmcjpls", "+el", [40, 48], "holds a compressed image of 48 x 40 pixels; expected 40 x 48 pixels"],
  ["dcmcjpeg", "+e1", [24, 40], "decodes to 3840 bytes; expected 1920 for 24 x 40 pixels"],
] as const)(
  "pixels compressed by %s %s of another size than the header's %j are refused",
  (program, option, [columns, rows], refusal) => {
    const encoded = join(folder, "narrow.dcm");
    expect(judge(program, [option, original, encoded]).status).toBe(0);
    const file = readDicom(readFileSync(encoded), encoded);
    const size = new Map(file.dataSet)
      .set(tags.Columns, shortsElement([columns]))
      .set(tags.Rows, shortsElement([rows]));
    const one = { frame: 0, rescale: { slope: 1, intercept: 0 } };
    expect(() => readFrame({ ...file, dataSet: size }, one, encoded)).toThrow(refusal);
  },
);

test("JPEG-LS of values of a byte that the header gives a word each", () => {
  const bytes = Uint8Array.from({ length: 48 * 40 }, (_, index) => (index * 7) % 251);
  const plain = readDicom(readFileSync(original), original);
  const context = new codecs.Context({
    ...{ width: 48, height: 40, bitsAllocated: 8, bitsStored: 8, samplesPerPixel: 1 },
    ...{ pixelRepresentation: 0, planarConfiguration: 0, photometricInterpretation: "MONOCHROME2" },
    decodedBuffer: bytes.slice(),
  });
  const encoded =
    codecs.NativeCodecs.encodeJpegLs(context, { lossy: false }).getEncodedBuffer() ?? new Uint8Array(0);
  const dataSet = new Map(plain.dataSet)
    .set(tags.BitsStored, shortsElement([8]))
    .set(tags.HighBit, shortsElement([7]))
    .set(tags.PixelRepresentation, shortsElement([0]));
  const file = {
    ...plain,
    dataSet,
    transferSyntaxUid: "1.2.840.10008.1.2.4.80",
    compressedFrames: [encoded.slice()],
  };
  expect(readFrame(file, { frame: 0, rescale: { slope: 1, intercept: 0 } }, "bytes").hu).toEqual(
    Int16Array.from(bytes),
  );
});

const pairs = [
  ["MR_small_RLE.dcm", "MR_small.dcm"],
  ["MR_small_bigendian.dcm", "MR_small.dcm"],
  ["MR_small_expb.dcm", "MR_small.dcm"],
  ["MR_small_implicit.dcm", "MR_small.dcm"],
  ["MR_small_jp2klossless.dcm", "MR_small.dcm"],
  ["MR_small_jpeg_ls_lossless.dcm", "MR_small.dcm"],
  ["MR_small_padded.dcm", "MR_small.dcm"],
] as const;

test.runIf(existsSync(variety)).each(pairs)(
  "%s holds the pixels of %s (left out where ../shared/data is not there)",
  (encoded, plain) => {
    expect(huOf(join(variety, encoded))).toEqual(huOf(join(variety, plain)));
  },
);

test.each([
  ["JPEG 2000 lossless", "1.2.840.10008.1.2.4.90", "encodeJpeg2000"],
  ["HTJ2K lossless", "1.2.840.10008.1.2.4.201", "encodeHtJpeg2000"],
] as const)("%s gives the HU back exactly", (_, transferSyntaxUid, encode) => {
  const plain = readDicom(readFileSync(original), original);
  const pixels = plain.dataSet.get("7FE00010")?.bytes ?? new Uint8Array(0);
  const context = new codecs.Context({
    width: 48,
    height: 40,
    bitsAllocated: 16,
    bitsStored: 16,
    samplesPerPixel: 1,
    pixelRepresentation: 1,
    planarConfiguration: 0,
    photometricInterpretation: "MONOCHROME2",
    decodedBuffer: pixels.slice(),
  });
  const encoded =
    codecs.NativeCodecs[encode](context, { lossy: false }).getEncodedBuffer() ?? new Uint8Array(0);
  expect(encoded.length).toBeLessThan(pixels.length);
  const file = { ...plain, transferSyntaxUid, compressedFrames: [encoded.slice()] };
  expect(readFrame(file, { frame: 0, rescale: { slope: 1, intercept: 0 } }, "encoded").hu).toEqual(hu);
});
