/** The parts of an experiment that need no training: the split, the lock, the stages, curves, pictures, stress plans. */
import { mkdir, mkdtemp, readFile, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { beforeEach, expect, test } from "vitest";
import { defaultTraining } from "#contract/training-configuration.ts";
import { silentProgress } from "#core/progress.ts";
import { foldsOf, readSplit } from "#patients/cohort/describe/read-split.ts";
import { bestEpoch, meanByEpoch } from "#training/run/logs/read-logs.ts";
import { choosePictures } from "./choose-pictures.ts";
import { drawSplit } from "./choose-split.ts";
import { holdPatients, holdSplit } from "./hold-cohort.ts";
import { claimFolder, type ExperimentRequest, joinFolder } from "./request.ts";
import { stage, stopIfAsked } from "./stage.ts";
import { stressGroups, stressPlans } from "./stress-set.ts";
import { type OpenNetwork, type PatientTest, resultPath, testPatients } from "./test-patients.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "experiment-stages-"));
});

const patientNames = (count: number): string[] => Array.from({ length: count }, (_, at) => `p${at}`);
const described = (count: number) =>
  patientNames(count).map((patient, at) => ({
    patient,
    values: { volumeCc: 1 + at, lobe: at % 2 ? "left-upper" : "right-upper" },
  }));
const alone = new Map<string, string>();

test("a split puts each patient into one part, and with folds tests each once", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 6, max: 40 }),
      fc.constantFrom(0, 2, 3, 4),
      fc.integer({ min: 0, max: 9 }),
      (count, folds, seed) => {
        const names = patientNames(count);
        const split = drawSplit(described(count), alone, { seed, test: 0.25, validation: 0.2, folds });
        const parts = foldsOf(split);
        for (const { train, validation, test: tested } of parts) {
          expect([...train, ...validation, ...tested].sort()).toEqual([...names].sort());
        }
        if (folds > 0) expect(parts.flatMap((part) => part.test).sort()).toEqual([...names].sort());
        expect(parts).toHaveLength(Math.max(1, folds));
      },
    ),
    { seed: 1 },
  );
});

test("a split depends on its seed and on nothing else", () => {
  const draw = (seed: number) =>
    drawSplit(described(12), alone, { seed, test: 0.25, validation: 0, folds: 0 });
  expect(draw(1)).toEqual(draw(1));
  expect(draw(1).test).not.toEqual(draw(2).test);
});

test("cases of one person are on one side", () => {
  const person = new Map(patientNames(12).map((name, at) => [name, `person ${at % 6}`]));
  for (const { train, test: tested } of foldsOf(
    drawSplit(described(12), person, { seed: 1, test: 0, validation: 0, folds: 3 }),
  )) {
    const persons = new Set(tested.map((name) => person.get(name)));
    expect(train.filter((name) => persons.has(person.get(name)))).toEqual([]);
  }
});

test("parts that leave nobody to train are refused with a named error", () => {
  const draw = { seed: 1, test: 0, validation: 0.7, folds: 3 };
  expect(() => drawSplit(described(6), alone, draw)).toThrow(
    expect.objectContaining({
      code: "bad-cohort",
      message: expect.stringMatching(/4 of the 4 persons.*--validation/),
    }),
  );
});

test("one patient cannot be split", () => {
  expect(() => drawSplit(described(1), alone, { seed: 1, test: 0.25, validation: 0, folds: 0 })).toThrow(
    "too few",
  );
});

test("a split file that names a stranger, or a patient twice, is refused", async () => {
  const path = join(folder, "split.json");
  await writeFile(path, JSON.stringify({ format: 1, seed: 1, train: ["p0"], validation: [], test: ["p9"] }));
  await expect(readSplit(path, patientNames(2))).rejects.toThrow("p9");
  await writeFile(path, JSON.stringify({ format: 1, seed: 1, train: ["p0"], validation: [], test: ["p0"] }));
  await expect(readSplit(path, patientNames(2))).rejects.toThrow("two parts");
});

