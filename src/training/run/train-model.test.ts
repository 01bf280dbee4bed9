/** A whole training on three small phantoms: interrupted and resumed, validated, started from another one's model. */
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { defaultTraining, type TrainingConfiguration } from "#contract/training-configuration.ts";
import type { Finding } from "#core/findings.ts";
import { type Progress, silentProgress } from "#core/progress.ts";
import { readOnnxConstants } from "#engine/onnx-file.ts";
import { loadModel, readMetadata } from "#model/run/load-model.ts";
import { makePhantoms } from "#phantom/run/phantom.ts";
import { lockFolder } from "#platform/lock-folder.ts";
import { decodeTensors, encodeTensors } from "#training/safetensors.ts";
import { phantomCohort } from "../../../test/shared-inputs.ts";
import { readCheckpoint, writeCheckpoint } from "./checkpoint.ts";
import { readFold } from "./choose-patients.ts";
import { trainModel } from "./train-model.ts";
import type { TrainRequest } from "./train-request.ts";

const folder = mkdtempSync(join(tmpdir(), "training-"));
const cohort = join(folder, "cohort");
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeAll(() => phantomCohort(cohort, { patients: 3, seed: 5, size: 64 }));

const configuration: TrainingConfiguration = {
  ...defaultTraining,
  size: 64,
  // Its training graph is ready in half the time of the modified ResNet34's, and this file opens two dozen.
  network: "u-net",
  width: 4,
  epochs: 2,
  batch: 4,
  accumulate: 2,
  learningRate: 1e-3,
  roi: "GTV",
  loss: "dice-cross-entropy",
  schedule: "polynomial",
  warmUpSteps: 3,
  averageDecay: 0.9,
  context: 1,
};
const request = (name: string, more: Partial<TrainRequest> = {}): TrainRequest => ({
  cohort,
  additions: [],
  validation: ["patient-0003"],
  out: join(folder, name),
  configuration,
  resume: false,
  checkpointEvery: 1000,
  name: "small",
  version: "2",
  threshold: 0.4,
  threads: 1,
  ...more,
});
const go = new AbortController().signal;

/** Aborts once `steps` steps are done. */
function abortingAt(steps: number): { progress: Progress; signal: AbortSignal } {
  const controller = new AbortController();
  const progress: Progress = {
    report: (stage, done) => {
      if (stage === "training" && done === steps) controller.abort();
    },
  };
  return { progress, signal: controller.signal };
}

test("interrupted in an epoch, at its end and after it, a training gives the same model, byte for byte", async () => {
  const whole = await trainModel(request("whole"), silentProgress, go);
  expect(whole).toMatchObject({ ended: "complete", steps: whole.total });
  const perEpoch = whole.total / 2;
  const first = abortingAt(2);
  expect(await trainModel(request("parts"), first.progress, first.signal)).toMatchObject({
    ended: "interrupted",
    steps: 2,
    model: undefined,
  });
  const resumed = request("parts", { resume: true });
  for (const steps of [perEpoch, perEpoch + 1]) {
    const { progress, signal } = abortingAt(steps);
    expect((await trainModel(resumed, progress, signal)).ended).toBe("interrupted");
  }
  // The command that an interrupted training names says no more than this.
  const bare = { name: undefined, version: undefined, threshold: undefined };
  await trainModel({ ...resumed, ...bare }, silentProgress, go);
  const logs = ["loss.csv", "epochs.csv", "curves.svg"];
  for (const file of ["model.onnx", ...logs, "best.safetensors", "checkpoint.safetensors"]) {
    const [wholeFile, partsFile] = ["whole", "parts"].map((run) => readFileSync(join(folder, run, file)));
    expect(wholeFile.equals(partsFile), file).toBe(true);
  }
});

