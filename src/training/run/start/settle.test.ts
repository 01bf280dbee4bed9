import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { defaultTraining } from "#contract/training-configuration.ts";
import { type Checkpoint, writeCheckpoint } from "../checkpoint.ts";
import type { TrainRequest } from "../train-request.ts";
import { settleTraining } from "./settle.ts";

const out = mkdtempSync(join(tmpdir(), "settle-"));
afterAll(() => rmSync(out, { recursive: true, force: true }));
for (const name of ["cohort/a", "cohort/b", "cohort/c", "phantoms/d"])
  mkdirSync(join(out, name), { recursive: true });
const phantoms = join(out, "phantoms");

const begunTraining = { ...defaultTraining, epochs: 40 };
const request: TrainRequest = {
  cohort: join(out, "cohort"),
  additions: [],
  out,
  configuration: begunTraining,
  resume: true,
  checkpointEvery: 100,
  version: "1",
  threshold: 0.5,
};

test("a training that goes on refuses settings that it does not have, by their names", async () => {
  await writeCheckpoint(join(out, "checkpoint.safetensors"), {
    tensors: new Map(),
    steps: 1,
    configuration: begunTraining,
    patients: undefined,
    validationPatients: undefined,
    additions: [],
    normalisation: { mean: 0, standardDeviation: 1 },
    validation: { epochs: 0 },
  });
  const resumed = (more: Partial<TrainRequest>) => settleTraining({ ...request, ...more });
  const focal = { gamma: 3, alpha: 0.25 };
  const other = { ...begunTraining, epochs: 10, lossParameters: { ...begunTraining.lossParameters, focal } };
  await expect(resumed({ configuration: other, stated: ["epochs"] })).rejects.toThrow(
    /--resume .* epochs is 40, not 10/,
  );
  await expect(
    resumed({ configuration: other, stated: ["seed", "lossParameters.focal.gamma"] }),
  ).rejects.toMatchObject({ code: "usage", message: expect.stringContaining("gamma is 2, not 3") });
  // What it has, and what nobody asked for, is no reason.
  for (const more of [{ stated: ["epochs", "seed"] }, { configuration: other }])
    expect((await resumed(more)).configuration.epochs).toBe(40);
});

test("a training that goes on refuses other patients and cohorts than it has", async () => {
  const [patients, validationPatients] = [["a", "b"], ["c"]];
  const additions = [{ cohort: phantoms, weight: 0.5, patients: ["d"] }];
  await writeCheckpoint(join(out, "checkpoint.safetensors"), {
    ...{
      tensors: new Map(),
      steps: 1,
      configuration: begunTraining,
      patients,
      validationPatients,
      additions,
    },
    ...{ normalisation: { mean: 0, standardDeviation: 1 }, validation: { epochs: 0 } },
  });
  const resumed = (more: Partial<TrainRequest>) => settleTraining({ ...request, ...more });
  for (const [more, words] of [
    [{ patients: ["a"] }, /that train/],
    [{ validation: ["d"] }, /that validate/],
    [{ additions: [{ cohort: phantoms, weight: 1 }] }, /--with/],
  ] as const)
    await expect(resumed(more)).rejects.toMatchObject({
      code: "usage",
      message: expect.stringMatching(words),
    });
  const same = {
    patients: ["b", "a"],
    validation: ["c"],
    additions: [{ cohort: phantoms, weight: 0.5 }],
  };
  expect(await resumed(same)).toMatchObject({ patients, validation: validationPatients, additions });
});

test("nobody trains who validates, be it under another name or in a cohort of --with", async () => {
  const cohort = join(out, "persons");
  const note = JSON.stringify({ seed: 1, size: 64, background: "thorax" });
  for (const name of ["a", "b", "c"]) mkdirSync(join(cohort, name), { recursive: true });
  for (const name of ["a", "c"]) writeFileSync(join(cohort, name, "inserted.json"), note);
  const begin = (more: Partial<TrainRequest>) =>
    settleTraining({ ...request, cohort, out: join(out, "begins"), resume: false, ...more });
  for (const more of [{ validation: ["c"] }, { patients: ["a"], validation: ["c"] }])
    await expect(begin(more)).rejects.toMatchObject({
      code: "usage",
      message: expect.stringContaining("a, which trains, and c, which validates, are of one person"),
    });
  expect(await begin({ validation: ["a", "c"] })).toMatchObject({ patients: ["b"] });
  symlinkSync(cohort, join(out, "linked"));
  const itself = [{ cohort: join(out, "linked"), weight: 0.5 }];
  await expect(begin({ additions: itself })).rejects.toMatchObject({
    code: "usage",
    message: expect.stringContaining("is the cohort that is trained on"),
  });
});

