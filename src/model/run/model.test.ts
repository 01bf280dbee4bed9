/** What a model says of itself: the shipped one, annotated, changed, and its card. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { modelMetadataKey } from "#contract/model-metadata.ts";
import { checkPlan } from "#contract/plan.ts";
import { setOnnxMetadata } from "#engine/onnx-file.ts";
import { modelCard } from "#model/model-card.ts";
import { channelCount } from "#preprocess/context.ts";
import { clickModel, loadModel, readMetadata, secondModel, shippedModel } from "./load-model.ts";
import { annotateModel, describeModel, rewriteMetadata } from "./model.ts";
import { sealModel, unsealed } from "./model-seal.ts";

const folder = mkdtempSync(join(tmpdir(), "model-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function notesFile(name: string, notes: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify(notes));
  return path;
}

const metric = {
  name: "DSC",
  value: 0.895,
  standardDeviation: 0.055,
  unit: "patient",
  count: 6,
  measuredOn: "6 phantoms of neither training nor validation",
};
/** The shipped model without its notes. */
const plain = join(folder, "plain.onnx");
const shipped = readFileSync(shippedModel);
const bare = { metrics: [], trainingData: [], limitations: [], date: undefined };
const withoutNotes = JSON.stringify({ ...readMetadata(shipped, "shipped"), ...bare });
writeFileSync(plain, sealModel(setOnnxMetadata(unsealed(shipped), modelMetadataKey, withoutNotes)));

const annotated = join(folder, "annotated.onnx");
async function annotate() {
  const notes = notesFile("notes.json", {
    metrics: [metric],
    trainingData: ["Synthetic thoraces."],
    limitations: ["Never saw a patient."],
    date: "2024-02-29",
  });
  return annotateModel({ model: plain, notes, out: annotated, force: true });
}

test("annotated, a model says what was measured, is sealed and predicts as before", async () => {
  const { metadata } = await annotate();
  expect(metadata).toMatchObject({ metrics: [metric], date: "2024-02-29" });
  const [before, after] = [await loadModel(plain), await loadModel(annotated)];
  const { size } = before.input;
  const length = channelCount(before.input) * size * size;
  const image = Float32Array.from({ length }, (_, at) => Math.sin(at / 50));
  expect(await after.predict(image, 1)).toEqual(await before.predict(image, 1));
  expect(after.input).toEqual(before.input);
  await before.dispose();
  await after.dispose();
});

test("annotated again, a model keeps what it said before", async () => {
  await annotate();
  const later = { ...metric, name: "IoU of boxes", unit: "slice", count: 9 };
  const notes = notesFile("later.json", { metrics: [later], limitations: ["Nor a child."] });
  const out = join(folder, "twice.onnx");
  const { metadata } = await annotateModel({ model: annotated, notes, out, force: true });
  expect(metadata.metrics).toEqual([metric, later]);
  expect(metadata.limitations).toEqual(["Never saw a patient.", "Nor a child."]);
  expect(metadata.date).toBe("2024-02-29");
});

test("notes set the version anew, and never what the model is fed by", async () => {
  const out = join(folder, "renamed.onnx");
  const annotateWith = (notes: unknown) =>
    annotateModel({ model: plain, notes: notesFile("version.json", notes), out, force: true });
  expect((await annotateWith({ version: "9" })).metadata).toMatchObject({
    version: "9",
    name: readMetadata(shipped, "shipped").name,
  });
  await expect(annotateWith({ frame: "body" })).rejects.toThrow(/frame/);
});

test("a model without a seal is refused: nothing tells whether it was changed", async () => {
  const path = join(folder, "unsealed.onnx");
  writeFileSync(path, unsealed(shipped));
  await expect(loadModel(path)).rejects.toMatchObject({ code: "bad-model" });
});

test("a changed weight and changed metadata are found when the model is loaded", async () => {
  await annotate();
  const file = readFileSync(annotated);
  const threshold = file.indexOf('"threshold":');
  // A weight; a digit of the threshold; its colon, without which the metadata are no JSON; its name, without which they lack it.
  const metadata = ['"threshold":0.', '"threshold"', '"'].map((before) => threshold + before.length);
  for (const at of [5000, ...metadata]) {
    const changed = Buffer.from(file);
    changed[at] ^= 1;
    const path = join(folder, "changed.onnx");
    writeFileSync(path, changed);
    await expect(loadModel(path)).rejects.toThrow(/changed\.onnx was changed since it was written/);
    await expect(describeModel(path)).rejects.toThrow(/changed since/);
  }
});

test("the card says what the file says: figures with their unit, data, limits, digest", async () => {
  const { metadata, facts } = await annotate();
  const card = modelCard(metadata, facts);
  expect(card).toContain(
    "| DSC | 0.895 ± 0.055 | patient (n = 6) | 6 phantoms of neither training nor validation |",
  );
  for (const said of ["Synthetic thoraces.", "Never saw a patient.", "For research only", facts.digest])
    expect(card).toContain(said);
  expect(card.match(/^## .*/gm)).toEqual([
    "## Intended use",
    "## Training data",
    "## Preprocessing",
    "## Training",
    "## Measured",
    "## It says what it is worth",
    "## Limitations",
    "## To make it again",
  ]);
});

