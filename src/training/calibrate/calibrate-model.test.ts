/** A model calibrated on small drawn patients: whom it may be calibrated on, what the new file says, and that it weighs contours then. */
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Progress, silentProgress } from "#core/progress.ts";
import { readOnnxConstants } from "#engine/onnx-file.ts";
import { loadModel } from "#model/run/load-model.ts";
import { describeModel } from "#model/run/model.ts";
import { loadPatient } from "#patients/load-patient.ts";
import { contourCt } from "#segment/contour-ct.ts";
import { spearman } from "#statistics/correlation.ts";
import { readCheckpoint, writeCheckpoint } from "#training/run/checkpoint.ts";
import { keepTrainedPersons } from "#training/run/trained-persons.ts";
import { trainTinyModel, writeSmallPatient } from "../../../test/small-patients.ts";
import { type CalibrateRequest, calibrateModel } from "./calibrate-model.ts";
import { chooseCalibrationPatients, parseCalibrationCohort } from "./choose-calibration.ts";

const folder = mkdtempSync(join(tmpdir(), "calibration-"));
const cohort = join(folder, "cohort");
const model = join(folder, "run", "model.onnx");
const out = join(folder, "calibrated.onnx");
const othersFile = join(folder, "others.txt");
const go = new AbortController().signal;
afterAll(() => rmSync(folder, { recursive: true, force: true }));

beforeAll(async () => {
  for (let number = 1; number <= 9; number++) await writeSmallPatient(cohort, number);
  writeFileSync(othersFile, Array.from({ length: 8 }, (_, at) => `patient-000${at + 2}`).join("\n"));
  await trainTinyModel(cohort, join(folder, "run"));
});

const request = (cohorts: CalibrateRequest["cohorts"]): CalibrateRequest => ({
  model,
  cohorts,
  roi: "GTV",
  ...{ flips: true, secondOpinion: true, doubtBelow: 0.6, most: 40, seed: 1, threads: 1, force: true },
  out,
  plot: join(folder, "plot.svg"),
});

