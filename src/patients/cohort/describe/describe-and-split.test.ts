/** Table 1 and splits of cohorts on disk: phantoms with known lobes, and a clinical table that finds its patients by digest. */
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { silentProgress } from "#core/progress.ts";
import { textElement } from "#dicom/dataset/dataset.ts";
import { tags } from "#dicom/dictionary.ts";
import { importCohort } from "#patients/cohort/import/import.ts";
import { openCohort } from "#patients/cohort/open-cohort.ts";
import { makePhantoms } from "#phantom/run/phantom.ts";
import { changeDicom } from "../../../../test/archive.ts";
import { describeCohort } from "./describe-cohort.ts";
import { readSplit, readSplitOf } from "./read-split.ts";
import { splitCohort } from "./split-cohort.ts";

const root = mkdtempSync(join(tmpdir(), "delineate describe ü-"));
const path = (...parts: readonly string[]): string => join(root, ...parts);
afterAll(() => rmSync(root, { recursive: true, force: true }));

const { signal } = new AbortController();
const patients = 4;

beforeAll(async () => {
  await makePhantoms(
    { patients, first: 1, seed: 4, size: 64, out: path("phantoms") },
    silentProgress,
    signal,
  );
  await importCohort(
    { source: path("phantoms"), out: path("imported"), roi: "GTV.*" },
    silentProgress,
    signal,
  );
});

test("sides are those of the phantoms, volumes those of the masks, and the clinical rows find their patients", async () => {
  const clinical = path("clinical.csv");
  writeFileSync(
    clinical,
    "PatientID,age,Overall.Stage,gender,Histology\nPHANTOM-4-2,61,IIIa,female,adenocarcinoma\nPHANTOM-4-3,NA,I,male,NA\nSTRANGER,70,IV,male,x\n",
  );
  const request = { cohort: path("imported"), roi: "GTV.*", clinical };
  const {
    patients: described,
    table,
    clinicalWithoutPatient,
  } = await describeCohort(request, silentProgress, signal);
  for (const [index, { name, tumour }] of described.entries()) {
    const truth = JSON.parse(
      readFileSync(path("phantoms", `patient-000${index + 1}`, "phantom.json"), "utf8"),
    );
    expect(name).toBe(`case-000${index + 1}`);
    expect(tumour?.side).toBe(truth.lobe.split("-")[0]);
    expect(tumour?.volumeCc).toBeCloseTo(truth.maskVolumeCc, 6);
  }
  expect(described[1].clinical).toMatchObject({ ageYears: 61, stage: "III", histology: "adenocarcinoma" });
  expect(described[2].clinical).toMatchObject({ ageYears: undefined, stage: "I", sex: "male" });
  expect(described[0].clinical).toBeUndefined();
  expect(clinicalWithoutPatient).toBe(1);
  const cell = (characteristic: string, category: string) =>
    table.rows.find((row) => row.characteristic === characteristic && row.category === category)?.cells[0];
  expect(cell("Patients", "")).toBe("4");
  expect(cell("Age, years", "median (range)")).toBe("61 (61 - 61), 3 missing");
  // A second description is read from what the first kept.
  expect((await describeCohort(request, silentProgress, signal)).patients).toEqual(described);
});

test("two scans of one person share a clinical row, and the other rows are counted as of nobody", async () => {
  const source = path("two-scans");
  for (const name of ["patient-0001", "patient-0002"])
    cpSync(path("phantoms", name), join(source, name), { recursive: true });
  for (const file of readdirSync(source, { recursive: true, encoding: "utf8" })) {
    if (!file.endsWith(".dcm")) continue;
    const bytes = readFileSync(join(source, file));
    const changed = changeDicom(bytes, (dataSet) =>
      dataSet.set(tags.PatientID, textElement("LO", "PHANTOM-4-1")),
    );
    writeFileSync(join(source, file), changed);
  }
  const clinical = path("shared.csv");
  writeFileSync(clinical, "PatientID,age\nPHANTOM-4-1,61\nSTRANGER,70\n");
  const cohort = path("shared");
  await importCohort({ source, out: cohort, roi: "GTV.*" }, silentProgress, signal);
  const described = await describeCohort({ cohort, roi: "GTV.*", clinical }, silentProgress, signal);
  expect(described.patients.map(({ clinical: record }) => record?.ageYears)).toEqual([61, 61]);
  expect(described.clinicalWithoutPatient).toBe(1);
});

test("a split of a cohort is written, read back, repeated by its seed, and not overwritten", async () => {
  const request = {
    cohort: path("phantoms"),
    roi: "GTV",
    out: path("split.json"),
    force: false,
    seed: 1,
    test: 0.25,
    validation: 0.25,
  };
  const { split } = await splitCohort(request, silentProgress, signal);
  const names = ["patient-0001", "patient-0002", "patient-0003", "patient-0004"];
  expect(await readSplit(path("split.json"), names)).toEqual(split);
  expect([split.train.length, split.validation.length, split.test.length]).toEqual([2, 1, 1]);
  await expect(splitCohort(request, silentProgress, signal)).rejects.toMatchObject({ code: "file-exists" });
  const again = await splitCohort({ ...request, out: path("again.json") }, silentProgress, signal);
  expect(again.split).toEqual(split);
  const folds = await splitCohort(
    { ...request, out: path("folds.json"), folds: 4, validation: 0 },
    silentProgress,
    signal,
  );
  expect(folds.split.folds?.map((fold) => fold.test.length)).toEqual([1, 1, 1, 1]);
  const tooMany = { ...request, out: path("many.json"), folds: 5 };
  await expect(splitCohort(tooMany, silentProgress, signal)).rejects.toMatchObject({ code: "bad-cohort" });
  writeFileSync(path("leak.json"), JSON.stringify({ ...split, train: [...split.train, split.test[0]] }));
  const leak = `leak.json is no split: ${split.test[0]} stands in two parts, or twice in one.`;
  await expect(readSplit(path("leak.json"), names)).rejects.toMatchObject({
    code: "bad-cohort",
    message: expect.stringContaining(leak),
  });
});

