import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { patientPoint } from "#core/coordinates.ts";
import { silentProgress } from "#core/progress.ts";
import { writeCtSlices } from "#dicom/ct/write-ct.ts";
import { textElement } from "#dicom/dataset/dataset.ts";
import { readDicom } from "#dicom/dataset/read-dataset.ts";
import { transferSyntaxes, writeDicomFile } from "#dicom/dataset/write-dataset.ts";
import { tags } from "#dicom/dictionary.ts";
import { createGrid, voxelCount } from "#geometry/grid.ts";
import { inspect } from "./inspect.ts";

const folder = mkdtempSync(join(tmpdir(), "inspect-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("a series of two patients is no volume, as it is none for who reads it", async () => {
  const grid = createGrid([8, 8, 4], [1, 1, 5], patientPoint(0, 0, 0));
  const description = {
    uidName: "inspect",
    patientName: "Phantom^1",
    patientId: "P-1",
    sex: "O",
    kernel: "B",
    date: "20200101",
    time: "120000",
  } as const;
  const slices = [...writeCtSlices(grid, new Int16Array(voxelCount(grid)), description)];
  for (const [at, { name, bytes }] of slices.entries()) {
    const dataSet = new Map(readDicom(bytes, name).dataSet);
    if (at === 2) dataSet.set(tags.PatientID, textElement("LO", "P-2"));
    writeFileSync(join(folder, name), writeDicomFile(dataSet, transferSyntaxes.explicitLittleEndian));
  }
  const { ct: series } = await inspect(folder, silentProgress, new AbortController().signal);
  expect(series).toHaveLength(1);
  expect(series[0]).toMatchObject({ grid: undefined });
  expect(series[0].problem).toContain("different patients or studies");
});

test.each([
  ["empty", new Uint8Array()],
  ["of zeros", new Uint8Array(600)],
])(
  "a slice of which a copy that broke off left a file %s is told; other files that are no DICOM are not",
  async (_, content) => {
    const copied = mkdtempSync(join(folder, "copied-"));
    writeFileSync(join(copied, "ct-0009.DCM"), content);
    writeFileSync(join(copied, "notes.txt"), content);
    const { findings, otherFiles } = await inspect(copied, silentProgress, new AbortController().signal);
    expect(otherFiles).toBe(1);
    expect(findings).toMatchObject([
      { severity: "warning", code: "not-dicom", where: join(copied, "ct-0009.DCM") },
    ]);
  },
);
