/** Masks through files: load, convert, evaluate and preview, on a small patient written to disk as DICOM. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PNG } from "pngjs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { patientPoint } from "#core/coordinates.ts";
import { createRandom } from "#core/random.ts";
import type { CtVolume } from "#dicom/ct/ct-volume.ts";
import { writeCtSlices } from "#dicom/ct/write-ct.ts";
import { type DataSet, sequence, text } from "#dicom/dataset/dataset.ts";
import { readDicom } from "#dicom/dataset/read-dataset.ts";
import type { RoiToWrite } from "#dicom/rtstruct/write-rtstruct.ts";
import { evaluateMasks } from "#evaluate/run/evaluate.ts";
import { writeNifti } from "#formats/nifti.ts";
import { createGrid, voxelCount } from "#geometry/grid.ts";
import { countVoxels, emptyMask, type Mask } from "#geometry/mask.ts";
import { writePreview } from "#pictures/run/preview.ts";
import { type ConvertRequest, convertMasks } from "../convert.ts";
import { readCtFolder } from "../ct/read-ct-folder.ts";
import { exportMasks } from "./export-masks.ts";
import { loadRoiMasks } from "./load-masks.ts";
import { formatOfName, type MaskFormat, maskFormats } from "./mask-formats.ts";

const root = mkdtempSync(join(tmpdir(), "delineate masks ü-"));
const path = (...parts: readonly string[]): string => join(root, ...parts);
afterAll(() => rmSync(root, { recursive: true, force: true }));

const grid = createGrid([24, 20, 6], [2, 2.5, 5], patientPoint(-24, -25, 100));
const endings: Readonly<Record<MaskFormat, string>> = {
  rtstruct: "gtv.dcm",
  seg: "gtv.seg.dcm",
  nifti: "gtv.nii.gz",
  nrrd: "gtv.nrrd",
};

async function writeCt(patient: string): Promise<CtVolume> {
  const folder = path("cohort", patient, "ct");
  mkdirSync(folder, { recursive: true });
  const description = { patientName: patient, patientId: patient, sex: "O", kernel: "B" } as const;
  const when = { date: "20200101", time: "120000" };
  const hu = new Int16Array(voxelCount(grid));
  for (const { name, bytes } of writeCtSlices(grid, hu, { uidName: patient, ...description, ...when })) {
    writeFileSync(join(folder, name), bytes);
  }
  return readCtFolder(folder);
}

/** Columns from `left` to 15, rows 5 to 14, slices 1 to 3: 10 * 3 * (16 - left) voxels. */
function box(ct: CtVolume, left: number): Mask {
  const mask = emptyMask(ct.grid);
  for (let k = 1; k <= 3; k++)
    for (let j = 5; j < 15; j++) mask.data.fill(1, left + 24 * (j + 20 * k), 16 + 24 * (j + 20 * k));
  return mask;
}

function maskFile(ct: CtVolume, format: MaskFormat, masks: readonly (readonly [string, Mask])[]): Uint8Array {
  const rois = masks.map(
    ([name, mask]): RoiToWrite => ({
      name,
      mask,
      interpretedType: "GTV",
      algorithm: "MANUAL",
      algorithmDescription: "test",
      colour: [0, 255, 0],
    }),
  );
  const labels = { label: "TEST", softwareVersion: "1", uidName: `${format}/${masks.length}` };
  const request = { format, ct, rois, holes: "keyhole", writtenAt: new Date(2020, 0, 1), ...labels } as const;
  return exportMasks(request).bytes;
}

let ct: CtVolume;
let scattered: Mask;

beforeAll(async () => {
  ct = await writeCt("patient-0001");
  scattered = emptyMask(ct.grid);
  const random = createRandom(3);
  for (let at = 0; at < scattered.data.length; at++) scattered.data[at] = random.next() < 0.3 ? 1 : 0;
  for (const format of maskFormats)
    writeFileSync(path(endings[format]), maskFile(ct, format, [["GTV", scattered]]));
});

