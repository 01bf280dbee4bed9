/** What docs/training.md does with a cohort that was imported: contour its test patients, measure them, go on after an end. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { silentProgress } from "#core/progress.ts";
import { evaluateMasks } from "#evaluate/run/evaluate.ts";
import { volumeOverlap } from "#geometry/overlap.ts";
import { clickModel, loadModel } from "#model/run/load-model.ts";
import { importCohort } from "#patients/cohort/import/import.ts";
import { openCohort } from "#patients/cohort/open-cohort.ts";
import { lockFolder } from "#platform/lock-folder.ts";
import { contourCt } from "#segment/contour-ct.ts";
import { segmentCohort } from "#segment/run/segment-cohort.ts";
import { trainTinyModel, writeSmallPatient } from "./small-patients.ts";

const folder = mkdtempSync(join(tmpdir(), "cohort-segment-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const [drawn, cohort, out] = ["drawn", "cohort", "before"].map((name) => join(folder, name));
const model = join(folder, "run/model.onnx");
const never = new AbortController().signal;

async function contour(names: readonly string[], folder = out, signal = never) {
  const patients = (await openCohort(cohort)).filter(({ name }) => names.includes(name));
  return segmentCohort({ cohort, patients, model, out: folder, device: "cpu" }, silentProgress, signal);
}

beforeAll(async () => {
  for (let number = 1; number <= 4; number++) await writeSmallPatient(drawn, number);
  await trainTinyModel(drawn, join(folder, "run"));
  await importCohort({ source: drawn, out: cohort, roi: "GTV.*" }, silentProgress, never);
});

test("patients of an imported cohort are contoured and measured by their names, as the program contours each", async () => {
  const names = ["case-0002", "case-0003"];
  const outcome = await contour(names);
  expect(outcome).toMatchObject({ written: 2, kept: 0, failures: [] });
  expect(readdirSync(out).sort()).toEqual([...names.map((name) => `${name}.dcm`), "run.json"]);
  const { patients, withoutPrediction, withoutReference } = await evaluateMasks({
    ...{ reference: cohort, prediction: out, resample: false },
  });
  expect(patients.rows.map(({ patient }) => patient)).toEqual(names);
  expect([withoutPrediction, withoutReference]).toEqual([["case-0001", "case-0004"], []]);
  const loaded = await loadModel(model, { threads: 1 });
  for (const patient of (await openCohort(cohort)).filter(({ name }) => names.includes(name))) {
    const { ct, target } = await patient.load("GTV.*");
    const { mask } = await contourCt(ct, loaded, { cleanUp: "tumour", progress: silentProgress });
    const row = patients.rows.find((candidate) => candidate.patient === patient.name);
    expect(row?.values.dsc).toBeCloseTo(volumeOverlap(target, mask).dsc ?? Number.NaN, 9);
  }
  await loaded.dispose();
  const evaluation = await evaluateMasks({
    ...{ reference: cohort, prediction: join(out, "case-0003.dcm"), resample: false },
  });
  expect(evaluation.patients.rows).toEqual(patients.rows.slice(1));
});

test("the same command goes on where it was, says who has no contour, and mixes no two models", async () => {
  const bytes = readFileSync(join(out, "case-0002.dcm"));
  const all = ["case-0001", "case-0002", "case-0003", "case-0004"];
  const ended = new AbortController();
  ended.abort();
  await expect(contour(all, out, ended.signal)).rejects.toMatchObject({ code: "cancelled" });
  rmSync(join(drawn, "patient-0004/rtstruct.dcm"));
  const outcome = await contour(all);
  expect(outcome).toMatchObject({ written: 1, kept: 2 });
  expect(outcome.failures).toMatchObject([{ code: "file-not-found", where: "case-0004" }]);
  expect(readFileSync(join(out, "case-0002.dcm"))).toEqual(bytes);
  const record = readFileSync(join(out, "run.json"), "utf8");
  writeFileSync(join(out, "run.json"), record.replace(outcome.model.digest, "0".repeat(64)));
  await expect(contour(all)).rejects.toThrow(/holds contours of another model/u);
  // The same names in another cohort are other patients.
  writeFileSync(join(out, "run.json"), record);
  const elsewhere = join(folder, "elsewhere");
  await writeSmallPatient(join(folder, "drawn-elsewhere"), 2);
  await importCohort(
    { source: join(folder, "drawn-elsewhere"), out: elsewhere, roi: "GTV.*" },
    silentProgress,
    never,
  );
  rmSync(join(out, "case-0002.dcm"));
  const renamed = (await openCohort(elsewhere)).map((patient) => ({ ...patient, name: "case-0003" }));
  const request = { cohort: elsewhere, patients: renamed, model, out, device: "cpu" } as const;
  await expect(segmentCohort(request, silentProgress, never)).rejects.toThrow(/case-0003 of another cohort/u);
  const other = join(folder, "other");
  mkdirSync(other);
  writeFileSync(join(other, "note.txt"), "mine");
  await expect(contour(all, other)).rejects.toMatchObject({ code: "file-exists" });
  expect(readdirSync(other)).toEqual(["note.txt"]);
});

test("what a run told of a contour is told by the next one too, which keeps it, and stays in the record", async () => {
  const told = join(folder, "told");
  const recorded = () => JSON.parse(readFileSync(join(told, "run.json"), "utf8")).findings;
  const first = await contour(["case-0001"], told);
  expect(first.findings).toMatchObject([{ code: "doubtful", where: "case-0001" }]);
  const again = await contour(["case-0001"], told);
  expect(again).toMatchObject({ written: 0, kept: 1, findings: first.findings });
  expect(recorded()).toEqual(first.findings);
  // Of whom this run was not asked.
  const other = await contour(["case-0002"], told);
  expect(other).toMatchObject({ written: 1, kept: 0 });
  expect(recorded()).toEqual([...first.findings, ...other.findings]);
});

test("a folder that another run contours into is left to it, and one whose run was killed is taken over", async () => {
  const busy = join(folder, "busy");
  mkdirSync(busy);
  const unlock = await lockFolder(busy);
  await expect(contour(["case-0002"], busy)).rejects.toMatchObject({
    code: "folder-in-use",
    message: expect.stringMatching(/uses .*busy already\. Wait until .* --out\.$/),
  });
  expect(readdirSync(busy)).toEqual([expect.stringMatching(/^server\.lock/)]);
  await unlock();
  // What a killed process leaves: no process has a number as high as this.
  writeFileSync(join(busy, "server.lock"), JSON.stringify({ pid: 2 ** 30, startedAt: "1" }));
  expect(await contour(["case-0002"], busy)).toMatchObject({ written: 1 });
  expect(readdirSync(busy).sort()).toEqual(["case-0002.dcm", "run.json"]);
  expect(await contour(["case-0002"], busy)).toMatchObject({ written: 0, kept: 1 });
});

test("a CT is not named beside an imported cohort, which knows its own", async () => {
  const request = { reference: cohort, prediction: join(out, "case-0003.dcm"), ct: drawn, resample: false };
  await expect(evaluateMasks(request)).rejects.toMatchObject({ code: "usage" });
});

test("a split says who is in no part of it, since nothing that follows would", async () => {
  const cohort = join(folder, "to-split");
  for (let number = 1; number <= 3; number++) await writeSmallPatient(cohort, number);
  rmSync(join(cohort, "patient-0002", "rtstruct.dcm"));
  const out = join(folder, "split.json");
  const args = ["bin/delineate.mjs", "cohort", "split", cohort, "--test", "0.5", "--out", out];
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  expect(status).toBe(0);
  expect(stderr).toContain("warning: patient-0002: In no part of the split: ");
  expect(stderr).not.toMatch(/patient-000[13]: /);
});

test("a model that contours no CT is refused once, and leaves no folder that looks begun", async () => {
  const patients = await openCohort(cohort);
  const other = join(folder, "by-clicks");
  const request = { cohort, patients, model: fileURLToPath(clickModel), out: other, device: "cpu" } as const;
  await expect(segmentCohort(request, silentProgress, never)).rejects.toMatchObject({ code: "bad-model" });
  expect(readdirSync(other)).toEqual([]);
});
