/** Comparing models and observers through files: small patients written to disk as DICOM and NIfTI. */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { patientPoint } from "#core/coordinates.ts";
import { silentProgress } from "#core/progress.ts";
import type { CtVolume } from "#dicom/ct/ct-volume.ts";
import { writeCtSlices } from "#dicom/ct/write-ct.ts";
import { textElement } from "#dicom/dataset/dataset.ts";
import { tags } from "#dicom/dictionary.ts";
import { createGrid, voxelCount } from "#geometry/grid.ts";
import { emptyMask, type Mask } from "#geometry/mask.ts";
import { importCohort } from "#patients/cohort/import/import.ts";
import { readCtFolder } from "#patients/ct/read-ct-folder.ts";
import { exportMasks } from "#patients/masks/export-masks.ts";
import type { MaskFormat } from "#patients/masks/mask-formats.ts";
import { changeDicom } from "../../../test/archive.ts";
import { type CompareRequest, comparePredictions } from "./compare.ts";
import { compareObservers, type ObserverStudy } from "./observers.ts";

const root = mkdtempSync(join(tmpdir(), "delineate observers ü-"));
const path = (...parts: readonly string[]): string => join(root, ...parts);
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** Voxels of 0.1 cc. */
const grid = createGrid([24, 12, 4], [5, 4, 5], patientPoint(-60, -24, 0));

/** Columns from `from` to before `to`, 5 rows, 2 slices: 10 voxels, 1 cc, a column. */
function columns(from: number, to: number, on: { readonly grid: typeof grid } = { grid }): Mask {
  const mask = emptyMask(on.grid);
  for (const k of [1, 2])
    for (let j = 3; j < 8; j++) mask.data.fill(1, from + 24 * (j + 12 * k), to + 24 * (j + 12 * k));
  return mask;
}

async function writeCt(patient: string): Promise<CtVolume> {
  const description = {
    patientName: patient,
    patientId: patient,
    sex: "O",
    kernel: "B",
    uidName: patient,
  } as const;
  const when = { date: "20200101", time: "120000" };
  // Air between tissue: an import takes no CT without air.
  const hu = Int16Array.from({ length: voxelCount(grid) }, (_, at) => (at % 2 === 0 ? 0 : -1000));
  for (const { name, bytes } of writeCtSlices(grid, hu, {
    ...description,
    ...when,
  })) {
    put(["cohort", patient, "ct", name], bytes);
  }
  return readCtFolder(path("cohort", patient, "ct"));
}

function put(parts: readonly string[], bytes: Uint8Array): void {
  mkdirSync(dirname(path(...parts)), { recursive: true });
  writeFileSync(path(...parts), bytes);
}

function written(ct: CtVolume, format: MaskFormat, masks: Readonly<Record<string, Mask>>): Uint8Array {
  const common = { interpretedType: "GTV", algorithm: "MANUAL", algorithmDescription: "test" } as const;
  const rois = Object.entries(masks).map(([name, mask]) => ({
    name,
    mask,
    colour: [0, 255, 0] as const,
    ...common,
  }));
  const labels = { label: "TEST", softwareVersion: "1", uidName: `${format}/${Object.keys(masks).join()}` };
  return exportMasks({ format, ct, rois, holes: "keyhole", writtenAt: new Date(2020, 0, 1), ...labels })
    .bytes;
}

const patients = ["p1", "p2", "p3"] as const;
const cts = new Map<string, CtVolume>();

beforeAll(async () => {
  for (const [at, patient] of patients.entries()) {
    const ct = await writeCt(patient);
    cts.set(patient, ct);
    // Observers contour 10, 8 and 12 columns from the left; each again as a second session, a column less.
    const lengths = { 1: 10, 2: 8, 3: 12 };
    const rois = Object.entries(lengths).flatMap(([observer, length]): [string, Mask][] => [
      [`GTV-1vis-${observer}`, columns(2, 2 + length, ct)],
      [`GTV-1auto-${observer}`, columns(2, 1 + length, ct)],
    ]);
    put(["cohort", patient, "rtstruct.dcm"], written(ct, "rtstruct", Object.fromEntries(rois)));
    // Models a and b find 9 - at and 6 - at of the first observer's 10 columns.
    put(["a", `${patient}.dcm`], written(ct, "rtstruct", { GTV_AUTO: columns(2, 11 - at, ct) }));
    put(["b", `${patient}.nii.gz`], written(ct, "nifti", { GTV_AUTO: columns(2, 8 - at, ct) }));
  }
});