for (const format of maskFormats) {
  test(`a ${format} file is known by its content, whatever it is called, and lies on the CT's grid`, async () => {
    writeFileSync(path("unnamed"), readFileSync(path(endings[format])));
    const loaded = await loadRoiMasks(path("unnamed"), { ct, roi: "gtv" });
    expect(loaded.format).toBe(format);
    expect(loaded.rois.map(({ name }) => name)).toEqual(["GTV"]);
    expect(loaded.rois[0].mask.grid).toBe(ct.grid);
    expect(loaded.rois[0].mask.data).toEqual(scattered.data);
    // NIfTI and NRRD hold no colour.
    const colour = format === "rtstruct" || format === "seg" ? [0, 255, 0] : undefined;
    expect(loaded.rois[0].colour).toEqual(colour);
  });
}

test("what is no mask file is refused with what was expected", async () => {
  writeFileSync(path("notes.txt"), "nothing");
  await expect(loadRoiMasks(path("notes.txt"))).rejects.toMatchObject({ code: "unknown-format" });
  await expect(loadRoiMasks(path("absent.dcm"))).rejects.toMatchObject({ code: "file-not-found" });
  const slice = join(
    path("cohort", "patient-0001", "ct"),
    readdirSync(path("cohort", "patient-0001", "ct"))[0],
  );
  await expect(loadRoiMasks(slice)).rejects.toMatchObject({ code: "unknown-format" });
  await expect(loadRoiMasks(path("gtv.dcm"))).rejects.toMatchObject({ code: "no-ct" });
});

const convert = (input: string, output: string, changes: Partial<ConvertRequest> = {}) =>
  convertMasks({
    input: path(input),
    output: path(output),
    ct: path("cohort", "patient-0001", "ct"),
    holes: "keyhole",
    resample: false,
    force: false,
    ...changes,
  });

for (const from of maskFormats) {
  for (const to of maskFormats) {
    test(`from ${from} to ${to} every voxel stays in its place`, async () => {
      const name = `${from}-to-${endings[to]}`;
      const { proofs } = await convert(endings[from], name);
      expect(proofs).toMatchObject([{ roi: "GTV", differingVoxels: 0 }]);
      const { rois } = await loadRoiMasks(path(name), { ct });
      expect(rois[0].mask.data).toEqual(scattered.data);
    });
  }
}

test("nothing is overwritten without force, and no half file is left when the work fails", async () => {
  await convert("gtv.nrrd", "once.nii.gz");
  await expect(convert("gtv.nrrd", "once.nii.gz")).rejects.toMatchObject({ code: "file-exists" });
  await convert("gtv.nrrd", "once.nii.gz", { force: true });
  await expect(
    convert("gtv.nrrd", "named.dcm", { name: "a name of more than sixteen" }),
  ).rejects.toMatchObject({
    code: "value-too-long",
  });
  expect(readdirSync(root).filter((name) => name.startsWith("named") || name.endsWith(".partial"))).toEqual(
    [],
  );
});

test("several ROIs travel between the DICOM formats, and NIfTI asks for one", async () => {
  const pair = [
    ["GTV-1", box(ct, 4)],
    ["GTV-2", box(ct, 10)],
  ] as const;
  writeFileSync(path("two.dcm"), maskFile(ct, "rtstruct", pair));
  await convert("two.dcm", "two.seg.dcm");
  const { rois } = await loadRoiMasks(path("two.seg.dcm"), { ct });
  expect(
    rois.map(({ name, interpretedType, algorithm, mask }) => [
      name,
      interpretedType,
      algorithm,
      countVoxels(mask),
    ]),
  ).toEqual([
    ["GTV-1", "GTV", "MANUAL", 360],
    ["GTV-2", "GTV", "MANUAL", 180],
  ]);
  await expect(convert("two.seg.dcm", "two.nii.gz")).rejects.toMatchObject({ code: "several-rois" });
  await convert("two.seg.dcm", "two.nii.gz", { roi: "GTV-2", name: "GTV" });
  expect((await loadRoiMasks(path("two.nii.gz"))).rois[0].name).toBe("GTV");
});