test("the model predicts with the best epoch's averaged weights and says what it was trained with", async () => {
  const out = join(folder, "whole");
  const epochs = readFileSync(join(out, "epochs.csv"), "utf8").trim().split("\r\n");
  expect(epochs[0]).toBe("epoch,step,validation_loss,mean_dsc_of_patients,best,dsc of patient-0003");
  expect(epochs.length).toBe(3);
  const best = decodeTensors(readFileSync(join(out, "best.safetensors")), "best");
  const last = decodeTensors(readFileSync(join(out, "checkpoint.safetensors")), "checkpoint");
  const lastBest = epochs.findLast((line) => line.split(",")[4] === "1");
  const name = "logits.weight";
  // Where the last epoch was the best, best holds the averages and not the raw weights.
  expect(best.tensors.get(name)?.data).not.toEqual(last.tensors.get(name)?.data);
  if (lastBest === epochs.at(-1))
    expect(best.tensors.get(name)?.data).toEqual(last.tensors.get(`${name}.average`)?.data);
  const { metadata } = await loadModel(join(out, "model.onnx"));
  expect(metadata.configuration).toEqual(configuration);
  expect(metadata.trainedOn).toMatchObject({ patients: 2, steps: Number(lastBest?.split(",")[1]) });
  const truth = ["patient-0001", "patient-0002"].map((name) =>
    JSON.parse(readFileSync(join(cohort, name, "phantom.json"), "utf8")),
  );
  const volumes = truth.map(({ volumeCc }) => volumeCc as number).sort((a, b) => a - b);
  expect(metadata.cohort?.patients).toBe(2);
  // The phantom's description is of the drawn tumour, the model's of the contour on voxels: within a few percent.
  expect((metadata.cohort?.volumeCc.min ?? 0) / volumes[0]).toBeCloseTo(1, 1);
  expect((metadata.cohort?.volumeCc.max ?? 0) / volumes[1]).toBeCloseTo(1, 1);
  const dsc = metadata.metrics.find(({ name }) => name === "DSC");
  expect(dsc?.value).toBeCloseTo(Number(lastBest?.split(",")[3]), 4);
  expect(dsc).toMatchObject({ unit: "patient", count: 1, measuredOn: expect.stringContaining("validation") });
});

test("a finished training that is resumed writes its model anew, of the weights in best.safetensors", async () => {
  const out = join(folder, "parts");
  const { tensors, metadata } = decodeTensors(readFileSync(join(out, "best.safetensors")), "best");
  const marked = new Map(tensors).set("logits.bias", { shape: [1], data: Float32Array.of(42) });
  writeFileSync(join(out, "best.safetensors"), encodeTensors({ tensors: marked, metadata }));
  await trainModel(request("parts", { resume: true }), silentProgress, go);
  // The last convolution has no batch norm: it stands in the model as it is.
  const inModel = readOnnxConstants(readFileSync(join(out, "model.onnx"))).get("logits.bias");
  expect([...(inModel?.data ?? [])]).toEqual([42]);
});

test("started from a model, a training has its weights to 1e-5, and says what it drew anew", async () => {
  const notes: string[] = [];
  const progress: Progress = {
    report: (stage, done, total, note) => {
      if (stage.startsWith("tensors taken")) notes.push(`${done}/${total} ${note}`);
    },
  };
  const plain = { ...configuration, context: 0, averageDecay: 0, learningRate: 1e-12, l2: 0, epochs: 1 };
  const from = { startFrom: join(folder, "whole", "model.onnx"), configuration: plain, validation: [] };
  await trainModel(request("from-model", { ...from, threshold: undefined }), progress, go);
  // Its weights are sure from there on.
  const { threshold, trainedOn } = readMetadata(readFileSync(join(folder, "from-model/model.onnx")), "it");
  expect([threshold, trainedOn.startedFrom]).toEqual([0.4, "model.onnx"]);
  // Three slices went into the first convolution, one goes in now.
  expect(notes).toEqual([expect.stringMatching(/^(\d+)\/\d+ drawn anew: down1\.a\.weight$/)]);
  const given = decodeTensors(readFileSync(join(folder, "whole", "best.safetensors")), "best").tensors;
  const path = join(folder, "from-model", "checkpoint.safetensors");
  const tensors = decodeTensors(readFileSync(path), "checkpoint").tensors;
  for (const name of ["down2.b.weight", "up1.a.norm.scale", "logits.bias"]) {
    const expected = given.get(name)?.data ?? [];
    tensors.get(name)?.data.forEach((value, index) => {
      expect(Math.abs(value - expected[index])).toBeLessThan(1e-5 * Math.max(1, Math.abs(expected[index])));
    });
  }
  expect(tensors.get("down2.b.weight")?.data.length).toBeGreaterThan(0);
});

