/** The model is PyTorch's export with names of its own (test/external-model/make_model.py): tumour where the middle slice's mean over 3 x 3 pixels is above 0.4. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { externalModelSchema } from "#contract/external-model.ts";
import { patientPoint } from "#core/coordinates.ts";
import { silentProgress } from "#core/progress.ts";
import { writeCtSlices } from "#dicom/ct/write-ct.ts";
import { addInput, addOutput, apply, createGraph, floatConstant } from "#engine/graph.ts";
import { encodeOnnx } from "#engine/onnx-file.ts";
import { aboveThreshold } from "#geometry/confidence.ts";
import { createGrid } from "#geometry/grid.ts";
import { tumourProbability } from "#model/tumour-probability.ts";
import { predictVolume } from "#segment/prediction/predict-volume.ts";
import { segment } from "#segment/run/segment.ts";
import { loadExternalModel } from "./load-external-model.ts";
import { shippedModel } from "./load-model.ts";

const fixtures = join(import.meta.dirname, "../../../test/external-model/fixtures");
const onnx = join(fixtures, "two-classes.onnx");
const configuration = join(fixtures, "two-classes.json");
const folder = mkdtempSync(join(tmpdir(), "external-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Air with a box of water of 20 x 30 pixels in slice 2. */
const grid = createGrid([64, 64, 4], [2, 2, 3], patientPoint(0, 0, 0));
const hu = new Int16Array(64 * 64 * 4).fill(-1000);
for (let y = 10; y < 40; y++) hu.fill(0, (2 * 64 + y) * 64 + 30, (2 * 64 + y) * 64 + 50);

/** The stated configuration with changes, written to a file. */
function stated(name: string, changes: (value: ReturnType<typeof base>) => unknown): string {
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify(changes(base())));
  return path;
}
const base = () => externalModelSchema.parse(JSON.parse(readFileSync(configuration, "utf8")));

test("probabilities are PyTorch's, to 1e-5", async () => {
  const model = await loadExternalModel(onnx, configuration);
  const images = Float32Array.from({ length: 2 * 3 * 64 * 64 }, (_, at) => Math.sin(at * 0.37));
  const probabilities = await model.predict(images, 2);
  const expected: number[] = JSON.parse(readFileSync(join(fixtures, "two-classes-output.json"), "utf8"));
  expect(expected.length).toBe(Math.ceil((2 * 64 * 64) / 37));
  for (const [at, value] of expected.entries()) expect(probabilities[37 * at]).toBeCloseTo(value, 5);
  await model.dispose();
});

test("a CT is contoured as the model means it: the box without its four corners, in its own slice", async () => {
  const model = await loadExternalModel(onnx, configuration);
  const options = { batch: model.largestBatch ?? 1, progress: silentProgress };
  const mask = aboveThreshold(await predictVolume({ grid, hu }, model, options));
  await model.dispose();
  // Water is 0.714 in the window: at an edge 6 of 9 pixels give 0.476, at a corner 4 of 9 give 0.317, outside 3 give 0.238.
  const corners = [10, 39].flatMap((y) => [30, 49].map((x) => (2 * 64 + y) * 64 + x));
  const expected = Uint8Array.from(hu, (value, at) => (value === 0 && !corners.includes(at) ? 1 : 0));
  expect(Buffer.from(mask).equals(Buffer.from(expected))).toBe(true);
});

test("segment delivers its contour as an RTSTRUCT that names it, and evaluates as any other", async () => {
  const ctPath = mkdtempSync(join(folder, "ct-"));
  const who = { patientName: "T", patientId: "T", sex: "O", kernel: "B" } as const;
  const files = writeCtSlices(grid, hu, { uidName: "external", ...who, date: "20200101", time: "120000" });
  for (const { name, bytes } of files) writeFileSync(join(ctPath, name), bytes);
  const out = join(folder, "gtv.dcm");
  const request = {
    ctPath,
    model: onnx,
    modelConfiguration: configuration,
    out,
    format: "rtstruct",
  } as const;
  const more = { roiName: "GTV", holes: "keyhole", cleanUp: "largest", force: false } as const;
  const result = await segment({ ...request, ...more }, silentProgress, new AbortController().signal);
  expect(result.model).toMatchObject({ name: "two-classes", version: "1.0" });
  // 596 pixels of 2 x 2 mm in a slice of 3 mm.
  expect(result.volumeCc).toBeCloseTo(596 * 0.012, 6);
});