test("a name that a cohort lacks is said before an image is read", async () => {
  const begin = (more: Partial<TrainRequest>) =>
    settleTraining({ ...request, out: join(out, "begins"), resume: false, ...more });
  const additions = [{ cohort: phantoms, weight: 1, patients: ["d", "z"] }];
  for (const more of [{ patients: ["a", "z"] }, { validation: ["z"] }, { additions }])
    await expect(begin(more)).rejects.toMatchObject({
      code: "bad-cohort",
      message: expect.stringMatching(/names z, which .* lacks/),
    });
  const { opened } = await begin({ patients: ["c", "a"], validation: ["b"] });
  const names = [opened.training, opened.validating].map((all) => all.map(({ name }) => name));
  expect(names).toEqual([["a", "c"], ["b"]]);
});

/** Patients' folders that say by marks whose thorax they show, as `delineate phantom --into` writes them. */
function drawnInto(cohort: string, persons: Readonly<Record<string, string>>): string {
  for (const [name, person] of Object.entries(persons)) {
    const marks = { keys: [`study ${person}`], slices: [] };
    const note = { seed: 1, size: 64, background: "case-0001", marks };
    mkdirSync(join(out, cohort, name), { recursive: true });
    writeFileSync(join(out, cohort, name, "inserted.json"), JSON.stringify(note));
  }
  return join(out, cohort);
}

test("a person of the first cohort who does not train there does not train by way of another one", async () => {
  const cohort = drawnInto("first", { a: "P1", b: "P2", c: "P3" });
  const other = drawnInto("other", { x: "P1", y: "P2", z: "P3", a: "P4" });
  const begin = (more: Partial<TrainRequest>) =>
    settleTraining({ ...request, cohort, out: join(out, "begins"), resume: false, ...more });
  const additions = [{ cohort: other, weight: 0.5 }];
  // P2 validates, P3 is none of the two, as a split's test patients are; the a's are two persons.
  const settled = await begin({ additions, patients: ["a"], validation: ["b"] });
  expect(settled.additions).toEqual([{ ...additions[0], patients: ["a", "x"] }]);
  expect(settled.findings).toMatchObject([
    {
      severity: "warning",
      code: "person-held-out",
      message: expect.stringContaining("y (b there: same study); z (c there: same study)"),
      where: other,
    },
  ]);
  const all = await begin({ additions });
  expect([all.additions[0].patients, all.findings]).toEqual([["a", "x", "y", "z"], []]);
  const nobody = [{ cohort: drawnInto("nobody", { y: "P2" }), weight: 1 }];
  await expect(begin({ additions: nobody, validation: ["b"] })).rejects.toMatchObject({
    code: "usage",
    message: expect.stringContaining("y (b there: same study): leave it out."),
  });
});

test("a checkpoint that was begun with what is refused now says that it cannot be gone on with, and why", async () => {
  const cohort = drawnInto("begun", { a: "P1", b: "P1", c: "P3" });
  const other = drawnInto("begun-other", { y: "P3", z: "P4" });
  const folder = join(out, "before");
  const path = join(folder, "checkpoint.safetensors");
  const resumed = async (begunWith: Partial<Checkpoint>) => {
    await writeCheckpoint(path, {
      ...{
        tensors: new Map(),
        steps: 1,
        configuration: begunTraining,
        additions: [],
        validation: { epochs: 0 },
      },
      ...{ normalisation: { mean: 0, standardDeviation: 1 } },
      ...{ patients: ["a"], validationPatients: ["c"], ...begunWith },
    });
    return settleTraining({ ...request, cohort, out: folder });
  };
  const patient = { ...begunTraining, patience: 3 };
  for (const [begunWith, why] of [
    [{ validationPatients: ["b"] }, "a, which trains, and b, which validates, are of one person"],
    [{ configuration: patient, validationPatients: undefined }, "Early stopping needs patients"],
    [{ additions: [{ cohort, weight: 1, patients: ["a"] }] }, "is the cohort that is trained on"],
    [{ additions: [{ cohort: other, weight: 1 }] }, "persons of .* who do not train there: y"],
  ] as const)
    await expect(resumed(begunWith)).rejects.toMatchObject({
      code: "bad-checkpoint",
      message: expect.stringMatching(`${why}.*, and so .*checkpoint.* train anew into another folder`),
    });
  // Patients that are named there train as they did.
  const additions = [{ cohort: other, weight: 1, patients: ["y", "z"] }];
  expect(await resumed({ additions })).toMatchObject({ additions, findings: [] });
});

test.each([
  ["a name that no structure set can hold", { name: "Gr\u00f6\u00dfe" }, /--name: expected letters of ASCII/],
  ["a name with a backslash", { name: "a\\b" }, /--name/],
  ["a blank at the end", { version: "2 " }, /--model-version/],
  ["one that is too long", { version: "v".repeat(33) }, /--model-version: Too big/],
])("a training refuses %s before it begins, and not when its model is used", async (_, more, message) => {
  const begins = { ...request, resume: false, out: join(out, "labels"), ...more };
  const settled = settleTraining({ ...begins, patients: ["a", "b"] });
  await expect(settled).rejects.toMatchObject({
    code: "usage",
    message: expect.stringMatching(message),
  });
});