test("an ROI is added to a structure set, and to nothing else", async () => {
  const roi: RoiToWrite = {
    name: "GTV_AUTO",
    mask: box(ct, 10),
    interpretedType: "GTV",
    algorithm: "AUTOMATIC",
    algorithmDescription: "test",
    colour: [255, 0, 0],
  };
  const addTo = { path: "gtv.dcm", bytes: readFileSync(path("gtv.dcm")) };
  const request = { ct, rois: [roi], addTo, label: "TEST", holes: "keyhole", softwareVersion: "1" } as const;
  const when = { writtenAt: new Date(2020, 0, 1), uidName: "added" };
  writeFileSync(path("added.dcm"), exportMasks({ ...request, ...when, format: "rtstruct" }).bytes);
  const { rois } = await loadRoiMasks(path("added.dcm"), { ct });
  expect(rois.map(({ name, mask }) => [name, countVoxels(mask)])).toEqual([
    ["GTV", countVoxels(scattered)],
    ["GTV_AUTO", 180],
  ]);
  expect(() => exportMasks({ ...request, ...when, format: "seg" })).toThrow("RTSTRUCT only");
});

test("what is said of an ROI stands in the RTSTRUCT's ROI and set, and in the SEG's segment; too much is refused", () => {
  const description = "Expected DSC 0.78 (mean error 0.09).";
  const exported = (format: "rtstruct" | "seg", roiDescription: string | undefined): DataSet => {
    const bytes = exportMasks({
      ...{ format, ct, label: "AUTO GTV", holes: "keyhole", softwareVersion: "1", uidName: "described" },
      writtenAt: new Date(0),
      rois: [
        {
          ...{ name: "GTV_AUTO", mask: box(ct, 6), interpretedType: "GTV", algorithm: "AUTOMATIC" },
          ...{ algorithmDescription: "a model", description: roiDescription, colour: [255, 0, 0] },
        },
      ],
    }).bytes;
    return readDicom(bytes, "it").dataSet;
  };
  const set = exported("rtstruct", description);
  expect(text(sequence(set, "30060020")[0], "30060028")).toBe(description);
  expect(text(set, "30060006")).toContain(`GTV_AUTO: ${description}`);
  expect(text(set, "30060006")).toContain("not reviewed");
  expect(text(sequence(exported("seg", description), "00620002")[0], "00620006")).toBe(description);
  expect(sequence(exported("rtstruct", undefined), "30060020")[0].has("30060028")).toBe(false);
  expect(() => exported("rtstruct", "x".repeat(1025))).toThrow(/at most 1024/);
});

test("a structure set of another scan is refused by its frame of reference", async () => {
  const other = await writeCt("other");
  await expect(loadRoiMasks(path("gtv.dcm"), { ct: other })).rejects.toMatchObject({
    code: "wrong-frame-of-reference",
  });
  rmSync(path("cohort", "other"), { recursive: true });
});

test("a set on another series of its frame of reference is told, or refused where slices would stay empty", async () => {
  const slices = Array.from({ length: 26 }, (_, k) => ({
    position: patientPoint(-24, -25, 100 + k),
    sopInstanceUid: `1.2.3.${k}`,
    sopClassUid: "1.2.840.10008.5.1.4.1.1.2",
  }));
  const thin = { ...ct, grid: createGrid([24, 20, 26], [2, 2.5, 1], grid.origin), slices };
  const other = { ...thin, seriesInstanceUid: "1.2.3" };
  const files = { rtstruct: path("thick.dcm"), seg: path("thick.seg.dcm") };
  for (const format of ["rtstruct", "seg"] as const) {
    writeFileSync(files[format], maskFile(ct, format, [["GTV", box(ct, 4)]]));
    const phase = await loadRoiMasks(files[format], { ct: { ...ct, seriesInstanceUid: "1.2.3" } });
    expect(phase.findings.map(({ code }) => code)).toContain("paired-by-frame");
    expect((await loadRoiMasks(files[format], { ct })).findings).toEqual([]);
  }
  await expect(loadRoiMasks(files.rtstruct, { ct: other })).rejects.toMatchObject({
    code: "slices-skipped",
    message: expect.stringContaining("slices 5.0 mm apart"),
  });
  // A person may contour every fifth slice of the series that the set names.
  const sparse = await loadRoiMasks(files.rtstruct, { ct: thin });
  expect(sparse.findings.map(({ code }) => code)).toContain("slices-skipped");
  await expect(loadRoiMasks(files.seg, { ct: other })).rejects.toMatchObject({ code: "grid-mismatch" });
  const [{ mask }] = (await loadRoiMasks(files.seg, { ct: other, resample: true })).rois;
  expect(countVoxels(mask)).toBe(5 * countVoxels(box(ct, 4)));
});