const request = (out: string, width: number): ExperimentRequest => ({
  cohort: "cohort",
  out,
  networks: ["u-net"],
  configuration: { ...defaultTraining, width },
  widths: {},
  protocol: "own",
  split: { seed: 1, test: 0.25, validation: 0, folds: 0 },
  stressPatients: 0,
  checkpointEvery: 10,
  commands: [],
});

test("the same request goes on in its folder, keeping its start; another one is refused with a named error", async () => {
  const first = await claimFolder(request(folder, 8), new Date(0));
  expect(await claimFolder({ ...request(folder, 8), checkpointEvery: 99 }, new Date(1000))).toEqual(first);
  await expect(claimFolder(request(folder, 16), new Date())).rejects.toThrow(
    "configuration.width is 8 there, 16 here",
  );
});

test("who takes part is refused where the folder is not there or another experiment's, and makes none", async () => {
  const out = join(folder, "elsewhere");
  await expect(joinFolder(request(out, 8))).rejects.toMatchObject({
    code: "other-workspace",
    message: expect.stringContaining("is the shared folder mounted there at the same path?"),
  });
  await expect(stat(out)).rejects.toThrow("ENOENT");
  await claimFolder(request(folder, 8), new Date(0));
  // By its whole path, where it was typed by another one.
  await joinFolder({ ...request(folder, 8), cohort: "/shared/cohort" });
  await expect(joinFolder(request(folder, 16))).rejects.toThrow("configuration.width is 8 there, 16 here");
});

test.each(["", '{ "startedAt": "20', "null", '{ "format": 1 }'])(
  "a damaged lock (%s) is named",
  async (text) => {
    await writeFile(join(folder, "experiment.json"), text);
    for (const take of [
      () => claimFolder(request(folder, 8), new Date(0)),
      () => joinFolder(request(folder, 8)),
    ])
      await expect(take()).rejects.toMatchObject({
        code: "file-unreadable",
        message: expect.stringContaining(join(folder, "experiment.json")),
      });
  },
);

/** A cohort of those names, each its own person, with a digest of its files. */
const cohortOf = (files: Readonly<Record<string, string>>, group: Readonly<Record<string, string>> = {}) =>
  Object.entries(files).map(([name, digest]) => ({
    name,
    group: group[name] ?? name,
    fingerprint: async () => digest,
  }));

test("an experiment goes on with the patients it began with, and with no others", async () => {
  const hold = (cohort: ReturnType<typeof cohortOf>) => holdPatients(request(folder, 8), cohort);
  await hold(cohortOf({ a: "1", b: "2", c: "3" }));
  await hold(cohortOf({ a: "1", b: "2", c: "3" }));
  const changed = hold(cohortOf({ a: "1", b: "corrected", d: "4" }));
  await expect(changed).rejects.toMatchObject({ code: "bad-cohort" });
  await expect(changed).rejects.toThrow(/added: d; missing: c; with other files \(.*\): b\. Restore.*--out/);
  await expect(hold(cohortOf({ a: "1", b: "2", c: "3" }, { c: "a" }))).rejects.toThrow(
    "to another person: c",
  );
});

test("an experiment that kept no list of its patients is refused, not gone on with", async () => {
  await mkdir(join(folder, "patients"));
  await expect(holdPatients(request(folder, 8), cohortOf({ a: "1" }))).rejects.toMatchObject({
    code: "bad-cohort",
    message: expect.stringContaining("did not keep which patients"),
  });
});

test("a split that is drawn otherwise than at the first start is refused; the first one is a split file", async () => {
  const draw = (count: number) =>
    drawSplit(described(count), alone, { seed: 1, test: 0.25, validation: 0, folds: 3 });
  await holdSplit({ out: folder }, draw(12));
  await holdSplit({ out: folder }, draw(12));
  await expect(holdSplit({ out: folder }, draw(13))).rejects.toMatchObject({ code: "bad-cohort" });
  expect(await readSplit(join(folder, "split.json"), patientNames(12))).toEqual(draw(12));
});