test("with a share of its start kept, the model lies between what was and what was learnt, also after an interruption", async () => {
  const sharing = { ...configuration, startShare: 0.25 };
  const more = {
    startFrom: join(folder, "whole", "model.onnx"),
    configuration: sharing,
    validation: [],
  };
  await trainModel(request("share", more), silentProgress, go);
  const { progress, signal } = abortingAt(2);
  await trainModel(request("share-parts", more), progress, signal);
  await trainModel(request("share-parts", { ...more, resume: true }), silentProgress, go);
  const [whole, parts] = ["share", "share-parts"].map((run) => readFileSync(join(folder, run, "model.onnx")));
  expect(whole.equals(parts)).toBe(true);
  const { tensors } = decodeTensors(readFileSync(join(folder, "share", "checkpoint.safetensors")), "share");
  const given = decodeTensors(readFileSync(join(folder, "whole", "best.safetensors")), "best").tensors;
  const of = (held: typeof tensors, name: string) => held.get(name)?.data ?? new Float32Array();
  // The last convolution has no batch norm: it stands in the model as it is.
  const name = "logits.weight";
  const [start, learnt] = [of(given, name), of(tensors, `${name}.average`)];
  expect(of(tensors, `${name}.start`)).toEqual(start);
  expect(learnt).not.toEqual(start);
  const inModel = readOnnxConstants(whole).get(name)?.data ?? new Float32Array();
  expect(inModel).toHaveLength(start.length);
  inModel.forEach((value, at) => {
    expect(value).toBeCloseTo(0.75 * learnt[at] + 0.25 * start[at], 6);
  });
});

test("a share of the start is refused where there is none, or not all of it fits", async () => {
  const sharing = { ...configuration, startShare: 0.25 };
  await expect(
    trainModel(request("no-start", { configuration: sharing }), silentProgress, go),
  ).rejects.toMatchObject({ code: "usage", message: expect.stringContaining("--start-from") });
  const more = {
    startFrom: join(folder, "from-model", "model.onnx"),
    configuration: { ...sharing, attention: true },
  };
  await expect(trainModel(request("no-fit", more), silentProgress, go)).rejects.toMatchObject({
    code: "usage",
    message: expect.stringMatching(/does not hold .* Leave startShare out/),
  });
});

test("a network that saw slices alone starts one that sees neighbours: its kernels in the middle, 0 beside", async () => {
  const alone = join(folder, "from-model", "model.onnx");
  const neighbours = { ...configuration, averageDecay: 0, learningRate: 1e-12, l2: 0, epochs: 1 };
  await trainModel(
    request("neighbours", { startFrom: alone, configuration: neighbours, validation: [] }),
    silentProgress,
    go,
  );
  const tensorsOf = (run: string) =>
    decodeTensors(readFileSync(join(folder, run, "checkpoint.safetensors")), run).tensors;
  const [before, after] = ["from-model", "neighbours"].map(
    (run) => tensorsOf(run).get("down1.a.weight")?.data ?? new Float32Array(),
  );
  const area = before.length / neighbours.width;
  for (let at = 0; at < after.length; at++) {
    const [out, channel] = [Math.floor(at / area / 3), Math.floor(at / area) % 3];
    const expected = channel === 1 ? before[out * area + (at % area)] : 0;
    expect(Math.abs(after[at] - expected)).toBeLessThan(1e-5);
  }
  expect(after.length).toBe(3 * before.length);
});

