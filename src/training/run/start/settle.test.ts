import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { defaultTraining } from "#contract/training-configuration.ts";
import { writeCheckpoint } from "../checkpoint.ts";
import type { TrainRequest } from "../train-request.ts";
import { settleTraining } from "./settle.ts";

const out = mkdtempSync(join(tmpdir(), "settle-"));
afterAll(() => rmSync(out, { recursive: true, force: true }));
for (const name of ["cohort/a", "cohort/b", "cohort/c", "phantoms/d"])
  mkdirSync(join(out, name), { recursive: true });
const phantoms = join(out, "phantoms");

const begun = { ...defaultTraining, epochs: 40 };
const request: TrainRequest = {
  cohort: join(out, "cohort"),
  additions: [],
  out,
  configuration: begun,
  resume: true,
  checkpointEvery: 100,
  version: "1",
  threshold: 0.5,
};

test("a training that goes on refuses settings that it does not have, by their names", async () => {
  await writeCheckpoint(join(out, "checkpoint.safetensors"), {
    tensors: new Map(),
    steps: 1,
    configuration: begun,
    patients: undefined,
    validationPatients: undefined,
    additions: [],
    normalisation: { mean: 0, standardDeviation: 1 },
    validation: { epochs: 0 },
  });
  const resumed = (more: Partial<TrainRequest>) => settleTraining({ ...request, ...more });
  const focal = { gamma: 3, alpha: 0.25 };
  const other = { ...begun, epochs: 10, lossParameters: { ...begun.lossParameters, focal } };
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
    ...{ tensors: new Map(), steps: 1, configuration: begun, patients, validationPatients, additions },
    ...{ normalisation: { mean: 0, standardDeviation: 1 }, validation: { epochs: 0 } },
  });
  const resumed = (more: Partial<TrainRequest>) => settleTraining({ ...request, ...more });
  for (const [more, what] of [
    [{ patients: ["a"] }, /that train/],
    [{ validation: ["d"] }, /that validate/],
    [{ additions: [{ cohort: phantoms, weight: 1 }] }, /--with/],
  ] as const)
    await expect(resumed(more)).rejects.toMatchObject({
      code: "usage",
      message: expect.stringMatching(what),
    });
  const same = {
    patients: ["b", "a"],
    validation: ["c"],
    additions: [{ cohort: phantoms, weight: 0.5 }],
  };
  expect(await resumed(same)).toMatchObject({ patients, validation: validationPatients, additions });
});