test("the ending of a file says its format", () => {
  expect(["a.dcm", "A.SEG.DCM", "b.nii", "b.nii.gz", "c.seg.nrrd"].map(formatOfName)).toEqual([
    "rtstruct",
    "seg",
    "nifti",
    "nifti",
    "nrrd",
  ]);
  expect(() => formatOfName("a.txt")).toThrow(".nii.gz");
});

test("a cohort is evaluated by patients' names; who cannot be compared is named and in no average", async () => {
  const second = await writeCt("patient-0002");
  await writeCt("patient-0003");
  const third = await readCtFolder(path("cohort", "patient-0003"));
  mkdirSync(path("predictions", "patient-0002"), { recursive: true });
  for (const [patient, on] of [
    ["patient-0001", ct],
    ["patient-0002", second],
    ["patient-0003", third],
  ] as const) {
    writeFileSync(path("cohort", patient, "rtstruct.dcm"), maskFile(on, "rtstruct", [["GTV", box(on, 4)]]));
  }
  // Half of the reference: TP 180, FN 180, DSC 2/3. The second is empty: a missed tumour counts with a DSC of 0.
  writeFileSync(path("predictions", "patient-0001.dcm"), maskFile(ct, "rtstruct", [["GTV", box(ct, 10)]]));
  writeFileSync(
    path("predictions", "patient-0002", "any.seg.dcm"),
    maskFile(second, "seg", [["GTV", emptyMask(second.grid)]]),
  );
  // The third one's prediction was made on another patient's scan.
  writeFileSync(path("predictions", "patient-0003.dcm"), maskFile(ct, "rtstruct", [["GTV", box(ct, 10)]]));
  const result = await evaluateMasks({
    reference: path("cohort"),
    prediction: path("predictions"),
    roi: "GTV.*",
    resample: false,
  });
  expect(
    result.patients.rows.map(({ patient, values }) => [patient, values.dsc, values.jsc, values.tpr]),
  ).toEqual([
    ["patient-0001", 2 / 3, 1 / 2, 1 / 2],
    ["patient-0002", 0, 0, 0],
  ]);
  expect(result.patients.rows[0].values.referenceCc).toBeCloseTo(360 * 0.025, 10);
  expect(result.summaries.patient.dsc).toMatchObject({ unit: "patient", defined: 2, mean: 1 / 3 });
  expect(result.slices.rows.map(({ slice }) => slice)).toEqual([1, 2, 3, 1, 2, 3]);
  expect(result.failures).toMatchObject([{ patient: "patient-0003", code: "wrong-frame-of-reference" }]);
});

test("a patient without a prediction is named", async () => {
  rmSync(path("predictions", "patient-0003.dcm"));
  writeFileSync(path("predictions", "stranger.nii.gz"), readFileSync(path("gtv.nii.gz")));
  const request = { reference: path("cohort"), prediction: path("predictions"), roi: "GTV", resample: false };
  const result = await evaluateMasks(request);
  expect(result.withoutPrediction).toEqual(["patient-0003"]);
  expect(result.withoutReference).toEqual(["stranger"]);
});

test("two research files are compared without a CT; a mask without a name needs no --roi to match", async () => {
  // NIfTI has room for 15 characters: this name is not stored.
  writeFileSync(path("unnamed.nii.gz"), maskFile(ct, "nifti", [["A name that is too long", scattered]]));
  const files = { reference: path("unnamed.nii.gz"), prediction: path("gtv.nrrd") };
  const request = { ...files, roi: "GTV", resample: false };
  const result = await evaluateMasks(request);
  expect(result.patients.rows[0].values.dsc).toBe(1);
});

test.each([
  ["gtv.nii.gz", "GTV_primary_left", "label 1"],
  ["gtv.nii", "Geschwülst", "label 1"],
])("%s: a name that NIfTI has no room for is said", async (file, name, nameInFile) => {
  const request = { input: path("gtv.nrrd"), output: path(`lost-${file}`), name, force: true };
  const { findings } = await convertMasks({ ...request, holes: "keyhole", resample: false });
  expect(findings).toMatchObject([{ severity: "warning", code: "name-lost" }]);
  expect(findings[0].message).toContain(`"${nameInFile}"`);
});

