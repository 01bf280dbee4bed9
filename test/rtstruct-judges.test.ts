/**
 * Structure sets as independent programs see them: dciodvfy finds no error, pydicom and DCMTK read them, and plastimatch's
 * rasterisation agrees with our mask. On a synthetic CT with holes and islands, and on the real CT where it is there.
 */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { cross, patientPoint, type Vector3 } from "#core/coordinates.ts";
import { silentProgress } from "#core/progress.ts";
import { checkStructureSet } from "#dicom/check/check-structure-set.ts";
import type { CtVolume } from "#dicom/ct/ct-volume.ts";
import { writeCtSlices } from "#dicom/ct/write-ct.ts";
import { readDicom } from "#dicom/dataset/read-dataset.ts";
import { transferSyntaxes, writeDicomFile } from "#dicom/dataset/write-dataset.ts";
import { proveRtstruct } from "#dicom/rtstruct/prove-export.ts";
import { buildRtstruct } from "#dicom/rtstruct/write-rtstruct.ts";
import { masksFromLabels } from "#formats/label-image.ts";
import { readNrrd } from "#formats/nrrd.ts";
import { placeOnGrid } from "#formats/place-on-grid.ts";
import { createGrid, type Grid, voxelCount } from "#geometry/grid.ts";
import { emptyMask, type Mask } from "#geometry/mask.ts";
import { volumeOverlap } from "#geometry/overlap.ts";
import { shippedModel } from "#model/run/load-model.ts";
import { readCtFolder } from "#patients/ct/read-ct-folder.ts";
import { loadRoiMasks } from "#patients/masks/load-masks.ts";
import { segment } from "#segment/run/segment.ts";
import { ctDescription } from "./ct-description.ts";
import { dicomErrors, judge } from "./judge.ts";