test("the card asks for the same validation patients where the best epoch is the model", async () => {
  const { metadata, facts } = await describeModel(shippedModel);
  expect(modelCard(metadata, facts)).toContain("`--validation`");
  expect(modelCard({ ...metadata, metrics: [] }, facts)).toContain("With the same cohort:\n");
});

test.each([
  ["second", secondModel, {}],
  ["gtv", shippedModel, { plot: "gtv-expected-dsc.svg", overlays: "../docs/pictures/result.png" }],
  ["click", clickModel, {}],
])("the card beside the shipped model %s is the one that its file gives", async (name, file, pictures) => {
  const { metadata, facts } = await describeModel(file);
  const card = readFileSync(new URL(`${name}.md`, file), "utf8");
  expect(card).toBe(modelCard(metadata, facts, pictures));
});

test("docs/measurements gives the figures of the cards", async () => {
  const page = readFileSync(new URL("../docs/measurements/README.md", shippedModel), "utf8");
  const figures = async (file: URL, name: RegExp): Promise<string[]> => {
    const { metadata } = await describeModel(file);
    return metadata.metrics.flatMap((item) => (name.test(item.name) ? [item.value.toFixed(2)] : []));
  };
  const inRow = (what: string): string[] =>
    [...(page.split("\n").find((line) => line.includes(what)) ?? "").matchAll(/(?<=[ ;])0\.\d\d\b/g)].map(
      String,
    );
  expect(inRow("planning CTs with a physician's GTV")).toEqual(await figures(shippedModel, /^DSC, /));
  expect(inRow("expected against true DSC")).toEqual(
    expect.arrayContaining(await figures(shippedModel, /^Spearman/)),
  );
  // Medians of three patients; what is below 0.4 is counted behind them.
  expect(inRow("from 20 clicks").slice(0, 3)).toEqual(await figures(clickModel, /^DSC from a click/));
});

test("calibrated, the card says what contours are worth, on whom that was measured, and where its figure is", async () => {
  const { metadata, facts } = await annotate();
  const errors = { count: 31, spearman: 0.71, meanAbsoluteError: 0.124 };
  const terms = [{ feature: "agreement" as const, weight: 0.83, centre: 0.8, scale: 0.1 }];
  const quality = {
    contour: { intercept: 0, terms },
    slice: { intercept: 0, terms: [] },
    doubtBelow: 0.55,
    calibration: { patients: 12, cohorts: ["others"], contours: errors, slices: errors, pairs: [] },
  };
  const card = modelCard({ ...metadata, quality }, facts, { plot: "card-expected-dsc.svg" });
  for (const said of [
    "## It says what it is worth",
    "12 patients of others",
    "below 0.55",
    "| 31 | 0.71 | 0.124 |",
  ])
    expect(card).toContain(said);
  expect(card).toContain("agreement 0.83");
  expect(card).toContain("](card-expected-dsc.svg)");
});

test("notes that are not as expected are refused by the key, and no model is written", async () => {
  const out = join(folder, "none.onnx");
  const refused = (notes: unknown) =>
    expect(annotateModel({ model: plain, notes: notesFile("bad.json", notes), out, force: false })).rejects;
  await refused({ metrics: [{ ...metric, count: 0 }] }).toThrow(/metrics\.0\.count/);
  await refused({ metric: [] }).toThrow(/metric/);
  await refused({ date: "yesterday" }).toThrow(/date/);
  await expect(describeModel(out)).rejects.toThrow(/no model file/);
});

test("a card says how the model is trained again: from its own plan, whose settings it shows where they are not the default", async () => {
  const { metadata, facts } = await annotate();
  const card = modelCard(metadata, facts);
  expect(card).toContain("delineate plan --from MODEL > plan.json\ndelineate train COHORT --plan plan.json");
  const shown: unknown = JSON.parse(/```json\n([^`]*)```/.exec(card)?.[1] ?? "");
  expect(checkPlan(shown, "the card")).toEqual(metadata.configuration);
});

test("a configuration that does not say the network's input is refused", () => {
  const metadata = readMetadata(shipped, "shipped");
  const { size, ...configuration } = metadata.configuration;
  const text = JSON.stringify({ ...metadata, ...bare, configuration });
  const without = sealModel(setOnnxMetadata(unsealed(shipped), modelMetadataKey, text));
  expect(() => readMetadata(without, "without.onnx")).toThrow(/configuration/);
});

test("a model whose plot cannot be written is not written either", async () => {
  const [out, plot] = [join(folder, "without-plot.onnx"), join(folder, "plot.svg")];
  mkdirSync(plot);
  const request = { out, force: true, beside: [{ path: plot, content: "<svg/>" }] };
  await expect(rewriteMetadata(plain, request, (before) => before)).rejects.toThrow(/plot\.svg .*a folder/);
  expect(existsSync(out)).toBe(false);
});
