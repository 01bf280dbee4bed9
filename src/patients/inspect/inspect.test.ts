import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
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
import { writeNifti } from "#formats/nifti.ts";
import { createGrid, voxelCount } from "#geometry/grid.ts";
import { maskWhere } from "#geometry/mask.ts";
import { exportMasks } from "#patients/masks/export-masks.ts";
import { ctDescription } from "../../../test/ct-description.ts";
import { readCtFolder } from "../ct/read-ct-folder.ts";
import { inspect } from "./inspect.ts";

const folder = mkdtempSync(join(tmpdir(), "inspect-"));
afterAll(() => rmSync(folder, { recursive: true }));

const description = ctDescription("inspect");

test("of a CT too large to measure on, no volume of an ROI is said, and why", async () => {
  const large = join(folder, "large");
  mkdirSync(large);
  const grid = createGrid([8, 8, 4], [1, 1, 5], patientPoint(0, 0, 0));
  const slices = [...writeCtSlices(grid, new Int16Array(voxelCount(grid)), description)];
  for (const { name, bytes } of slices) writeFileSync(join(large, name), bytes);
  const ct = await readCtFolder(large);
  const mask = maskWhere(grid, (at) => at >= 64 && at < 80);
  const roi = { name: "GTV", mask, colour: [255, 0, 0], algorithm: "MANUAL" } as const;
  const set = exportMasks({
    format: "rtstruct",
    ct,
    rois: [{ ...roi, interpretedType: "GTV", algorithmDescription: "test" }],
    holes: "keyhole",
    writtenAt: new Date(2020, 0, 1),
    ...{ label: "TEST", softwareVersion: "1", uidName: "inspect" },
  });
  writeFileSync(join(large, "set.dcm"), set.bytes);
  const look = () => inspect(large, silentProgress, new AbortController().signal);
  expect((await look()).structureSets[0].rois).toMatchObject([{ name: "GTV", volumeCc: 0.08 }]);
  // The header alone: inspect reads no pixels.
  for (const { name, bytes } of slices) {
    const dataSet = new Map(readDicom(bytes, name).dataSet);
    for (const tag of [tags.Rows, tags.Columns]) dataSet.set(tag, { vr: "US", bytes: Uint8Array.of(0, 64) });
    writeFileSync(join(large, name), writeDicomFile(dataSet, transferSyntaxes.explicitLittleEndian));
  }
  const { structureSets, findings } = await look();
  expect(structureSets).toMatchObject([{ ctSeries: expect.any(String), rois: [{ volumeCc: undefined }] }]);
  expect(findings).toMatchObject([{ message: expect.stringContaining("16384 x 16384 x 4 voxels") }]);
});