test("grey levels are whole where they are stated, HU are not", async () => {
  const { window, ...input } = base().input;
  const levels = stated("levels.json", (value) => ({
    ...value,
    input: {
      ...input,
      window: { ...window, levels: 3 },
      normalisation: { mean: 0, standardDeviation: 2 },
    },
  }));
  const seen = async (path: string): Promise<number[]> => {
    const { input: how, everySlice, dispose } = await loadExternalModel(onnx, path);
    expect(everySlice).toBe(true);
    const values = new Set<number>();
    const predict = async (images: Float32Array, batch: number): Promise<Float32Array> => {
      for (const value of images) values.add(Math.round(value * 1e4) / 1e4);
      return new Float32Array(batch * 64 * 64);
    };
    await predictVolume({ grid, hu }, { input: how, predict }, { batch: 2, progress: silentProgress });
    await dispose();
    return [...values].sort();
  };
  // 1000 of 1400 HU are level 1.43 of 2, which is 1.
  expect(await seen(levels)).toEqual([0, 0.5]);
  expect(await seen(configuration)).toEqual([0, 0.7143]);
});

test("neighbours are fed as they are, in grey levels too, however much slices differ", async () => {
  const { window, ...input } = base().input;
  const path = stated("neighbours.json", (value) => ({
    ...value,
    input: {
      ...{ ...input, neighbourSpacingMm: 3, batch: 1, window: { ...window, levels: 256 } },
      normalisation: { mean: 0, standardDeviation: 255 },
    },
  }));
  const { input: how, dispose } = await loadExternalModel(onnx, path);
  const values: number[][] = [];
  const predict = async (images: Float32Array, batch: number): Promise<Float32Array> => {
    values.push([0, 1, 2].map((channel) => images[channel * 64 * 64]));
    return new Float32Array(batch * 64 * 64);
  };
  const inTurn = new Int16Array(hu.length).map((_, at) => (Math.floor(at / 4096) % 2 === 0 ? -1000 : 400));
  await predictVolume({ grid, hu: inTurn }, { input: how, predict }, { batch: 1, progress: silentProgress });
  await dispose();
  expect(values).toEqual([
    [0, 0, 1],
    [0, 1, 0],
    [1, 0, 1],
    [0, 1, 1],
  ]);
});

test("logits, probabilities and scores of classes are read as the same probability", () => {
  const area = 4;
  const scores = Float32Array.of(0, 1, -2, 3, 1, 1, 4, -1, 2, 0, 0, 0.5);
  const soft = tumourProbability(scores, 1, { activation: "softmax", channel: 2, classes: 3 });
  for (let at = 0; at < area; at++) {
    const powers = [0, 1, 2].map((other) => Math.exp(scores[other * area + at]));
    expect(soft[at]).toBeCloseTo(powers[2] / (powers[0] + powers[1] + powers[2]), 6);
  }
  // Of two images the second's first channel.
  const two = Float32Array.of(0, 0, 0, 0, 2, -2, 0, 0);
  const logits = tumourProbability(two, 2, { activation: "sigmoid", channel: 0, classes: 2 });
  expect(logits[2]).toBeCloseTo(1 / (1 + Math.exp(-2)), 6);
  expect([...tumourProbability(soft, 1, { activation: "none", channel: 0, classes: 1 })]).toEqual([...soft]);
});

test("scores that are called probabilities are refused: beyond 0 and 1 they would be a contour", async () => {
  const path = stated("scores.json", (value) => ({
    ...value,
    output: { ...value.output, activation: "none" },
  }));
  const model = await loadExternalModel(onnx, path);
  const images = new Float32Array(2 * 3 * 64 * 64).fill(20);
  await expect(model.predict(images, 2)).rejects.toMatchObject({
    code: "bad-model",
    message: expect.stringMatching(/expected probabilities from 0 to 1: say in .*scores\.json/),
  });
  images.fill(Number.NaN);
  await expect(model.predict(images, 2)).rejects.toThrow(/gives NaN/);
  await model.dispose();
});