test("a stage is computed once, and a damaged file is named", async () => {
  const path = join(folder, "stage.json");
  let runs = 0;
  const compute = async () => ({ runs: ++runs });
  expect(await stage(path, compute)).toEqual({ runs: 1 });
  expect(await stage(path, compute)).toEqual({ runs: 1 });
  // Another process was quicker.
  const second = join(folder, "second.json");
  expect(await stage(second, () => writeFile(second, "7"))).toBe(7);
  await writeFile(path, (await readFile(path, "utf8")).slice(0, 4));
  await expect(stage(path, compute)).rejects.toThrow(path);
});

test("networks that go on after an interruption are warmed up before the first patient that they time", async () => {
  const places = { results: join(folder, "test"), contours: join(folder, "contours"), threads: 1 };
  await stage(resultPath(places.results, "p0"), async () => ({ patient: "p0", networks: [], machine: "" }));
  const calls: string[] = [];
  const predict = async () => {
    calls.push("warm-up");
    return new Float32Array(1);
  };
  const input = { size: 32, context: 0, view: "slice" };
  const networks = [{ network: "u-net", model: { input, predict } }] as unknown as OpenNetwork[];
  const load = async (): Promise<never> => {
    calls.push("patient");
    throw new Error("read");
  };
  const patients = ["p0", "p1"].map((name) => ({ name, load }));
  const work = { progress: silentProgress, signal: new AbortController().signal };
  await expect(testPatients(patients, networks, places, work)).rejects.toThrow("read");
  expect(calls).toEqual(["warm-up", "patient"]);
});

test("an aborted signal stops between two pieces of work", () => {
  expect(() => stopIfAsked(AbortSignal.abort())).toThrow("Run the same command again");
});

test("a loss curve is the mean over each epoch's steps, and empty for a column that is not there", () => {
  const csv = "step,epoch,loss,learning_rate\n1,1,3,0.1\n2,1,1,0.1\n3,2,0.5,0.1\n";
  expect(meanByEpoch(csv, "loss")).toEqual([
    { epoch: 1, loss: 2 },
    { epoch: 2, loss: 0.5 },
  ]);
  expect(meanByEpoch(csv, "validation_loss")).toEqual([]);
  const epochs =
    "epoch,step,validation_loss,mean_dsc_of_patients,best\n1,9,2,0.1,1\n2,18,1,0.4,1\n3,27,3,0.2,0\n";
  expect(bestEpoch(epochs)).toBe(2);
  expect(bestEpoch(csv)).toBeUndefined();
});

const tested = (patient: string, dsc: number | null): PatientTest => ({
  patient,
  machine: "a machine",
  networks: [
    {
      network: "u-net",
      evaluation: { volume: { patient, values: { dsc } }, slices: [] },
      sliceMs: [],
      patientMs: 0,
    },
  ],
});

test("pictures show best, median and worst, and the sizes; an undefined DSC is the worst", () => {
  const tests = [tested("a", 0.9), tested("b", null), tested("c", 0.5)];
  const sizes = new Map(Object.entries({ a: 5, b: 50, c: 20 }));
  const chosen = choosePictures(tests, sizes, [{ title: "small", tests: [tested("s", 0.1)] }]);
  expect(chosen.map(({ group, role, test: { patient } }) => `${group} ${role} ${patient}`)).toEqual([
    "rank best a",
    "rank median c",
    "rank worst b",
    "size largest b",
    "size median size c",
    "size smallest a",
    "stress small s",
  ]);
});

test("the stress set's volumes span 1 to 5 cc and 10 to 120 cc evenly on a logarithmic scale, in lobes by turns", () => {
  const [small, mediastinum] = stressGroups.map((group) => stressPlans(group, 3));
  expect(small.map(({ volumeCc }) => volumeCc.toFixed(6))).toEqual(
    [1, Math.sqrt(5), 5].map((cc) => cc.toFixed(6)),
  );
  expect(mediastinum.map(({ contact }) => contact)).toEqual(["mediastinum", "mediastinum", "mediastinum"]);
  expect(mediastinum[1].volumeCc).toBeCloseTo(Math.sqrt(10 * 120), 9);
  expect(new Set(small.map(({ lobe }) => lobe)).size).toBe(3);
});