test("a training with additions goes on with them and with the normalisation that it began with", async () => {
  const more = join(folder, "more");
  await makePhantoms({ patients: 1, first: 9, seed: 6, size: 64, out: more }, silentProgress);
  writeFileSync(join(more, "LICENCE"), "CC0\n");
  const mixed = {
    additions: [{ cohort: more, weight: 0.5 }],
    startFrom: join(folder, "whole", "model.onnx"),
    validation: [],
    patients: ["patient-0001"],
  };
  await trainModel(request("mixed", mixed), silentProgress, go);
  const { progress, signal } = abortingAt(2);
  await trainModel(request("mixed-parts", mixed), progress, signal);
  await trainModel(request("mixed-parts", { resume: true, validation: undefined }), silentProgress, go);
  const [whole, parts] = ["mixed", "mixed-parts"].map((run) => readFileSync(join(folder, run, "model.onnx")));
  const { trainedOn, normalisation } = readMetadata(whole, "mixed");
  expect(normalisation).toEqual(readMetadata(readFileSync(mixed.startFrom), "whole").normalisation);
  expect(trainedOn.sources).toEqual([
    expect.objectContaining({ cohort: "cohort", patients: 1, weight: 1, licence: "not stated" }),
    expect.objectContaining({ cohort: "more", patients: 1, weight: 0.5, licence: "CC0" }),
  ]);
  const weights = (file: Uint8Array) => readOnnxConstants(file).get("down2.b.weight")?.data;
  expect(weights(parts)).toEqual(weights(whole));
  // Nor does the record of one that goes on, whose command names no patient, leave out on whom it trained.
  for (const run of ["mixed", "mixed-parts"]) {
    const { options } = JSON.parse(readFileSync(join(folder, run, "run.json"), "utf8"));
    expect([options.patients, options.validation], run).toEqual([["patient-0001"], []]);
    expect(options.additions, run).toEqual([{ cohort: more, weight: 0.5, patients: ["patient-0009"] }]);
  }
});

test("who validates does not train by way of another cohort, and that and what is odd in the data are told", async () => {
  const other = join(folder, "copied");
  for (const [from, to] of [
    ["patient-0003", "x"],
    ["patient-0001", "y"],
  ])
    cpSync(join(cohort, from), join(other, to), { recursive: true });
  const toldFindings: Finding[] = [];
  const shown = { tell: (findings: readonly Finding[]) => toldFindings.push(...findings) };
  const training = request("copied-too", {
    additions: [{ cohort: other, weight: 0.5 }],
    configuration: { ...configuration, epochs: 1 },
  });
  const { findings } = await trainModel(training, silentProgress, go, shown);
  expect(findings).toMatchObject([
    { code: "person-held-out", message: expect.stringContaining("x (patient-0003 there"), where: other },
  ]);
  expect(toldFindings).toEqual(findings);
  const record = JSON.parse(readFileSync(join(training.out, "run.json"), "utf8"));
  expect(record.findings).toEqual(findings);
  const { additions } = await readCheckpoint(join(training.out, "checkpoint.safetensors"));
  expect(additions).toMatchObject([{ patients: ["y"] }]);
});

test("a training that goes on takes no patient who came later, of no cohort, and refuses images that changed", async () => {
  const [first, added] = ["grows", "grows-too"].map((name) => join(folder, name));
  const copy = (number: number, to: string) =>
    cpSync(join(cohort, `patient-000${number}`), to, { recursive: true, preserveTimestamps: true });
  for (const number of [1, 2]) copy(number, join(first, `patient-000${number}`));
  copy(3, join(added, "a"));
  const all = { cohort: first, additions: [{ cohort: added, weight: 0.5 }], validation: [] };
  const { progress, signal } = abortingAt(2);
  const firstRun = await trainModel(request("grown", all), progress, signal);
  copy(3, join(first, "patient-0000"));
  copy(1, join(added, "b"));
  const resumed = request("grown", { cohort: first, resume: true, validation: undefined });
  const further = abortingAt(3);
  const went = await trainModel(resumed, further.progress, further.signal);
  expect([went.steps, went.total]).toEqual([3, firstRun.total]);
  const path = join(folder, "grown", "checkpoint.safetensors");
  const checkpoint = await readCheckpoint(path);
  const { patients, additions } = checkpoint;
  expect([patients, additions[0].patients]).toEqual([["patient-0001", "patient-0002"], ["a"]]);

  rmSync(join(added, "a"), { recursive: true });
  copy(2, join(added, "a"));
  await expect(trainModel(resumed, silentProgress, go)).rejects.toMatchObject({
    code: "file-changed",
    message: expect.stringContaining("those of a are others now"),
  });
  // A checkpoint of an earlier program, which did not say, goes on.
  await writeCheckpoint(path, { ...checkpoint, images: undefined });
  expect((await trainModel(resumed, silentProgress, go)).steps).toBe(firstRun.total);
});

