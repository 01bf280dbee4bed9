/** The proof fails for every way in which a segmentation could hold something else than the masks, or hold it elsewhere. */
import { expect, test } from "vitest";
import { patientPoint, voxelPoint } from "#core/coordinates.ts";
import type { CtReference } from "#dicom/ct/ct-volume.ts";
import { textElement } from "#dicom/dataset/dataset.ts";
import { transferSyntaxes, writeDicomFile } from "#dicom/dataset/write-dataset.ts";
import { createGrid, type Grid, voxelToPatient } from "#geometry/grid.ts";
import { type Mask, maskWhere } from "#geometry/mask.ts";
import { proveSegmentation } from "./prove-seg.ts";
import { buildSegmentation } from "./write-seg.ts";

const grid = createGrid([6, 5, 8], [1, 1, 10], patientPoint(-3, -2, 40));
/** `x`, `z`: by how much the slices lie elsewhere, in mm. */
const ctOn = (on: Grid, [x, z] = [0, 0]): CtReference => ({
  grid: on,
  frameOfReferenceUid: "2.25.1",
  studyInstanceUid: "2.25.2",
  seriesInstanceUid: "2.25.3",
  slices: Array.from({ length: on.size[2] }, (_, k) => {
    const [left, top, height] = voxelToPatient(on, voxelPoint(0, 0, k));
    const position = patientPoint(left + x, top, height + z);
    return { position, sopInstanceUid: `2.25.3.${k}`, sopClassUid: "1.2.840.10008.5.1.4.1.1.2" };
  }),
  description: { kernel: "B", manufacturer: "none" },
  identity: new Map([["00100020", textElement("LO", "P-1 ")]]),
  findings: [],
});
const ct = ctOn(grid);

/** Slices 2 to 4, which hold 30 voxels each. */
const first = maskWhere(grid, (at) => at >= 60 && at < 150 && at % 3 === 0);
const second = maskWhere(grid, (at) => at >= 90 && at < 120);
const rois = [
  { name: "GTV-1", mask: first },
  { name: "GTV-2", mask: second },
];
const file = writeDicomFile(
  buildSegmentation({
    ct,
    rois: rois.map((roi) => ({
      ...{ ...roi, interpretedType: "GTV", algorithm: "MANUAL", algorithmDescription: "test" },
      colour: [255, 0, 0],
    })),
    ...{ label: "GTV", sopInstanceUid: "2.25.10", seriesInstanceUid: "2.25.11" },
    ...{ date: "20200101", time: "120000", softwareVersion: "1" },
  }),
  transferSyntaxes.explicitLittleEndian,
);
const withVoxel = (mask: Mask, place: number, value: number): Mask => {
  const data = Uint8Array.from(mask.data);
  data[place] = value;
  return { grid, data };
};

test("what holds the masks on the CT's slices is proved, each with its volume", () => {
  expect(proveSegmentation(file, ct, rois)).toMatchObject([
    { roi: "GTV-1", dsc: 1, volumeCc: 0.3, readBackVolumeCc: 0.3, differingVoxels: 0 },
    { roi: "GTV-2", dsc: 1, volumeCc: 0.3, readBackVolumeCc: 0.3, differingVoxels: 0 },
  ]);
});

test.each<[string, RegExp, CtReference, typeof rois]>([
  ["a voxel less", /1 voxels differ/, ct, [{ name: "GTV-1", mask: withVoxel(first, 60, 0) }]],
  ["a voxel more", /1 voxels differ/, ct, [{ name: "GTV-1", mask: withVoxel(first, 61, 1) }]],
  [
    "a voxel on a slice below",
    /1 voxels lie on slices/,
    ct,
    [{ name: "GTV-1", mask: withVoxel(first, 0, 1) }],
  ],
  [
    "one on the last slice",
    /1 voxels lie on slices/,
    ct,
    [{ name: "GTV-1", mask: withVoxel(first, 239, 1) }],
  ],
  ["segments exchanged", /GTV-2: the segment is not/, ct, [rois[1], rois[0]]],
  ["one segment fewer", /GTV-3: the segment is not/, ct, [...rois, { name: "GTV-3", mask: first }]],
  ["slices moved by one", /on slices that the file lacks/, ctOn(grid, [0, 10]), rois],
  ["slices moved by part of one", /do not lie on the CT's slices/, ctOn(grid, [0, 0.2]), rois],
  ["pixels moved", /do not lie on the CT's slices/, ctOn(grid, [0.2, 0]), rois],
  ["larger pixels", /do not lie/, ctOn(createGrid([6, 5, 8], [1, 1.1, 10], grid.origin)), rois],
  ["another distance of slices", /do not lie/, ctOn(createGrid([6, 5, 8], [1, 1, 10.01], grid.origin)), rois],
])("%s is not delivered", (_, message, on, expected) => {
  expect(() => proveSegmentation(file, on, expected)).toThrow(message);
});
