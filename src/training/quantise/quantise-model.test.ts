/** A model in 8 bits from small drawn patients: on whom it may be made, what its file says and refuses, and that it contours. */
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { defaultTraining } from "#contract/training-configuration.ts";
import { type Progress, silentProgress } from "#core/progress.ts";
import { emitTraining, initialState } from "#engine/emit.ts";
import { readOnnxGraph } from "#engine/onnx-graph.ts";
import { volumeOverlap } from "#geometry/overlap.ts";
import { modelCard } from "#model/model-card.ts";
import { loadModel, readMetadata } from "#model/run/load-model.ts";
import { annotateModel, describeModel } from "#model/run/model.ts";
import { networkNamed } from "#networks/networks.ts";
import { loadPatient } from "#patients/load-patient.ts";
import { contourCt } from "#segment/contour-ct.ts";
import { provenance } from "#segment/provenance.ts";
import { calibrateModel } from "#training/calibrate/calibrate-model.ts";
import { lossNamed } from "#training/losses/losses.ts";
import { startFrom } from "#training/run/start/start-from.ts";
import { trainTinyModel, writeSmallPatient } from "../../../test/small-patients.ts";
import { networkImages } from "./network-images.ts";
import { type QuantiseRequest, quantiseModel } from "./quantise-model.ts";
import { probabilityChange } from "./run-graph.ts";
import { writeQuantised } from "./write-quantised.ts";

const folder = mkdtempSync(join(tmpdir(), "quantisation-"));
const [cohort, unknown] = ["cohort", "unknown"].map((name) => join(folder, name));
const model = join(folder, "run", "model.onnx");
const out = join(folder, "8-bit.onnx");
const go = new AbortController().signal;
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A file that names patients of the cohort by their numbers. */
function naming(...numbers: readonly number[]): string {
  const path = join(folder, `${numbers.join("-")}.txt`);
  writeFileSync(path, numbers.map((number) => `patient-000${number}`).join("\n"));
  return path;
}

beforeAll(async () => {
  for (let number = 1; number <= 9; number++) await writeSmallPatient(cohort, number);
  await writeSmallPatient(unknown, 1);
  await trainTinyModel(cohort, join(folder, "run"));
});

const request = (change: Partial<QuantiseRequest> = {}): QuantiseRequest => ({
  model,
  cohorts: [{ cohort, names: naming(1, 2, 3) }],
  heldOut: [{ cohort, names: naming(4, 5, 6, 7, 8, 9) }],
  ...{ roi: "GTV", most: 20, out, threads: 1, force: true },
  ...change,
});

const refused = (change: Partial<QuantiseRequest>) =>
  expect(quantiseModel(request(change), silentProgress, go)).rejects;

test("patients of whom the loss says nothing are refused: trained on, used for the ranges, too few", async () => {
  await refused({ heldOut: [{ cohort, names: naming(1, 4, 5, 6, 7) }] }).toThrow(
    /trained on 1 of these patients/,
  );
  await refused({ heldOut: [{ cohort, names: naming(3, 4, 5, 6, 7) }] }).toThrow(
    /patient-0003 of cohort is held out and gives ranges too/,
  );
  const renamed = join(folder, "renamed");
  await writeSmallPatient(renamed, 3, "patient-0008");
  await refused({ heldOut: [{ cohort: renamed }] }).toThrow(
    /patient-0003 of cohort is held out and gives ranges too/,
  );
  await refused({ heldOut: [{ cohort, names: naming(4, 5) }] }).toThrow(
    /2 patients are held out; at least 5/,
  );
  expect(existsSync(out)).toBe(false);
});

test("ranges of a cohort that the model does not know are refused, unless its patients are named", async () => {
  await refused({ cohorts: [{ cohort: unknown }] }).toThrow(
    /neither trained nor calibrated on a cohort unknown/,
  );
  const named = { cohorts: [{ cohort: unknown, names: naming(1) }] };
  await refused({ ...named, heldOut: [{ cohort, names: naming(4) }] }).toThrow(/1 patient is held out/);
});

test("interrupted, it says so and writes nothing", async () => {
  for (const stage of ["reading slices", "measuring ranges", "trying layers in 8 bits", "contouring"]) {
    const controller = new AbortController();
    const stages: string[] = [];
    const progress: Progress = {
      report: (name) => {
        stages.push(name);
        if (name === stage) controller.abort();
      },
    };
    const run = quantiseModel(request(), progress, controller.signal);
    await expect(run, stage).rejects.toMatchObject({ code: "cancelled" });
    expect(stages.at(-1)).toBe(stage);
  }
  expect(existsSync(out)).toBe(false);
});