test("a series of two patients is no volume, as it is none for who reads it", async () => {
  const grid = createGrid([8, 8, 4], [1, 1, 5], patientPoint(0, 0, 0));
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

test("an archive is told: whoever names it, or its folder, is not to think that it was looked into", async () => {
  const packed = mkdtempSync(join(folder, "packed-"));
  const archives = ["patient.zip", "Slices.TAR.GZ"].map((name) => join(packed, name));
  for (const path of archives) writeFileSync(path, "no DICOM");
  const { findings } = await inspect(packed, silentProgress, new AbortController().signal);
  expect(findings.map(({ code, where }) => [code, where])).toEqual(
    archives.map((path) => ["archive", path]).sort(),
  );
});

test("masks in voxels are told with their volumes, whatever their format, and a research CT by its values", async () => {
  const grid = createGrid([8, 6, 4], [1, 2, 5], patientPoint(-4, -6, 0));
  const at = mkdtempSync(join(folder, "voxels-"));
  for (const { name, bytes } of writeCtSlices(grid, new Int16Array(voxelCount(grid)), description))
    writeFileSync(join(at, name), bytes);
  const ct = await readCtFolder(at);
  // 24 voxels of 0.01 cc.
  const mask = maskWhere(grid, (voxel) => voxel >= 48 && voxel < 72);
  const roi = { name: "GTV", mask, colour: [255, 0, 0], algorithm: "MANUAL" } as const;
  const rois = [{ ...roi, interpretedType: "GTV", algorithmDescription: "test" }] as const;
  const common = { holes: "keyhole", writtenAt: new Date(2020, 0, 1), label: "TEST" } as const;
  const provenance = { softwareVersion: "1", uidName: "voxels" };
  for (const [format, name] of [
    ["seg", "gtv.seg.dcm"],
    ["nifti", "gtv.nii.gz"],
    ["nrrd", "gtv.nrrd"],
  ] as const)
    writeFileSync(join(at, name), exportMasks({ format, ct, rois, ...common, ...provenance }).bytes);
  const values = { grid, data: Uint8Array.from(mask.data, (_, voxel) => voxel % 8) };
  writeFileSync(join(at, "half.nii.gz"), writeNifti({ name: "", mask }).subarray(0, 40));
  const lattice = {
    size: [6, 8, 4],
    stepsMm: [
      [0, -2, 0],
      [-1, 0, 0],
      [0, 0, 5],
    ],
    origin: patientPoint(3, 4, 0),
  } as const;
  writeFileSync(join(at, "turned.nii"), writeNifti({ name: "", mask: values }, { gzip: false, lattice }));
  const report = await inspect(at, silentProgress, new AbortController().signal);
  expect(report).toMatchObject({ dicomFiles: 5, otherFiles: 0, others: {}, ct: [{ slices: 4 }] });
  expect(report.segmentations).toMatchObject([
    { segments: [{ name: "GTV", type: "GTV", algorithm: "MANUAL", volumeCc: 0.24 }] },
  ]);
  const labels = [{ value: 1, name: "GTV", volumeCc: expect.closeTo(0.24) }];
  const usual = { size: [8, 6, 4], spacingMm: [1, 2, 5], axes: "LPS", values: { least: 0, greatest: 1 } };
  expect(report.images).toMatchObject([
    { file: join(at, "gtv.nii.gz"), ...usual, labels },
    { file: join(at, "gtv.nrrd"), ...usual, labels },
    {
      file: join(at, "turned.nii"),
      ...{ size: [6, 8, 4], spacingMm: [2, 1, 5], axes: "ARS" },
      values: { least: 0, greatest: 7 },
      labels: [1, 2, 3, 4, 5, 6, 7].map((value) => ({ value, volumeCc: expect.closeTo(0.24) })),
    },
  ]);
  expect(report.findings).toMatchObject([{ severity: "warning", where: join(at, "half.nii.gz") }]);
});

test("an image with values that are no labels is told by their range", async () => {
  const at = join(folder, "ct.nrrd");
  const header =
    "NRRD0004\ntype: short\ndimension: 3\nsizes: 2 2 1\nspace: left-posterior-superior\nspace directions: (1,0,0) (0,1,0) (0,0,3)\nspace origin: (0,0,0)\nencoding: raw\nendian: little\n\n";
  const values = new Int16Array([-1024, 40, -700, 60]);
  writeFileSync(at, Buffer.concat([Buffer.from(header), new Uint8Array(values.buffer)]));
  const { images } = await inspect(at, silentProgress, new AbortController().signal);
  expect(images).toMatchObject([{ values: { least: -1024, greatest: 60 }, labels: undefined }]);
});

test("a DICOM file that is called as a research image is counted and told as what it is", async () => {
  const at = mkdtempSync(join(folder, "called-"));
  const grid = createGrid([8, 8, 4], [1, 1, 5], patientPoint(0, 0, 0));
  for (const { name, bytes } of writeCtSlices(grid, new Int16Array(voxelCount(grid)), description))
    writeFileSync(join(at, `${name}.nrrd`), bytes);
  const report = await inspect(at, silentProgress, new AbortController().signal);
  expect(report).toMatchObject({ dicomFiles: 4, otherFiles: 0, ct: [{ slices: 4 }], findings: [] });
});

test.each(["rtstruct", "seg", "nifti"] as const)(
  "interrupted before a %s is read, it ends",
  async (format) => {
    const at = mkdtempSync(join(folder, "interrupted-"));
    const grid = createGrid([8, 8, 4], [1, 1, 5], patientPoint(0, 0, 0));
    for (const { name, bytes } of writeCtSlices(grid, new Int16Array(voxelCount(grid)), description))
      writeFileSync(join(at, name), bytes);
    const roi = { name: "GTV", mask: maskWhere(grid, (voxel) => voxel >= 64 && voxel < 80) } as const;
    const how = { colour: [255, 0, 0], algorithm: "MANUAL", interpretedType: "GTV" } as const;
    const request = { holes: "keyhole", writtenAt: new Date(2020, 0, 1), label: "TEST" } as const;
    const rois = [{ ...roi, ...how, algorithmDescription: "test" }];
    const provenance = { softwareVersion: "1", uidName: "interrupted" };
    const { bytes } = exportMasks({ format, ct: await readCtFolder(at), rois, ...request, ...provenance });
    writeFileSync(join(at, format === "nifti" ? "gtv.nii.gz" : "gtv.dcm"), bytes);
    const interrupt = new AbortController();
    // With the last header, when the scan asks no more.
    const progress = {
      ...silentProgress,
      report: (_: string, done: number, of: number) => done === of && interrupt.abort(),
    };
    await expect(inspect(at, progress, interrupt.signal)).rejects.toMatchObject({ code: "cancelled" });
  },
);

test("an image whose axes no reader takes is told by what is wrong, and has no volumes", async () => {
  const at = mkdtempSync(join(folder, "axes-"));
  const header = (second: string): string =>
    `NRRD0004\ntype: uchar\ndimension: 3\nsizes: 9 9 1\nspace: left-posterior-superior\nspace directions: (1,0,0) ${second} (0,0,3)\nspace origin: (0,0,0)\nencoding: raw\n\n`;
  for (const [name, second] of [
    ["sheared.nrrd", "(0.3,1,0)"],
    ["without-size.nrrd", "(0,0,0)"],
  ])
    writeFileSync(join(at, name), Buffer.concat([Buffer.from(header(second)), new Uint8Array(81).fill(1)]));
  const { images, findings } = await inspect(at, silentProgress, new AbortController().signal);
  expect(images).toEqual([]);
  expect(findings).toMatchObject([
    { where: join(at, "sheared.nrrd"), message: expect.stringContaining("not perpendicular") },
    { where: join(at, "without-size.nrrd") },
  ]);
});