const dsc = (first: number, second: number): number => (2 * Math.min(first, second)) / (first + second);

test("two models are compared patient by patient against one reference", async () => {
  const request: CompareRequest = {
    a: path("a"),
    b: path("b"),
    reference: path("cohort"),
    roi: "GTV-1vis-1",
    predictionRoi: "GTV.*",
    resample: false,
    seed: 1,
  };
  const result = await comparePredictions(request);
  const comparison = result.patients.find(({ column }) => column.name === "dsc");
  expect(comparison?.pairs).toBe(3);
  const differences = [0, 1, 2].map((at) => dsc(9 - at, 10) - dsc(6 - at, 10));
  expect(comparison?.difference.mean).toBeCloseTo(differences.reduce((sum, value) => sum + value, 0) / 3, 12);
  expect(comparison?.wilcoxon).toMatchObject({ rankSum: 6, p: 0.25 });
  expect(result.patients.some(({ column }) => column.name === "referenceCc")).toBe(false);
  // 9, 8 and 7 cc for 10: bias -2, SD 1.
  expect(result.volumes.a?.bias).toBeCloseTo(-2, 10);
  expect(result.volumes.a?.standardDeviation).toBeCloseTo(1, 10);
  expect(result.slices.find(({ column }) => column.name === "dsc")?.pairs).toBe(6);

  const two = await comparePredictions({ ...request, metrics: ["dsc", "jsc"] });
  expect(two.patients.map(({ column }) => column.name)).toEqual(["dsc", "jsc"]);
  await expect(comparePredictions({ ...request, metrics: ["dice"] })).rejects.toMatchObject({
    code: "usage",
  });
  // A folder of p1's prediction alone, and one of p2's.
  put(["a1", "p1.dcm"], written(cts.get("p1") as CtVolume, "rtstruct", { GTV: columns(2, 9) }));
  put(["b2", "p2.dcm"], written(cts.get("p2") as CtVolume, "rtstruct", { GTV: columns(2, 9) }));
  await expect(comparePredictions({ ...request, a: path("a1"), b: path("b2") })).rejects.toThrow(
    "share no patient",
  );
});

/** First, second and DSC to six decimals of p1's pairs of a kind. */
function pairsOf(study: ObserverStudy, kind: ObserverStudy["pairs"][number]["kind"]) {
  return study.pairs
    .filter((pair) => pair.patient === "p1" && pair.kind === kind)
    .map(({ first, second, values }) => [first, second, values.dsc?.toFixed(6)]);
}
const pairRow = (first: string, second: string, value: number) => [first, second, value.toFixed(6)];

test("one structure set with an ROI for each observer: the group in the pattern is the observer", async () => {
  const request = { folders: [path("cohort")], roi: "GTV-1vis-(\\d)", resample: false, seed: 1 };
  const study = await compareObservers({ ...request, model: path("a") });
  expect(pairsOf(study, "betweenObservers")).toEqual([
    pairRow("1", "2", dsc(10, 8)),
    pairRow("1", "3", dsc(10, 12)),
    pairRow("2", "3", dsc(8, 12)),
  ]);
  // Two of three contoured the first 10 columns: observer 1's contour. The model finds 9.
  expect(pairsOf(study, "modelMajority")).toEqual([pairRow("majority", "model", dsc(9, 10))]);
  expect(study.agreement.map(({ kind, table }) => [kind, table.rows.length])).toEqual([
    ["betweenObservers", 3],
    ["observerMajority", 3],
    ["observerStaple", 3],
    ["modelObserver", 3],
    ["modelMajority", 3],
    ["modelStaple", 3],
  ]);
  const model = study.agreement[3].table.rows.map(({ values }) => values.dsc ?? 0);
  [9, 8, 7].forEach((size, at) => {
    expect(model[at]).toBeCloseTo((dsc(size, 10) + dsc(size, 8) + dsc(size, 12)) / 3, 12);
  });
  expect(study.modelAmongObservers[0]).toMatchObject({ pairs: 3, persons: 3, b: { standardDeviation: 0 } });
  expect(study.volumes.rows[0].values).toMatchObject({ contours: 3, largestToSmallest: 1.5 });
  expect(study.volumes.rows[0].values.variation).toBeCloseTo(2 / 10, 10);
  expect(study.volumes.rows[0].values.modelCc).toBeCloseTo(9, 10);
  expect(study.skills.map(({ observer }) => observer)).toEqual(["1", "2", "3", "1", "2", "3", "1", "2", "3"]);
});