test("of several labels without names --roi means none, or the one that it names: they are not joined", async () => {
  const both = emptyMask(grid);
  both.data.fill(1, 24 * 25 + 4, 24 * 25 + 14);
  both.data.fill(2, 24 * 45 + 2, 24 * 45 + 20);
  writeFileSync(path("labels.nii"), writeNifti({ name: "", mask: both }, { gzip: false }));
  const request = {
    reference: path("gtv.nrrd"),
    prediction: path("labels.nii"),
    roi: "GTV",
    resample: false,
  };
  await expect(evaluateMasks(request)).rejects.toMatchObject({
    code: "no-such-roi",
    message: expect.stringContaining("it has: label 1, label 2"),
  });
  const { rois } = await loadRoiMasks(path("labels.nii"), { roi: "label 1" });
  expect(rois.map(({ name, mask }) => [name, countVoxels(mask)])).toEqual([["label 1", 10]]);
});

test("which of two files cannot be read, or lies elsewhere, is named, and so is the ROI that was cut", async () => {
  const bytes = maskFile(ct, "nrrd", [["GTV", box(ct, 2)]]);
  writeFileSync(path("ascii.nrrd"), Buffer.from(bytes).toString("latin1").replace("gzip", "ascii"), "latin1");
  const request = { reference: path("gtv.nrrd"), prediction: path("ascii.nrrd"), resample: false };
  await expect(evaluateMasks(request)).rejects.toThrow(`${path("ascii.nrrd")}: Expected the encoding`);
  writeFileSync(path("whole.nrrd"), bytes);
  const beside = createGrid(grid.size, grid.spacingMm, patientPoint(0.9, 0, 0));
  const half = loadRoiMasks(path("whole.nrrd"), { ct: { ...ct, grid: beside } });
  await expect(half).rejects.toThrow(`${path("whole.nrrd")}: The mask is not on the CT's grid`);
  const low = createGrid([24, 20, 3], grid.spacingMm, grid.origin);
  const { findings } = await loadRoiMasks(path("whole.nrrd"), { ct: { ...ct, grid: low } });
  expect(findings).toMatchObject([{ code: "mask-outside-ct", where: "GTV" }]);
});

test("a mask that reaches beyond the other's grid is not measured on the part that they share", async () => {
  // The reference is cropped to columns 0 to 15; the prediction has a false region beyond them.
  const narrow = createGrid([16, 20, 6], grid.spacingMm, grid.origin);
  const cropped = emptyMask(narrow);
  cropped.data.fill(1, 16 * 25 + 4, 16 * 25 + 14);
  const predicted = emptyMask(grid);
  predicted.data.fill(1, 24 * 25 + 4, 24 * 25 + 14);
  const files = { reference: path("cropped.nii.gz"), prediction: path("wide.nii.gz") };
  writeFileSync(files.reference, maskFile({ ...ct, grid: narrow }, "nifti", [["GTV", cropped]]));
  writeFileSync(files.prediction, maskFile(ct, "nifti", [["GTV", predicted]]));
  const { patients } = await evaluateMasks({ ...files, resample: false });
  expect(patients.rows[0].values.dsc).toBe(1);
  predicted.data.fill(1, 24 * 25 + 18, 24 * 25 + 22);
  writeFileSync(files.prediction, maskFile(ct, "nifti", [["GTV", predicted]]));
  for (const resample of [false, true])
    await expect(evaluateMasks({ ...files, resample })).rejects.toMatchObject({
      code: "grid-mismatch",
      message: expect.stringContaining("4 of the mask's 14 voxels"),
    });
});

test("previews are PNG files of each slice with a target, and a sheet", async () => {
  const masks = { reference: box(ct, 4), automatic: box(ct, 10) };
  const paths = await writePreview(ct, masks, path("preview"));
  expect(paths.map((file) => file.slice(path("preview").length + 1))).toEqual([
    "sheet.png",
    "slice-002.png",
    "slice-003.png",
    "slice-004.png",
  ]);
  const page = PNG.sync.read(readFileSync(paths[1]));
  expect(page.width).toBe(page.height);
  await expect(writePreview(ct, masks, path("preview"))).rejects.toMatchObject({ code: "file-exists" });
});