test("the file says what it was made from, on whom, and what it costs; so does the run's record", async () => {
  const { quantisation, rows, inFloats, metadata } = await quantiseModel(request(), silentProgress, go);
  const digest = createHash("sha256").update(readFileSync(model)).digest("hex");
  const [before, after] = await Promise.all([describeModel(model), describeModel(out)]);
  expect(after.metadata).toEqual({ ...before.metadata, version: "1 8-bit", quantisation });
  expect(metadata).toEqual(after.metadata);
  expect(after.facts.parameters).toBe(before.facts.parameters);
  expect(after.facts.bytes).toBeLessThan(before.facts.bytes);
  expect(quantisation).toMatchObject({
    from: digest,
    calibration: { patients: 3, cohorts: ["cohort"] },
    loss: { patients: 6, cohorts: ["cohort"] },
  });
  expect(quantisation.layers.inBytes + inFloats.length).toBe(quantisation.layers.all);
  expect(rows.map(({ patient }) => patient)).toEqual(
    [4, 5, 6, 7, 8, 9].map((number) => `patient-000${number}`),
  );
  const record = JSON.parse(readFileSync(`${out}.run.json`, "utf8"));
  expect(record).toMatchObject({ verb: "model quantise", outputs: [out], results: { quantisation, rows } });
  expect(record.model.digest).toBe(after.facts.digest);
  expect(modelCard(after.metadata, after.facts)).toContain(
    `Computes in 8 bits (${quantisation.layers.inBytes} of ${quantisation.layers.all} layers)`,
  );
});

test("what it contours is what its loss was measured on, and is called by its own version", async () => {
  const { ct, target } = await loadPatient(join(cohort, "patient-0009"), "GTV");
  const [fp32, bytes] = await Promise.all([loadModel(model, { threads: 1 }), loadModel(out, { threads: 1 })]);
  const contour = async (loaded: typeof fp32) =>
    (await contourCt(ct, loaded, { cleanUp: "tumour", progress: silentProgress })).mask;
  const [expected, actual] = [await contour(fp32), await contour(bytes)];
  const record = JSON.parse(readFileSync(`${out}.run.json`, "utf8"));
  expect(record.results.rows[5]).toMatchObject({
    fp32: volumeOverlap(target, expected).dsc,
    bytes: volumeOverlap(target, actual).dsc,
    agreement: volumeOverlap(expected, actual).dsc,
  });
  expect(expected.data).toContain(1);
  const [image] = await networkImages({ ct, target }, fp32);
  const [p, q] = [await fp32.predict(image, 1), await bytes.predict(image, 1)];
  expect(probabilityChange([p], [q])).toBeGreaterThan(0);
  expect(probabilityChange([p], [q])).toBeLessThan(0.01);
  expect(provenance(bytes)).toMatch(/^tiny 1 8-bit sha256:/);
  expect(bytes.digest).not.toBe(fp32.digest);
  await fp32.dispose();
  await bytes.dispose();
});

test("a model that loses too much is not written, and neither is one over another without being forced to", async () => {
  const before = readMetadata(readFileSync(model), "run/model.onnx");
  const { quantisation } = readMetadata(readFileSync(out), "8-bit.onnx");
  if (quantisation === undefined) throw new Error("the model in 8 bits does not say so");
  const worse = { ...quantisation, loss: { ...quantisation.loss, worstLoss: 0.02 } };
  const graph = readOnnxGraph(readFileSync(model));
  const path = join(folder, "worse.onnx");
  const write = (made: typeof worse, to: string) =>
    writeQuantised(graph, { before, quantisation: made }, { model, out: to, force: false });
  await expect(write(worse, path)).rejects.toMatchObject({ code: "bad-model" });
  expect(existsSync(path)).toBe(false);
  await expect(write(quantisation, out)).rejects.toMatchObject({ code: "file-exists" });
});

test("in 8 bits a model runs on the CPU alone, begins no training, is calibrated before and keeps its name", async () => {
  await expect(loadModel(out, { device: "webgpu" })).rejects.toThrow(
    /8-bit\.onnx computes in 8 bits, on the CPU: add --device cpu/,
  );
  await refused({ model: out }).toThrow(/in 8 bits already/);
  const calibration = {
    ...request({ model: out }),
    cohorts: request().heldOut,
    doubtBelow: 0.5,
    ...{ flips: true, secondOpinion: false },
    seed: 1,
  };
  await expect(calibrateModel(calibration, silentProgress, go)).rejects.toThrow(
    /is in 8 bits: calibrate the model that it was made from/,
  );
  const notes = join(folder, "notes.json");
  writeFileSync(notes, JSON.stringify({ version: "2" }));
  const renamed = await annotateModel({ model: out, notes, out: join(folder, "renamed.onnx"), force: true });
  expect(renamed.metadata.version).toBe("2 8-bit");
  const network = networkNamed("modified-resnet34", { width: 4, dropoutRate: 0 });
  const size = { channels: 1, height: 64, width: 64 };
  const loss = lossNamed("cross-entropy", defaultTraining.lossParameters);
  const training = { ...emitTraining(network, size, { batch: 1, loss, l2: 0 }), ...defaultTraining };
  await expect(startFrom(out, training, initialState(training, 1), silentProgress)).rejects.toThrow(
    /holds its weights in 8 bits: start from the model/,
  );
});
