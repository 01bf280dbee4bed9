/** The experiment end to end on a tiny cohort: interrupted, gone on with, and opened again without computing anything. */
import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { defaultTraining } from "#contract/training-configuration.ts";
import { type Progress, silentProgress } from "#core/progress.ts";
import { phantomCohort } from "../../test/shared-inputs.ts";
import { type ExperimentOutcome, runExperiment } from "./experiment.ts";
import type { ExperimentRequest } from "./request.ts";

const patients = Array.from({ length: 6 }, (_, at) => `patient-000${at + 1}`);
const networks = ["modified-resnet34", "u-net"] as const;
let request: ExperimentRequest;
let outcome: ExperimentOutcome;
const stageNames: string[] = [];
let interruption: unknown;
let describedAt: number;

const recording: Progress = { report: (name) => void stageNames.push(name) };
const running = new AbortController().signal;

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), "experiment-"));
  const cohort = join(folder, "cohort");
  await phantomCohort(cohort, { patients: patients.length, seed: 5, size: 64 });
  request = {
    cohort,
    out: join(folder, "out"),
    networks,
    configuration: { ...defaultTraining, size: 64, width: 4, epochs: 1, batch: 4, learningRate: 3e-3 },
    widths: { "u-net": 5 },
    protocol: "zhang2020",
    split: { seed: 1, test: 1 / 3, validation: 0, folds: 0 },
    stressPatients: 1,
    checkpointEvery: 5,
    commands: ["delineate experiment cohort --out out"],
  };
  // Stopped in the middle of the second network's training.
  const stopping = new AbortController();
  const stopSoon: Progress = {
    report: (name, done) => {
      if (name.includes("u-net: training") && done >= 3) stopping.abort();
    },
  };
  interruption = await runExperiment(request, stopSoon, stopping.signal).catch((error: unknown) => error);
  describedAt = (await stat(join(request.out, "patients", "patient-0001.json"))).mtimeMs;
  outcome = await runExperiment(request, recording, running);
});

test("an interruption says how to go on, and leaves a checkpoint and no report", () => {
  expect(interruption).toMatchObject({ code: "cancelled" });
  expect(String(interruption)).toContain("same command again");
});

test("a training that diverges is named, and what to do is what this verb can", async () => {
  const configuration = { ...request.configuration, learningRate: 1e30 };
  const diverging = { ...request, configuration, out: `${request.out}-diverging`, stressPatients: 0 };
  const training = join(diverging.out, "fold-1", networks[0]);
  const thrown: unknown = await runExperiment(diverging, silentProgress, running).catch((error) => error);
  expect(thrown).toMatchObject({
    code: "loss-not-finite",
    message: expect.stringMatching(new RegExp(`^${training}: The loss .* into another --out`)),
  });
  expect(await readdir(training)).not.toContain("model.onnx");
  // The losses up to that step, also those since the last checkpoint.
  const [header, ...lines] = (await readFile(join(training, "loss.csv"), "utf8")).trim().split("\r\n");
  const step = Number(/ at step (\d+)/.exec(String(thrown))?.[1]);
  expect([header?.split(",")[0], lines.length]).toEqual(["step", step - 1]);
  expect(step).toBeGreaterThan(1);
});

test("it goes on where it stopped: the first network is not trained again, the second from its checkpoint", async () => {
  expect(stageNames.some((name) => name.includes("modified-resnet34: training"))).toBe(false);
  expect(stageNames.some((name) => name.includes("u-net: training"))).toBe(true);
  expect((await stat(join(request.out, "patients", "patient-0001.json"))).mtimeMs).toBe(describedAt);
  const log = await readFile(join(request.out, "fold-1", "u-net", "loss.csv"), "utf8");
  const steps = log
    .split("\n")
    .slice(1)
    .filter((line) => line !== "")
    .map((line) => Number.parseInt(line, 10));
  expect(steps).toEqual(steps.map((_, at) => at + 1));
  // A training whose clock was interrupted has no honest duration.
  expect(outcome.result.networks.map(({ training }) => training[0].elapsedMs === null)).toEqual([
    false,
    true,
  ]);
});

test("both networks were tested on every test patient and on the stress set, and timed", () => {
  const { result } = outcome;
  expect(result.networks.map(({ network }) => network)).toEqual(networks);
  const slices = result.patients
    .filter(({ patient }) => outcome.result.split.test.includes(patient))
    .reduce((sum, patient) => sum + patient.slices, 0);
  for (const network of result.networks) {
    expect(network.patients.rows.map(({ patient }) => patient)).toEqual(outcome.result.split.test);
    expect(network.sliceMs.defined).toBe(slices);
    expect(network.patientSeconds.defined).toBe(2);
    expect(network.curves[0].training).toHaveLength(1);
  }
  expect(result.comparisons).toHaveLength(1);
  expect(result.comparisons[0].patient[0].pairs).toBe(2);
  expect(result.stress.map(({ name, tables }) => [name, tables.length, tables[0].rows.length])).toEqual([
    ["small", 2, 1],
    ["mediastinum", 2, 1],
  ]);
});

test("the networks saw the same images: the same seed, steps and configuration, each at its width", () => {
  const [first, second] = outcome.result.networks;
  expect([first, second].map(({ configuration }) => configuration.width)).toEqual([4, 5]);
  const shared = ({ configuration }: typeof first) => ({ ...configuration, network: "", width: 0 });
  expect(shared(first)).toEqual(shared(second));
  expect(first.parameters).not.toBe(second.parameters);
  expect(first.training[0].steps).toBe(second.training[0].steps);
  expect(first.training[0].modelDigest).not.toBe(second.training[0].modelDigest);
});