test("a patient that the model was trained on is refused, also among others", async () => {
  const all = calibrateModel(request([{ cohort }]), silentProgress, go);
  await expect(all).rejects.toThrow(/trained on 1 of these patients of .* \(patient-0001/);
});

test("of a model without its run's folder a cohort of the same name is refused, unless its patients are named", async () => {
  const moved = join(folder, "moved.onnx");
  copyFileSync(model, moved);
  const { metadata } = await describeModel(moved);
  const choose = (names?: string) =>
    chooseCalibrationPatients({ cohort, names }, { path: moved, metadata }, 3);
  await expect(choose()).rejects.toThrow(/trained on 9 of these patients/);
  // Three of eight, evenly spaced: the middles of thirds.
  const { patients, findings } = await choose(othersFile);
  expect(patients.map(({ name }) => name)).toEqual(["patient-0003", "patient-0006", "patient-0008"]);
  expect(findings.map(({ code, where }) => [code, where])).toEqual([["trained-on-unknown", cohort]]);
});

test("who was trained on is told by the scan: under another name in another cohort too, and no namesake of theirs is", async () => {
  const { metadata } = await describeModel(model);
  const [renamed, namesake] = ["renamed", "other/cohort"].map((name) => join(folder, name));
  await writeSmallPatient(renamed, 1, "patient-0005");
  await writeSmallPatient(namesake, 5, "patient-0001");
  const choose = (of: string) => chooseCalibrationPatients({ cohort: of }, { path: model, metadata }, 9);
  await expect(choose(renamed)).rejects.toThrow(/trained on 1 of these patients .* \(patient-0005/);
  const { patients, findings } = await choose(namesake);
  expect([patients.map(({ name }) => name), findings]).toEqual([["patient-0001"], []]);
});

test("a training that begins with a model's weights knows whom that one saw, or says that it does not", async () => {
  const { metadata } = await describeModel(model);
  const [known, unknown, alone] = ["known", "unknown", "alone"].map((name) =>
    join(folder, name, "model.onnx"),
  );
  const keepPersons = (out: string, startFrom: string) =>
    keepTrainedPersons({
      ...{ out: dirname(out), patients: [], startFrom, startedFrom: "model.onnx", goesOn: false },
    });
  await keepPersons(known, model);
  mkdirSync(dirname(alone));
  await keepPersons(unknown, alone);
  await expect(chooseCalibrationPatients({ cohort }, { path: known, metadata }, 9)).rejects.toThrow(
    /trained on 1 of these patients .* \(patient-0001/,
  );
  const { findings } = await chooseCalibrationPatients({ cohort }, { path: unknown, metadata }, 9);
  expect(findings).toMatchObject([
    { severity: "warning", message: expect.stringContaining("model.onnx, of") },
  ]);
});

test("all of a cohort of --with trained, also those that are named, and so did another case of a person who did", async () => {
  const run = join(folder, "mixed");
  const more = join(folder, "more");
  await writeSmallPatient(more, 3);
  const path = join(run, "model.onnx");
  const { metadata } = await describeModel(model);
  const source = { cohort: "cohort", patients: 1, images: 1, weight: 1, licence: "" };
  const sources = [source, { ...source, cohort: "more" }];
  const mixed = { path, metadata: { ...metadata, trainedOn: { ...metadata.trainedOn, sources } } };
  const names = join(folder, "named.txt");
  const choose = (cohort: string, name: string) => {
    writeFileSync(names, name);
    return chooseCalibrationPatients({ cohort, names }, mixed, 9);
  };
  await expect(choose(more, "patient-0003")).rejects.toThrow(/trained on 1 of these patients/);
  mkdirSync(run);
  const begun = await readCheckpoint(join(folder, "run", "checkpoint.safetensors"));
  const additions = [{ cohort: more, weight: 1, patients: ["patient-0003"] }];
  await writeCheckpoint(join(run, "checkpoint.safetensors"), { ...begun, additions });
  await expect(choose(more, "patient-0003")).rejects.toThrow(/trained on 1 of these patients/);
  await writeSmallPatient(more, 4);
  expect((await choose(more, "patient-0004")).patients).toHaveLength(1);
  const note = JSON.stringify({ seed: 1, size: 64, background: "thorax" });
  const notes = ["patient-0001", "patient-0009"].map((patient) => join(cohort, patient, "inserted.json"));
  for (const file of notes) writeFileSync(file, note);
  await expect(choose(cohort, "patient-0009")).rejects.toThrow(/trained on 1 .* \(patient-0009/);
  for (const file of notes) rmSync(file);
  expect((await choose(cohort, "patient-0009")).patients).toHaveLength(1);
});

test("names that the cohort lacks and too few patients are refused, and nothing is written", async () => {
  const [wrong, few] = ["wrong.txt", "few.txt"].map((name) => join(folder, name));
  writeFileSync(wrong, "patient-0002 patient-0077");
  writeFileSync(few, "patient-0002,patient-0003");
  const refused = (names: string) =>
    expect(calibrateModel(request([{ cohort, names }]), silentProgress, go)).rejects;
  await refused(wrong).toThrow(/patient-0077, which .* lacks/);
  await refused(few).toThrow(/at least 8 are needed/);
  expect(() => readFileSync(out)).toThrow();
});

test("interrupted, it says so and writes nothing", async () => {
  const controller = new AbortController();
  const progress: Progress = { report: (_, done) => done === 1 && controller.abort() };
  const run = calibrateModel(request([{ cohort, names: othersFile }]), progress, controller.signal);
  await expect(run).rejects.toMatchObject({ code: "cancelled" });
  expect(() => readFileSync(out)).toThrow();
});

test("calibrated, the file has the same weights, and says what it found of whom", async () => {
  const { rows, quality } = await calibrateModel(
    request([{ cohort, names: othersFile }]),
    silentProgress,
    go,
  );
  expect(new Set(rows.map(({ patient }) => patient)).size).toBe(8);
  expect(new Set(rows.map(({ kind }) => kind))).toEqual(new Set(["patient", "degraded", "tumour-free"]));
  for (const { kind, dsc, expected } of rows) {
    if (kind === "tumour-free") expect([0, null]).toContain(dsc);
    if (dsc === null) expect(expected).toBeNull();
  }
  const knownRows = rows.flatMap(({ expected, dsc }) =>
    expected === null || dsc === null ? [] : [{ expected, dsc }],
  );
  const rho = spearman(
    knownRows.map(({ expected }) => expected),
    knownRows.map(({ dsc }) => dsc),
  );
  expect(quality.calibration.contours.count).toBe(knownRows.length);
  expect(quality.calibration.contours.spearman).toBeCloseTo(rho?.coefficient ?? Number.NaN, 3);
  expect(quality.calibration).toMatchObject({ patients: 8, cohorts: ["cohort"] });
  const [before, after] = await Promise.all([loadModel(model), loadModel(out)]);
  expect(after.metadata).toEqual({ ...before.metadata, flips: true, secondOpinion: true, quality });
  expect(readOnnxConstants(readFileSync(out))).toEqual(readOnnxConstants(readFileSync(model)));
  expect(readFileSync(join(folder, "plot.svg"), "utf8")).toContain("<svg");
  await before.dispose();
  await after.dispose();
});

test("the calibrated model weighs the contour of a patient and each of its slices, the plain one none", async () => {
  const { ct } = await loadPatient(join(cohort, "patient-0002"), "GTV");
  for (const [path, known] of [
    [model, false],
    [out, true],
  ] as const) {
    const loaded = await loadModel(path, { threads: 1 });
    const { mask, expected } = await contourCt(ct, loaded, { cleanUp: "largest", progress: silentProgress });
    expect(expected.dsc !== null).toBe(known);
    const area = ct.grid.size[0] * ct.grid.size[1];
    const filled = Array.from({ length: ct.grid.size[2] }, (_, k) =>
      mask.data.subarray(k * area, (k + 1) * area).includes(1),
    );
    if (known) expect(expected.perSlice?.map((dsc) => dsc !== null)).toEqual(filled);
    await loaded.dispose();
  }
});

test("a cohort is a folder, or a folder and a file of names", () => {
  expect(parseCalibrationCohort("a/b")).toEqual({ cohort: "a/b" });
  expect(parseCalibrationCohort("a/b, names.txt")).toEqual({ cohort: "a/b", names: "names.txt" });
});

test("a person of two cohorts is refused, who would count as two; namesakes of two cohorts are not", async () => {
  const more = join(folder, "copies");
  await writeSmallPatient(more, 3, "patient-0009");
  const named = { cohort, names: othersFile };
  const both = calibrateModel(request([named, { cohort: more }]), silentProgress, go);
  await expect(both).rejects.toThrow(/patient-0009 of .*copies is a person of .*cohort too/);
  const twice = calibrateModel(
    request([named, { cohort: `${cohort}/`, names: othersFile }]),
    silentProgress,
    go,
  );
  await expect(twice).rejects.toThrow(/patient-0002 of .*cohort is named twice/);
  const one = join(folder, "one.txt");
  writeFileSync(one, "patient-0002");
  const [few, namesake] = [{ cohort, names: one }, join(folder, "away/cohort")];
  await writeSmallPatient(namesake, 9, "patient-0002");
  const two = calibrateModel(request([few, { cohort: namesake }]), silentProgress, go);
  await expect(two).rejects.toThrow(/There are 2 patients; at least 8/);
});