/** The sum of the channels of exactly two images, as the only output channel. */
async function twoImages(activation: "sigmoid" | "softmax") {
  const graph = createGraph();
  const image = addInput(graph, "ct", [2, 3, 64, 64]);
  const weights = floatConstant(graph, "weights", [1, 3, 1, 1], [1, 1, 1]);
  addOutput(graph, apply(graph, "Conv", [image, weights], [2, 1, 64, 64]), "scores");
  const file = join(folder, `${activation}.onnx`);
  writeFileSync(file, encodeOnnx(graph));
  const how = stated(`${activation}.json`, (value) => ({
    ...value,
    input: { ...value.input, batch: 2 },
    output: { ...value.output, activation, channel: 0 },
  }));
  return loadExternalModel(file, how);
}

test("a softmax of one class is refused: it is 1 everywhere", async () => {
  const model = await twoImages("softmax");
  await expect(model.predict(new Float32Array(2 * 3 * 64 * 64), 2)).rejects.toThrow(/has 1 class/);
  await model.dispose();
});

test("a model that is fixed to two images sees the last one of an odd number alone", async () => {
  const model = await twoImages("sigmoid");
  const images = Float32Array.from({ length: 2 * 3 * 64 * 64 }, (_, at) => Math.sin(at));
  const both = await model.predict(images, 2);
  const first = await model.predict(images.slice(0, 3 * 64 * 64), 1);
  expect(first).toEqual(both.slice(0, 64 * 64));
  await model.dispose();
});

describe("what is stated wrong is said in one sentence", () => {
  type Stated = ReturnType<typeof base>;
  test.each<[string, (value: Stated) => unknown, RegExp]>([
    ["a misspelt key", (value) => ({ ...value, treshold: 0.5 }), /treshold/],
    ["an even number of channels", (v) => ({ ...v, input: { ...v.input, channels: 2 } }), /odd number/],
    [
      "neighbours without their distance",
      (v) => ({ ...v, input: { ...v.input, neighbourSpacingMm: undefined } }),
      /distance of the neighbouring slices/,
    ],
    [
      "a window upside down",
      (v) => ({ ...v, input: { ...v.input, window: { lowHu: 400, highHu: -1000 } } }),
      /lowHu below highHu/,
    ],
    ["another input", (v) => ({ ...v, input: { ...v.input, name: "x" } }), /no input x; it has ct/],
    ["another output", (v) => ({ ...v, output: { ...v.output, name: "y" } }), /no output y; it has scores/],
    [
      "another matrix",
      (v) => ({ ...v, input: { ...v.input, size: 96 } }),
      /float32 \[n, 3, 64, 64\], the configuration says float32 \[2, 3, 96, 96\]/,
    ],
  ])("%s", async (name, changes, message) => {
    await expect(loadExternalModel(onnx, stated(`${name}.json`, changes))).rejects.toThrow(message);
  });

  test("a channel that the output lacks, at the first prediction", async () => {
    const path = stated("channel.json", (v) => ({ ...v, output: { ...v.output, channel: 2 } }));
    const model = await loadExternalModel(onnx, path);
    await expect(model.predict(new Float32Array(3 * 64 * 64), 1)).rejects.toThrow(
      /2 classes .* no channel 2/,
    );
    await model.dispose();
  });

  test("no model, no configuration, a file that is no ONNX and one that is no JSON", async () => {
    await expect(loadExternalModel(join(folder, "none.onnx"), configuration)).rejects.toThrow(
      /no model file/,
    );
    await expect(loadExternalModel(onnx, join(folder, "none.json"))).rejects.toThrow(/no configuration/);
    await expect(loadExternalModel(configuration, configuration)).rejects.toThrow(/no ONNX file/);
    await expect(loadExternalModel(onnx, onnx)).rejects.toThrow(/no JSON/);
  });

  test("a model of this program fits no other's configuration", async () => {
    await expect(loadExternalModel(shippedModel.pathname, configuration)).rejects.toThrow(
      /no input ct; it has image/,
    );
  });
});
