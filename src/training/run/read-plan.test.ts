/** A plan comes from a plan's file, or from what another training left behind. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { defaultTraining } from "#contract/training-configuration.ts";
import { shippedModel } from "#model/run/load-model.ts";
import { writeCheckpoint } from "./checkpoint.ts";
import { readPlan } from "./read-plan.ts";

const folder = mkdtempSync(join(tmpdir(), "plan-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const wanted = { ...defaultTraining, epochs: 3, seed: 7 };

test("of a plan, what it leaves out has its default", async () => {
  expect(await readPlan(file("plan.json", '{ "epochs": 3, "seed": 7 }'))).toEqual(wanted);
});

test("of a run's record and of its checkpoint it is what the training was done with", async () => {
  const record = { verb: "train", options: { cohort: "c", configuration: wanted } };
  expect(await readPlan(file("run.json", JSON.stringify(record)))).toEqual(wanted);
  const path = join(folder, "checkpoint.safetensors");
  await writeCheckpoint(path, {
    tensors: new Map(),
    steps: 1,
    configuration: wanted,
    patients: undefined,
    validationPatients: undefined,
    additions: [],
    normalisation: { mean: 0, standardDeviation: 1 },
    validation: { epochs: 0 },
  });
  expect(await readPlan(path)).toEqual(wanted);
});

test("of the shipped model it is what its card says", async () => {
  expect(await readPlan(fileURLToPath(shippedModel))).toMatchObject({ width: 16, size: 256, frame: "body" });
});

test("a file that is none, no JSON, or a record of another verb is refused by its name", async () => {
  await expect(readPlan(join(folder, "none.json"))).rejects.toMatchObject({ code: "file-not-found" });
  await expect(readPlan(file("half.json", '{ "epochs":'))).rejects.toThrow(/half\.json is no JSON/);
  const record = { verb: "segment", options: { ct: "ct" } };
  await expect(readPlan(file("other.json", JSON.stringify(record)))).rejects.toThrow(
    /other\.json: there is no setting verb/,
  );
});
