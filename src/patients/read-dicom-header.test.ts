/** Headers read from the first part of a file are those of the whole file, however long they are. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { patientPoint } from "#core/coordinates.ts";
import { writeCtSlices } from "#dicom/ct/write-ct.ts";
import { textElement } from "#dicom/dataset/dataset.ts";
import { readDicom } from "#dicom/dataset/read-dataset.ts";
import { readHeader } from "#dicom/dataset/read-header.ts";
import { transferSyntaxes, writeDicomFile } from "#dicom/dataset/write-dataset.ts";
import { createGrid, voxelCount } from "#geometry/grid.ts";
import { readDicomHeader } from "./read-dicom-header.ts";

const folder = mkdtempSync(join(tmpdir(), "header-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const grid = createGrid([256, 256, 2], [1, 1, 5], patientPoint(0, 0, 0));
const description = { uidName: "header", patientName: "A^B", patientId: "1", sex: "O", kernel: "B" } as const;
const when = { date: "20200101", time: "120000" };
const [slice] = writeCtSlices(grid, new Int16Array(voxelCount(grid)), { ...description, ...when });

/** The slice with a private element of `length` bytes before its pixels. */
function withLongElement(length: number, syntax: string): Uint8Array {
  const dataSet = new Map(readDicom(slice.bytes, "slice").dataSet);
  dataSet.set("00091001", { vr: "UN", bytes: new Uint8Array(length) });
  dataSet.set("00204000", textElement("LT", "after it"));
  return writeDicomFile(new Map([...dataSet].sort(([a], [b]) => (a < b ? -1 : 1))), syntax);
}

for (const syntax of [transferSyntaxes.implicitLittleEndian, transferSyntaxes.explicitLittleEndian]) {
  // The head is 32768 bytes: the element ends before, around and far after its end.
  test.each([0, 31_000, 32_500, 32_768, 33_000, 100_000])(
    `a header with an element of %i bytes, ${syntax}`,
    async (length) => {
      const path = join(folder, `${syntax}-${length}.dcm`);
      const bytes = withLongElement(length, syntax);
      writeFileSync(path, bytes);
      const header = await readDicomHeader(path);
      const whole = readDicom(readFileSync(path), path, { headerOnly: true });
      expect([...header.dataSet.keys()]).toEqual([...whole.dataSet.keys()]);
      expect(header.dataSet.has("00204000")).toBe(true);
      for (const [tag, { bytes: value }] of whole.dataSet)
        expect(Buffer.from(header.dataSet.get(tag)?.bytes ?? []).equals(Buffer.from(value))).toBe(true);
    },
  );
}

test("of a large image whose header is long no more is read than its header may take", async () => {
  const bytes = withLongElement(100_000, transferSyntaxes.explicitLittleEndian);
  const asked: number[] = [];
  const first = async (length: number): Promise<Uint8Array> => {
    asked.push(length);
    return bytes.subarray(0, length);
  };
  const { dataSet } = await readHeader({ size: 2 ** 25, first }, "many frames");
  expect(dataSet.has("00204000")).toBe(true);
  expect(asked).toEqual([2 ** 15, 2 ** 19]);
});

test("a head that ends exactly between two elements is not taken for the whole header", async () => {
  const marker = Buffer.from("after it");
  const syntax = transferSyntaxes.explicitLittleEndian;
  const begin = (bytes: Uint8Array): number => Buffer.from(bytes).indexOf(marker) - 8;
  const first = withLongElement(1000, syntax);
  const bytes = withLongElement(1000 + 32_768 - begin(first), syntax);
  expect(begin(bytes)).toBe(32_768);
  writeFileSync(join(folder, "exact.dcm"), bytes);
  expect((await readDicomHeader(join(folder, "exact.dcm"))).dataSet.has("00204000")).toBe(true);
});

test("what is no DICOM, and a header that breaks off, are said as for a whole file", async () => {
  writeFileSync(join(folder, "note.txt"), "x".repeat(100_000));
  await expect(readDicomHeader(join(folder, "note.txt"))).rejects.toMatchObject({ code: "not-dicom" });
  writeFileSync(join(folder, "cut.dcm"), slice.bytes.subarray(0, 500));
  await expect(readDicomHeader(join(folder, "cut.dcm"))).rejects.toMatchObject({ code: "corrupt-dicom" });
});