test("an ROI that no patient has is refused, in a description and in a split", async () => {
  const request = { cohort: path("phantoms"), roi: "GVT", out: path("misspelt.json"), seed: 1 };
  const parts = { force: false, test: 0.25, validation: 0.25 };
  const refused = /No patient of .*phantoms has a tumour.*no ROI that matches GVT; it has: GTV/u;
  await expect(describeCohort(request, silentProgress, signal)).rejects.toThrow(refused);
  await expect(splitCohort({ ...request, ...parts }, silentProgress, signal)).rejects.toThrow(refused);
  expect(existsSync(request.out)).toBe(false);
});

test("one person under two IDs is never split, and is one person in the count", async () => {
  cpSync(path("phantoms"), path("doubled"), { recursive: true });
  // The same scans once more, as another archive would hold them: same pixels, same UIDs.
  cpSync(path("phantoms", "patient-0001"), path("doubled", "other-archive"), { recursive: true });
  const report = await importCohort(
    { source: path("doubled"), out: path("cohort2"), roi: "GTV.*" },
    silentProgress,
    signal,
  );
  // Under the same ID the second copy is the same series: its images count once.
  expect(report.patients.length).toBe(patients);
  expect(report.patients.flatMap(({ findings }) => findings.map(({ code }) => code))).toContain(
    "image-twice",
  );
});

test("a split is refused for other scans of the same names, and is good for the same ones imported anew", async () => {
  const parts = { roi: "GTV.*", seed: 1, test: 0.25, validation: 0.25, force: false };
  const splitOf = async (cohort: string): Promise<string> => {
    const out = path(`scans-of-${cohort}.json`);
    await splitCohort({ cohort: path(cohort), out, ...parts }, silentProgress, signal);
    return out;
  };
  const swapped = path("swapped");
  cpSync(path("phantoms"), swapped, { recursive: true });
  for (const [from, to] of [
    ["1", "x"],
    ["2", "1"],
    ["x", "2"],
  ])
    renameSync(join(swapped, `patient-000${from}`), join(swapped, `patient-000${to}`));
  const anew = { source: path("phantoms"), out: path("imported-anew"), roi: "GTV.*" };
  await importCohort(anew, silentProgress, signal);
  const plain = await splitOf("phantoms");
  const named = await splitOf("imported");
  const read = async (cohort: string, split: string) => readSplitOf(await openCohort(cohort), split);
  expect((await read(path("phantoms"), plain)).format).toBe(1);
  expect((await read(anew.out, named)).format).toBe(1);
  const refused = {
    code: "bad-cohort",
    message: expect.stringMatching(/made for other scans: patient-000[12] /),
  };
  await expect(read(swapped, plain)).rejects.toMatchObject(refused);
});

test("tumours in one thorax are of one person, and a split that parts them is refused", async () => {
  for (const [name, background] of [
    ["a", "thorax"],
    ["b", "other"],
    ["c", "thorax"],
  ]) {
    mkdirSync(path("drawn", name), { recursive: true });
    writeFileSync(path("drawn", name, "inserted.json"), JSON.stringify({ seed: 1, size: 64, background }));
  }
  mkdirSync(path("drawn", "d"));
  const cohort = await openCohort(path("drawn"));
  expect(cohort.map(({ group }) => group)).toEqual(["a", "b", "a", "d"]);
  const parts = { train: ["a"], validation: ["b"], test: ["d"] };
  const read = (split: object) => {
    writeFileSync(path("by-hand.json"), JSON.stringify({ format: 1, seed: 1, ...split }));
    return readSplitOf(cohort, path("by-hand.json"));
  };
  expect((await read({ ...parts, train: ["a", "c"] })).train).toEqual(["a", "c"]);
  const parted = { ...parts, test: ["c"] };
  for (const split of [parted, { ...parts, folds: [parts, parted] }])
    await expect(read(split)).rejects.toMatchObject({
      code: "bad-cohort",
      message: expect.stringContaining("a and c stand in two parts"),
    });
});

test("of a cohort of unknown spacing sizes are in voxels, nothing is in cc or mm, and it is split all the same", async () => {
  const source = path("phantoms");
  const request = { source, out: path("unknown"), roi: "GTV.*", spacing: "unknown" } as const;
  await importCohort(request, silentProgress, signal);
  const cohort = path("unknown");
  const description = await describeCohort({ cohort, roi: "GTV.*" }, silentProgress, signal);
  const known = await describeCohort({ cohort: path("imported"), roi: "GTV.*" }, silentProgress, signal);
  for (const [at, { tumour }] of description.patients.entries()) {
    const { voxels, side } = known.patients[at].tumour ?? {};
    expect(voxels).toBeGreaterThan(0);
    expect(tumour).toEqual({ voxels, side });
  }
  expect(description.table.rows.map(({ characteristic }) => characteristic)).toContain("GTV, voxels");
  const out = path("unknown-split.json");
  const parts = { roi: "GTV.*", seed: 1, test: 0.25, validation: 0, force: false };
  const { split } = await splitCohort({ cohort, out, ...parts }, silentProgress, signal);
  expect([split.train.length, split.test.length]).toEqual([3, 1]);
  await expect(importCohort({ ...request, spacing: "known" }, silentProgress, signal)).rejects.toMatchObject({
    code: "bad-cohort",
    message: expect.stringContaining("--unknown-spacing"),
  });
});
