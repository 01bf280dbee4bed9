/** A plan comes from a plan's file, or from what another training left behind. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { modelMetadataKey } from "#contract/model-metadata.ts";
import { defaultTraining } from "#contract/training-configuration.ts";
import { createGraph } from "#engine/graph.ts";
import { encodeOnnx } from "#engine/onnx-file.ts";
import { shippedModel } from "#model/run/load-model.ts";
import { writeCheckpoint } from "./checkpoint.ts";
import { readPlan } from "./read-plan.ts";

const folder = mkdtempSync(join(tmpdir(), "plan-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, text: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const plan = { ...defaultTraining, epochs: 3, seed: 7 };

test("of a plan, what it leaves out has its default", async () => {
  expect(await readPlan(file("plan.json", '{ "epochs": 3, "seed": 7 }'))).toEqual(plan);
});

test.each([
  ["by an editor with a byte order mark", (text: string) => Buffer.from(`\uFEFF${text}`)],
  ["by PowerShell, as UTF-16", (text: string) => Buffer.from(`\uFEFF${text}`, "utf16le")],
])("a plan that was written %s is the same plan", async (_, encoded) => {
  expect(await readPlan(file("windows.json", encoded('{ "epochs": 3, "seed": 7 }')))).toEqual(plan);
});

test("of a run's record and of its checkpoint it is what the training was done with", async () => {
  const record = { verb: "train", options: { cohort: "c", configuration: plan } };
  expect(await readPlan(file("run.json", JSON.stringify(record)))).toEqual(plan);
  const path = join(folder, "checkpoint.safetensors");
  await writeCheckpoint(path, {
    tensors: new Map(),
    steps: 1,
    configuration: plan,
    patients: undefined,
    validationPatients: undefined,
    additions: [],
    normalisation: { mean: 0, standardDeviation: 1 },
    validation: { epochs: 0 },
  });
  expect(await readPlan(path)).toEqual(plan);
});

test("of the shipped model it is what its card says", async () => {
  expect(await readPlan(fileURLToPath(shippedModel))).toMatchObject({ width: 16, size: 256, frame: "body" });
});

test("a file that is none, no JSON, or a record of another verb is refused by its name", async () => {
  await expect(readPlan(join(folder, "none.json"))).rejects.toMatchObject({ code: "file-not-found" });
  await expect(readPlan(file("half.json", '{ "epochs": 3\n "seed" }'))).rejects.toThrow(
    /half\.json is no JSON \(line 2 column 2\)\.$/,
  );
  const record = { verb: "segment", options: { ct: "ct" } };
  await expect(readPlan(file("other.json", JSON.stringify(record)))).rejects.toThrow(
    /other\.json: there is no setting verb/,
  );
});

test("a checkpoint whose header or metadata is damaged is named, and nothing of it is taken for a default", async () => {
  const header = { format: "delineate-checkpoint-1", steps: "1", configuration: JSON.stringify(plan) };
  const metadata = { ...header, additions: "[]", normalisation: '{"mean":0,"standardDeviation":1}' };
  const path = join(folder, "damaged.safetensors");
  const write = (text: string): void => {
    const length = new Uint8Array(new BigUint64Array([BigInt(text.length)]).buffer);
    writeFileSync(path, Buffer.concat([length, Buffer.from(text)]));
  };
  write(JSON.stringify({ __metadata__: metadata }));
  expect(await readPlan(path)).toEqual(plan);
  const damaged = [
    ["null", "{}", '{"weight":null}', '{"weight":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}'],
    ["configuration", "validation", "normalisation", "images"].map((key) =>
      JSON.stringify({ __metadata__: { ...metadata, [key]: '{"half' } }),
    ),
  ].flat();
  for (const text of damaged) {
    write(text);
    await expect(readPlan(path), text).rejects.toMatchObject({
      code: "bad-checkpoint",
      message: expect.stringContaining(path),
    });
  }
});

test("a model whose metadata is damaged is named", async () => {
  for (const text of ["", '{"name":', "null"]) {
    const path = join(folder, "damaged.onnx");
    writeFileSync(path, encodeOnnx(createGraph(), { metadata: { [modelMetadataKey]: text } }));
    await expect(readPlan(path)).rejects.toMatchObject({
      code: "bad-model",
      message: expect.stringContaining(path),
    });
  }
});
