/** Mask files with damaged bytes: each is read or refused with a named error, none crashes, hangs or fills the memory. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { patientPoint, voxelPoint } from "#core/coordinates.ts";
import { DelineateError } from "#core/errors.ts";
import { createRandom } from "#core/random.ts";
import { transferSyntaxes, writeDicomFile } from "#dicom/dataset/write-dataset.ts";
import { buildSegmentation } from "#dicom/seg/write-seg.ts";
import { writeNifti } from "#formats/nifti.ts";
import { writeNrrd } from "#formats/nrrd.ts";
import { createGrid, voxelToPatient } from "#geometry/grid.ts";
import { loadRoiMasks } from "#patients/masks/load-masks.ts";

const folder = mkdtempSync(join(tmpdir(), "damaged-masks-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const grid = createGrid([9, 7, 5], [1, 1, 3], patientPoint(0, 0, 0));
const random = createRandom(11);
const mask = { grid, data: Uint8Array.from({ length: 315 }, () => (random.next() < 0.4 ? 1 : 0)) };
const roi = {
  name: "GTV",
  mask,
  interpretedType: "GTV",
  algorithm: "AUTOMATIC",
  algorithmDescription: "x",
} as const;
const ct = {
  grid,
  hu: new Int16Array(0),
  frameOfReferenceUid: "2.25.1",
  studyInstanceUid: "2.25.2",
  seriesInstanceUid: "2.25.3",
  slices: Array.from({ length: 5 }, (_, k) => ({
    position: voxelToPatient(grid, voxelPoint(0, 0, k)),
    sopInstanceUid: `2.25.3.${k + 1}`,
    sopClassUid: "1.2.840.10008.5.1.4.1.1.2",
  })),
  description: { kernel: "B", manufacturer: "none" },
  identity: new Map(),
  findings: [],
};
const segmentation = buildSegmentation({
  ct,
  rois: [{ ...roi, colour: [255, 0, 0] }],
  label: "GTV",
  sopInstanceUid: "2.25.10",
  seriesInstanceUid: "2.25.11",
  date: "20200101",
  time: "120000",
  softwareVersion: "1",
});

const files: readonly (readonly [string, Uint8Array])[] = [
  ["NIfTI", writeNifti(roi, { gzip: false })],
  ["gzipped NIfTI", writeNifti(roi)],
  ["NRRD", writeNrrd(roi)],
  ["DICOM SEG", writeDicomFile(segmentation, transferSyntaxes.explicitLittleEndian)],
];

for (const [kind, bytes] of files) {
  test(`500 damaged ${kind} files are read or refused with a named error`, async () => {
    const file = join(folder, "damaged");
    const chance = createRandom(`damage/${kind}`);
    for (let run = 0; run < 500; run++) {
      let damaged = bytes.slice();
      // Headers are where a flipped bit does harm: half of the flips go there.
      for (let flips = 1 + chance.integer(4); flips > 0; flips--) {
        const at = chance.integer(chance.next() < 0.5 ? Math.min(600, damaged.length) : damaged.length);
        damaged[at] ^= 1 << chance.integer(8);
      }
      if (chance.next() < 0.2) damaged = damaged.slice(0, chance.integer(damaged.length));
      writeFileSync(file, damaged);
      try {
        const { rois } = await loadRoiMasks(file, { ct, resample: true });
        for (const loaded of rois) expect(loaded.mask.data).toHaveLength(315);
      } catch (error) {
        if (!(error instanceof DelineateError)) throw new Error(`run ${run} of ${kind}`, { cause: error });
      }
    }
  });
}