test("report, JSON and tables are written, whole", async () => {
  const { files, result } = outcome;
  const page = await readFile(files.report, "utf8");
  expect(page).toContain("Beside the paper");
  expect([...page.matchAll(/data:image\/png;base64,/g)].length).toBeGreaterThanOrEqual(4);
  expect(JSON.parse(await readFile(files.json, "utf8"))).toEqual(JSON.parse(JSON.stringify(result)));
  const csv = await readFile(join(request.out, "patients.csv"), "utf8");
  expect(csv.split("\r\n").filter((line) => line !== "")).toHaveLength(1 + 2 * 2);
  const left = (await readdir(request.out, { recursive: true })).filter((name) => name.endsWith(".partial"));
  expect(left).toEqual([]);
});

test("run once more it trains and tests nothing, and finds the same", async () => {
  const again: string[] = [];
  const { result } = await runExperiment(request, { report: (name) => void again.push(name) }, running);
  expect(again.filter((name) => name.includes("training"))).toEqual([]);
  const { finishedAt: _, ...provenance } = result.provenance;
  expect({ ...result, provenance }).toEqual({
    ...outcome.result,
    provenance: expect.objectContaining(provenance),
  });
});

test("a cohort whose path is misspelt does not bind the folder to it", async () => {
  const misspelt = { ...request, cohort: `${request.cohort}s`, out: `${request.out}-misspelt` };
  const begun = runExperiment(misspelt, silentProgress, running);
  await expect(begun).rejects.toMatchObject({ code: "file-not-found" });
  await expect(stat(misspelt.out)).rejects.toThrow("ENOENT");
});

test("a request that fails before anything is trained leaves nothing behind: corrected, it may have the folder", async () => {
  const out = `${request.out}-wrong`;
  const { configuration } = request;
  const wrong: [Partial<ExperimentRequest>, string][] = [
    [{ configuration: { ...configuration, roi: "GTW" } }, "no-such-roi"],
    [{ split: { seed: 1, test: 0.25, validation: 0, folds: 7 } }, "bad-cohort"],
  ];
  for (const [fault, code] of wrong) {
    const begun = runExperiment({ ...request, out, ...fault }, silentProgress, running);
    await expect(begun).rejects.toMatchObject({ code });
    await expect(stat(out)).rejects.toThrow("ENOENT");
  }
  await mkdir(out);
  await writeFile(join(out, "notes.txt"), "own");
  await expect(runExperiment({ ...request, out, ...wrong[0][0] }, silentProgress, running)).rejects.toThrow();
  expect(await readdir(out)).toEqual(["notes.txt"]);
});

test("a split by hand that tests nobody, trains nobody, or tests somebody twice is refused, and binds no folder", async () => {
  const out = `${request.out}-by-hand`;
  const parts = { train: ["patient-0001"], validation: [], test: ["patient-0002"] };
  const split = { format: 1, seed: 1, ...parts } as const;
  const again = { train: ["patient-0003"], validation: [], test: ["patient-0002", "patient-0004"] };
  const wrong: [ExperimentRequest["split"], RegExp][] = [
    [{ ...split, test: [] }, /The split has no patient to test/],
    [{ ...split, train: [] }, /The split has no patient to train on/],
    [{ ...split, folds: [parts, { ...again, test: [] }] }, /Fold 2 of the split has no patient to test/],
    [{ ...split, folds: [parts, again] }, /Fold 2 of the split tests patient-0002, whom an earlier fold/],
  ];
  for (const [fault, sentence] of wrong) {
    const begun = runExperiment({ ...request, out, split: fault }, silentProgress, running);
    await expect(begun).rejects.toThrow(sentence);
    await expect(stat(out)).rejects.toThrow("ENOENT");
  }
});

test("another configuration in the same folder is refused, by what differs", async () => {
  const other = { ...request, configuration: { ...request.configuration, epochs: 2 } };
  await expect(runExperiment(other, silentProgress, running)).rejects.toThrow(
    "configuration.epochs is 1 there, 2 here",
  );
});

test("a patient that is called as one of the stress set is refused before anything is trained", async () => {
  const folder = await mkdtemp(join(tmpdir(), "experiment-names-"));
  const cohort = join(folder, "cohort");
  await cp(join(request.cohort, "patient-0001"), join(cohort, "mediastinum-01"), { recursive: true });
  const named = { ...request, cohort, out: join(folder, "out") };
  await expect(runExperiment(named, silentProgress, running)).rejects.toMatchObject({
    code: "bad-cohort",
    message: expect.stringMatching(/mediastinum-01.*--stress 0/),
  });
});

test("a cohort that changed is refused: a patient more, or a contour written anew", async () => {
  const again = () => runExperiment(request, silentProgress, running);
  const more = join(request.cohort, "patient-0007");
  await cp(join(request.cohort, "patient-0001"), more, { recursive: true });
  await expect(again()).rejects.toThrow("added: patient-0007");
  await rm(more, { recursive: true });
  const contours = join(request.cohort, "patient-0002", "rtstruct.dcm");
  await utimes(contours, new Date(), new Date(0));
  await expect(again()).rejects.toThrow(/other files.*patient-0002/);
});
