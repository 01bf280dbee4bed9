/** Masks in DICOM SEG, NIfTI and NRRD as independent programs see them: dciodvfy, DCMTK, pydicom, plastimatch (ITK). */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { cross, patientPoint, type Vector3 } from "#core/coordinates.ts";
import { createRandom } from "#core/random.ts";
import type { CtVolume } from "#dicom/ct/ct-volume.ts";
import { writeCtSlices } from "#dicom/ct/write-ct.ts";
import { transferSyntaxes, writeDicomFile } from "#dicom/dataset/write-dataset.ts";
import { buildSegmentation } from "#dicom/seg/write-seg.ts";
import { masksFromLabels } from "#formats/label-image.ts";
import { readNifti, writeNifti } from "#formats/nifti.ts";
import { readNrrd, writeNrrd } from "#formats/nrrd.ts";
import { placeOnGrid } from "#formats/place-on-grid.ts";
import { createGrid, voxelCount } from "#geometry/grid.ts";
import { emptyMask, type Mask } from "#geometry/mask.ts";
import { readCtFolder } from "#patients/ct/read-ct-folder.ts";
import { dicomErrors, judge } from "./judge.ts";

const folder = mkdtempSync(join(tmpdir(), "mask files ü-"));
const path = (name: string): string => join(folder, name);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const iAxis: Vector3 = [Math.cos(0.25), Math.sin(0.25), 0];
const jAxis: Vector3 = cross([0.28 * Math.sin(0.25), -0.28 * Math.cos(0.25), 0.96], iAxis);
const grid = createGrid([23, 17, 8], [0.9, 1.1, 3], patientPoint(-101.25, -55.5, 210.75), [iAxis, jAxis]);

let ct: CtVolume;
let mask: Mask;

beforeAll(async () => {
  const slices = writeCtSlices(grid, new Int16Array(voxelCount(grid)), {
    uidName: "test/mask-files",
    patientName: "Phantom^1",
    patientId: "PHANTOM-1",
    sex: "O",
    kernel: "B",
    date: "20200101",
    time: "120000",
  });
  for (const { name, bytes } of slices) writeFileSync(path(name), bytes);
  ct = await readCtFolder(folder);
  mask = emptyMask(ct.grid);
  const random = createRandom(1);
  // Slices 2 to 6, in clumps and single voxels; two slices of them empty.
  for (let at = 0; at < mask.data.length; at++) {
    const k = Math.floor(at / (23 * 17));
    mask.data[at] = k >= 2 && k <= 6 && k !== 4 && random.next() < 0.3 ? 1 : 0;
  }
});

function segmentation(): string {
  const roi = { name: "GTV", mask, algorithm: "AUTOMATIC", algorithmDescription: "test 1" } as const;
  const dataSet = buildSegmentation({
    ct,
    rois: [
      { ...roi, interpretedType: "GTV", colour: [255, 0, 0] },
      { ...roi, name: "Lung", interpretedType: "ORGAN", algorithm: "MANUAL", colour: [0, 0, 255] },
    ],
    label: "AUTO_GTV",
    sopInstanceUid: "2.25.1001",
    seriesInstanceUid: "2.25.1002",
    date: "20200101",
    time: "120000",
    softwareVersion: "1",
  });
  writeFileSync(path("seg.dcm"), writeDicomFile(dataSet, transferSyntaxes.explicitLittleEndian));
  return path("seg.dcm");
}

test("dciodvfy finds no error in a segmentation, and DCMTK reads it to its end", () => {
  const file = segmentation();
  expect(dicomErrors(file)).toEqual([]);
  expect(judge("dcmdump", ["-q", file]).status).toBe(0);
});

test("pydicom finds each voxel of a segmentation at its slice's position in the patient", () => {
  const script = `
import pydicom, sys
d = pydicom.dcmread(sys.argv[1])
a = d.pixel_array
for frame, group in zip(a, d.PerFrameFunctionalGroupsSequence):
    segment = group.SegmentIdentificationSequence[0].ReferencedSegmentNumber
    if segment != 1: continue
    source = group.DerivationImageSequence[0].SourceImageSequence[0].ReferencedSOPInstanceUID
    position = group.PlanePositionSequence[0].ImagePositionPatient
    print(source, *position, "".join(map(str, frame.ravel())))
`;
  const { output, status } = judge("/usr/bin/python3", ["-c", script, segmentation()]);
  expect(status, output).toBe(0);
  const frames = output
    .trim()
    .split("\n")
    .map((line) => line.split(" "));
  const area = 23 * 17;
  const touched = [2, 3, 5, 6];
  expect(frames.map(([uid]) => uid)).toEqual(touched.map((k) => ct.slices[k].sopInstanceUid));
  for (const [at, k] of touched.entries()) {
    expect(frames[at][4]).toBe(mask.data.slice(k * area, (k + 1) * area).join(""));
    for (const axis of [0, 1, 2])
      expect(Number(frames[at][1 + axis])).toBeCloseTo(ct.slices[k].position[axis], 5);
  }
});

const formats = [
  { ending: "nii.gz", write: writeNifti, other: "nrrd" },
  { ending: "nrrd", write: writeNrrd, other: "nii.gz" },
] as const;

for (const { ending, write, other } of formats) {
  test(`plastimatch converts our .${ending} to .${other} with every voxel where it was`, () => {
    writeFileSync(path(`ours.${ending}`), write({ name: "GTV", mask }));
    const theirs = path(`theirs.${other}`);
    const { output, status } = judge("plastimatch", [
      "convert",
      "--input",
      path(`ours.${ending}`),
      "--output-img",
      theirs,
    ]);
    expect(status, output).toBe(0);
    const bytes = new Uint8Array(readFileSync(theirs));
    const image = other === "nrrd" ? readNrrd(bytes)[0] : readNifti(bytes);
    const placed = placeOnGrid(masksFromLabels(image).masks[0].mask, ct.grid);
    expect(placed.findings).toEqual([]);
    expect(placed.mask.data).toEqual(mask.data);
  });
}