test("weights that know other grey levels than the training's are refused with the options to add", async () => {
  const greyLevels = { lowHu: -900, highHu: 500, levels: 255 };
  const from = { startFrom: join(folder, "whole", "model.onnx"), validation: [] };
  const other = request("levels", { ...from, configuration: { ...configuration, greyLevels } });
  await expect(trainModel(other, silentProgress, go)).rejects.toMatchObject({
    code: "usage",
    message: expect.stringContaining("--set greyLevels.lowHu=-1024 --set greyLevels.highHu=3071"),
  });
});

test("weights that see another part of a slice than the training would are refused with the option to add", async () => {
  const from = { startFrom: join(folder, "whole", "model.onnx"), validation: [] };
  const other = request("frames", { ...from, configuration: { ...configuration, frame: "body" } });
  await expect(trainModel(other, silentProgress, go)).rejects.toMatchObject({
    code: "usage",
    message: expect.stringMatching(
      /sees whole slices, this training the square .*: add --set frame=slice\.$/,
    ),
  });
});

test("patients that train and validate at once, parts that do not divide a batch, patience without patients are refused", async () => {
  const refused = (more: Partial<TrainRequest>) =>
    expect(trainModel(request("refused", more), silentProgress, go)).rejects;
  await refused({ patients: ["patient-0003", "patient-0001"] }).toThrow(/patient-0003 cannot both/);
  await refused({ configuration: { ...configuration, accumulate: 3 } }).toThrow(/4 .* 3 equal parts/);
  await refused({ validation: [], configuration: { ...configuration, patience: 2 } }).toThrow(/--validation/);
  await refused({ startFrom: join(folder, "none.onnx") }).toThrow(/no model or checkpoint/);
  await refused({ validation: ["patient-9"] }).toThrow(/patient-9/);
  const other = join(folder, "twice");
  cpSync(join(cohort, "patient-0001"), join(other, "a"), { recursive: true });
  const twice = [other, `${other}/`].map((cohort) => ({ cohort, weight: 1 }));
  await refused({ additions: twice }).toThrow(/twice\/ are one cohort: name it once/);
  const goesOn = request("parts", { resume: true, threshold: 0.3 });
  await expect(trainModel(goesOn, silentProgress, go)).rejects.toThrow(/threshold is 0.4, not 0.3/);
});

test("while another process trains into a folder, nobody else does, and what is refused leaves no folder", async () => {
  const out = join(folder, "held");
  mkdirSync(out);
  const release = await lockFolder(out);
  for (const resume of [false, true])
    await expect(trainModel(request("held", { resume }), silentProgress, go)).rejects.toMatchObject({
      code: "folder-in-use",
      message: expect.stringContaining("choose another folder with --out"),
    });
  await release();
  expect(readdirSync(out)).toEqual([]);
  await expect(trainModel(request("misspelt", { resume: true }), silentProgress, go)).rejects.toMatchObject({
    code: "bad-checkpoint",
  });
  expect(existsSync(join(folder, "misspelt"))).toBe(false);
});

test("a split file gives one fold's patients, and a fold that it lacks is refused", async () => {
  const parts = { train: ["patient-0001"], validation: ["patient-0002"], test: ["patient-0003"] };
  const other = { train: ["patient-0003"], validation: [], test: ["patient-0001", "patient-0002"] };
  const path = join(folder, "split.json");
  writeFileSync(path, JSON.stringify({ format: 1, seed: 1, ...parts, folds: [parts, other] }));
  expect(await readFold(cohort, path, 2)).toEqual(other);
  await expect(readFold(cohort, path, 3)).rejects.toThrow(/2 folds/);
});

test("a model whose training left no checkpoint is not overwritten by another training", async () => {
  const { out, ...rest } = request("left-model");
  mkdirSync(out);
  writeFileSync(join(out, "model.onnx"), "somebody's");
  await expect(trainModel({ ...rest, out }, silentProgress, go)).rejects.toMatchObject({
    code: "file-exists",
    message: expect.stringContaining("model.onnx exists already"),
  });
  expect(readdirSync(out)).toEqual(["model.onnx"]);
  expect(readFileSync(join(out, "model.onnx"), "utf8")).toBe("somebody's");
});