test("scans of one person are one person in the tests of the model among observers", async () => {
  for (const patient of patients)
    cpSync(path("cohort", patient), path("scans", patient), { recursive: true });
  for (const patient of ["p1", "p2"])
    for (const file of readdirSync(path("scans", patient), { recursive: true, encoding: "utf8" })) {
      if (!file.endsWith(".dcm")) continue;
      const changed = changeDicom(readFileSync(path("scans", patient, file)), (dataSet) =>
        dataSet.set(tags.PatientID, textElement("LO", "one person")),
      );
      writeFileSync(path("scans", patient, file), changed);
    }
  const request = { folders: [path("scans")], roi: "GTV-1vis-(\\d)", resample: false, seed: 1 };
  const { modelAmongObservers } = await compareObservers({ ...request, model: path("a") });
  const [dscOfAll] = modelAmongObservers;
  expect(dscOfAll).toMatchObject({ pairs: 3, persons: 2, pairedT: { degreesOfFreedom: 1 } });
});

test("a group named session tells an observer's contours apart: agreement with himself", async () => {
  const roi = "GTV-1(?<session>vis|auto)-(?<observer>\\d)";
  const study = await compareObservers({ folders: [path("cohort")], roi, resample: false, seed: 1 });
  expect(pairsOf(study, "withinObserver")).toEqual([
    pairRow("1 auto", "1 vis", dsc(10, 9)),
    pairRow("2 auto", "2 vis", dsc(8, 7)),
    pairRow("3 auto", "3 vis", dsc(12, 11)),
  ]);
  expect(pairsOf(study, "betweenObservers")).toHaveLength(6);
});

test("a file for each observer, and a folder for each observer, give the same pairs as one structure set", async () => {
  const ct = cts.get("p1") as CtVolume;
  for (const [observer, length] of [
    ["dr-a", 10],
    ["dr-b", 8],
  ] as const) {
    const bytes = written(ct, "rtstruct", { GTV: columns(2, 2 + length, ct) });
    put(["files", "p1", `${observer}.dcm`], bytes);
    put([observer, "p1.nrrd"], written(ct, "nrrd", { GTV: columns(2, 2 + length, ct) }));
  }
  const expected = [pairRow("dr-a", "dr-b", dsc(10, 8))];
  const options = { roi: "GTV", resample: false, seed: 1 };
  const files = await compareObservers({ ...options, folders: [path("files")], ct: path("cohort") });
  expect(pairsOf(files, "betweenObservers")).toEqual(expected);
  const folders = await compareObservers({ ...options, folders: [path("dr-a"), path("dr-b")] });
  expect(pairsOf(folders, "betweenObservers")).toEqual(expected);
});

test("an imported cohort gives its patients' CTs by their names there; who is not in it is named", async () => {
  const cohort = path("imported");
  const { refused } = await importCohort(
    { source: path("cohort", "p1"), out: cohort, roi: "GTV-1vis-1" },
    silentProgress,
    new AbortController().signal,
  );
  expect(refused).toEqual([]);
  const ct = cts.get("p1") as CtVolume;
  for (const patient of ["case-0001", "case-0002"])
    for (const [observer, length] of [
      ["dr-a", 10],
      ["dr-b", 8],
    ] as const)
      put(
        ["of-cases", patient, `${observer}.dcm`],
        written(ct, "rtstruct", { GTV: columns(2, 2 + length, ct) }),
      );
  const options = { folders: [path("of-cases")], roi: "GTV", resample: false, seed: 1 };
  const { pairs, failures } = await compareObservers({ ...options, ct: cohort });
  expect(pairs.filter(({ kind }) => kind === "betweenObservers").map(({ values }) => values.dsc)).toEqual([
    dsc(10, 8),
  ]);
  expect(failures).toMatchObject([{ patient: "case-0002", message: expect.stringContaining(cohort) }]);
});