const folder = mkdtempSync(join(tmpdir(), "rtstruct-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const realCt = join(import.meta.dirname, "../../shared/data/lung-dx-a0001/ct-soft");

async function syntheticCt(name: string, grid: Grid): Promise<{ ct: CtVolume; path: string }> {
  const path = mkdtempSync(join(folder, `${name}-`));
  const description = ctDescription(`test/${name}`);
  for (const { name: file, bytes } of writeCtSlices(grid, new Int16Array(voxelCount(grid)), description))
    writeFileSync(join(path, file), bytes);
  return { ct: await readCtFolder(path), path };
}

/** A hollow ball with an island inside, and a second ball beside it: holes, nesting, several contours a slice. */
function hollowBall(grid: Grid, centre: Vector3, radiusMm: number): Mask {
  const mask = emptyMask(grid);
  const [ni, nj] = grid.size;
  for (let index = 0; index < mask.data.length; index++) {
    const offset = [index % ni, Math.floor(index / ni) % nj, Math.floor(index / (ni * nj))].map(
      (value, axis) => (value - centre[axis]) * grid.spacingMm[axis],
    );
    const r = Math.hypot(...offset);
    const beside = Math.hypot(offset[0] - 1.6 * radiusMm, offset[1], offset[2]);
    mask.data[index] =
      (r < radiusMm && r > 0.6 * radiusMm) || r < 0.3 * radiusMm || beside < 0.4 * radiusMm ? 1 : 0;
  }
  return mask;
}

function writeSet(ct: CtVolume, mask: Mask, holes: "keyhole" | "xor", name: string): string {
  const roi = {
    name: "GTV",
    mask,
    interpretedType: "GTV",
    algorithm: "AUTOMATIC",
    algorithmDescription: "test model 1",
    colour: [255, 0, 0],
  } as const;
  const dataSet = buildRtstruct({
    ct,
    rois: [roi],
    label: "TEST",
    sopInstanceUid: `2.25.${name.length}1`,
    seriesInstanceUid: `2.25.${name.length}2`,
    date: "20260101",
    time: "120000",
    softwareVersion: "1",
    holes,
  });
  expect(checkStructureSet(dataSet, ct)).toEqual([]);
  const file = writeDicomFile(dataSet, transferSyntaxes.implicitLittleEndian);
  expect(proveRtstruct(file, ct, [roi])[0].differingVoxels).toBe(0);
  const path = join(folder, `${name}.dcm`);
  writeFileSync(path, file);
  return path;
}

/** Plastimatch's mask of the structure set's only ROI, on the CT's grid. */
function plastimatchMask(rtstruct: string, ctFolder: string, ct: CtVolume, name: string): Mask {
  const prefix = join(folder, `plastimatch-${name}`);
  judge("plastimatch", [
    "convert",
    "--input",
    rtstruct,
    "--referenced-ct",
    ctFolder,
    "--output-prefix",
    prefix,
    "--prefix-format",
    "nrrd",
  ]);
  const [file] = readdirSync(prefix);
  const [image] = readNrrd(readFileSync(join(prefix, file)));
  return placeOnGrid(masksFromLabels(image).masks[0].mask, ct.grid).mask;
}

/** The term came into the standard after Debian's dciodvfy (2022): its only objection. */
const tooNew = "Unrecognized enumerated value <CLOSEDPLANAR_XOR>";

function expectReadable(path: string): void {
  expect(dicomErrors(path).filter((line) => !line.includes(tooNew))).toEqual([]);
  expect(judge("dcmdump", ["-q", path]).status).toBe(0);
  const script =
    "import pydicom,sys; d=pydicom.dcmread(sys.argv[1]); print(len(d.StructureSetROISequence), d.RTROIObservationsSequence[0].RTROIInterpretedType, d.ApprovalStatus, d.StructureSetROISequence[0].ROIGenerationAlgorithm)";
  expect(judge("/usr/bin/python3", ["-c", script, path]).output.trim()).toBe("1 GTV UNAPPROVED AUTOMATIC");
}

describe("a synthetic CT", () => {
  const grid = createGrid([96, 80, 14], [0.9, 1.1, 5], patientPoint(-101.25, -55.5, 210), [
    [1, 0, 0],
    [0, 1, 0],
  ]);

  test("holes as keyholes: no errors, and plastimatch rasterises our mask with DSC 0.99 or better", async () => {
    const { ct, path } = await syntheticCt("axial", grid);
    const mask = hollowBall(ct.grid, [38, 40, 6.5], 24);
    const file = writeSet(ct, mask, "keyhole", "keyhole");
    expectReadable(file);
    expect(volumeOverlap(mask, plastimatchMask(file, path, ct, "keyhole")).dsc).toBeGreaterThanOrEqual(0.99);
  });

  test("holes as CLOSEDPLANAR_XOR: no error but that the term is new, and our reader gets the mask back", async () => {
    const { ct } = await syntheticCt("xor", grid);
    const file = writeSet(ct, hollowBall(ct.grid, [38, 40, 6.5], 24), "xor", "xor-holes");
    expectReadable(file);
  });

  test("oblique axes: no errors, all points on the planes of the slices as pydicom computes them", async () => {
    const iAxis: Vector3 = [Math.cos(0.25), Math.sin(0.25), 0];
    const jAxis: Vector3 = cross([0.28 * Math.sin(0.25), -0.28 * Math.cos(0.25), 0.96], iAxis);
    const oblique = { ...grid, axes: [iAxis, jAxis, cross(iAxis, jAxis)] } as const;
    const { ct, path } = await syntheticCt("oblique", oblique);
    const file = writeSet(ct, hollowBall(ct.grid, [38, 40, 6.5], 24), "keyhole", "oblique-axes");
    expectReadable(file);
    const script = `
import glob, sys, numpy, pydicom
slices = {d.SOPInstanceUID: d for d in map(pydicom.dcmread, glob.glob(sys.argv[2] + "/*.dcm"))}
worst = 0
for contour in pydicom.dcmread(sys.argv[1]).ROIContourSequence[0].ContourSequence:
    image = slices[contour.ContourImageSequence[0].ReferencedSOPInstanceUID]
    axes = numpy.array(image.ImageOrientationPatient, float).reshape(2, 3)
    points = numpy.array(contour.ContourData, float).reshape(-1, 3) - numpy.array(image.ImagePositionPatient, float)
    worst = max(worst, abs(points @ numpy.cross(axes[0], axes[1])).max())
print(worst < 0.001)`;
    expect(judge("/usr/bin/python3", ["-c", script, file, path]).output.trim()).toBe("True");
  });
});

test.runIf(existsSync(realCt))(
  "the real CT (left out where ../shared/data is not there): plastimatch agrees with DSC 0.99 or better",
  async () => {
    const ct = await readCtFolder(realCt);
    const mask = hollowBall(ct.grid, [320, 350, 46], 30);
    const file = writeSet(ct, mask, "keyhole", "real");
    expectReadable(file);
    expect(volumeOverlap(mask, plastimatchMask(file, realCt, ct, "real")).dsc).toBeGreaterThanOrEqual(0.99);
    const pydicomMean =
      "import glob,sys,numpy,pydicom; print(numpy.mean([(d.pixel_array*float(d.RescaleSlope)+float(d.RescaleIntercept)).mean() for d in map(pydicom.dcmread, glob.glob(sys.argv[1]+'/*'))]))";
    const mean = ct.hu.reduce((sum, value) => sum + value, 0) / ct.hu.length;
    expect(mean).toBeCloseTo(Number(judge("/usr/bin/python3", ["-c", pydicomMean, realCt]).output), 3);
    expect(readDicom(readFileSync(file), file).transferSyntaxUid).toBe("1.2.840.10008.1.2");
  },
);

test.runIf(existsSync(realCt))(
  "the shipped model's GTV on the real CT (left out where ../shared/data is not there): no error, readable, and plastimatch agrees",
  async () => {
    const out = join(folder, "segmented.dcm");
    const request = {
      ctPath: realCt,
      model: shippedModel,
      out,
      format: "rtstruct",
      roiName: "GTV",
      holes: "keyhole",
    } as const;
    const { volumeCc } = await segment(
      { ...request, cleanUp: "largest", force: false },
      silentProgress,
      new AbortController().signal,
    );
    expect(volumeCc).toBeGreaterThan(10);
    expectReadable(out);
    const ct = await readCtFolder(realCt);
    const [roi] = (await loadRoiMasks(out, { ct })).rois;
    expect(volumeOverlap(roi.mask, plastimatchMask(out, realCt, ct, "segmented")).dsc).toBeGreaterThanOrEqual(
      0.99,
    );
  },
);