test("a patient that cannot be compared is named; two contours of one observer are refused", async () => {
  const ct = cts.get("p1") as CtVolume;
  const gtv = (length: number) => written(ct, "nrrd", { GTV: columns(2, 2 + length, ct) });
  put(["mixed", "p1", "x.nrrd"], gtv(5));
  put(["mixed", "p1", "y.nrrd"], gtv(6));
  put(["mixed", "p2", "x.nrrd"], gtv(5));
  const options = { resample: false, seed: 1 };
  const study = await compareObservers({ ...options, folders: [path("mixed")], model: path("nobody") }).catch(
    (error: unknown) => error,
  );
  expect(study).toMatchObject({ code: "file-not-found" });
  const mixed = await compareObservers({ ...options, folders: [path("mixed")] });
  expect(mixed.failures).toMatchObject([{ patient: "p2", code: "bad-cohort" }]);
  expect(mixed.pairs.filter(({ kind }) => kind === "betweenObservers")).toHaveLength(1);
  // The pattern says that both files are of observer G.
  rmSync(path("mixed", "p2"), { recursive: true });
  await expect(
    compareObservers({ ...options, folders: [path("mixed")], roi: "(G)TV" }),
  ).rejects.toMatchObject({
    code: "several-rois",
  });
});

test("an observer who has no contour of a patient is named", async () => {
  for (const [observer, named] of [
    ["dr-x", "GTV"],
    ["dr-y", "GTV"],
    ["dr-z", "Tumour"],
  ] as const)
    for (const patient of ["p1", "p2"]) {
      // The third called one of his contours by another name.
      const name = patient === "p1" ? "GTV" : named;
      const ct = cts.get(patient) as CtVolume;
      put([observer, `${patient}.dcm`], written(ct, "rtstruct", { [name]: columns(2, 10, ct) }));
    }
  const folders = ["dr-x", "dr-y", "dr-z"].map((observer) => path(observer));
  const request = { folders, roi: "GTV", ct: path("cohort"), resample: false, seed: 1 };
  const { findings } = await compareObservers(request);
  expect(findings.filter(({ code }) => code === "no-contour-of-observer")).toMatchObject([
    { severity: "warning", message: expect.stringMatching(/dr-z.*: p2\.$/) },
  ]);
});

test("a mask of the model is named where no observer contoured the patient", async () => {
  const ct = cts.get("p1") as CtVolume;
  for (const [folder, patient] of [
    ["dr-m", "p1"],
    ["dr-n", "p1"],
    ["masks", "p1"],
    ["masks", "P-1"],
  ] as const)
    put([folder, `${patient}.nrrd`], written(ct, "nrrd", { GTV: columns(2, 10, ct) }));
  const folders = [path("dr-m"), path("dr-n")];
  const { findings } = await compareObservers({ folders, model: path("masks"), resample: false, seed: 1 });
  expect(findings).toMatchObject([{ code: "no-reference", message: expect.stringMatching(/: P-1\.$/) }]);
});

test("an observer whose contour reaches beyond the first one's grid is not compared on what is left of it", async () => {
  const ct = cts.get("p1") as CtVolume;
  const narrow = createGrid([12, 12, 4], grid.spacingMm, grid.origin);
  const cropped = emptyMask(narrow);
  cropped.data.fill(1, 12 * 15 + 2, 12 * 15 + 12);
  put(["cut", "p1", "x.nrrd"], written({ ...ct, grid: narrow }, "nrrd", { GTV: cropped }));
  put(["cut", "p1", "y.nrrd"], written(ct, "nrrd", { GTV: columns(2, 14, ct) }));
  const request = { folders: [path("cut")], resample: false, seed: 1 };
  await expect(compareObservers(request)).rejects.toMatchObject({ code: "grid-mismatch" });
});
