/** What a training begins with when the network that is known sees single slices. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { defaultTraining, type NetworkName } from "#contract/training-configuration.ts";
import { type Progress, silentProgress } from "#core/progress.ts";
import { emitTraining, initialState } from "#engine/emit.ts";
import { elementCount } from "#engine/graph.ts";
import { secondModel } from "#model/run/load-model.ts";
import { networkNamed } from "#networks/networks.ts";
import { lossNamed } from "#training/losses/losses.ts";
import { writeCheckpoint } from "../checkpoint.ts";
import { startFrom } from "./start-from.ts";

const folder = mkdtempSync(join(tmpdir(), "start-from-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function trainingOf(width: number, context: number, name: NetworkName = "modified-resnet34") {
  const network = networkNamed(name, { width, dropoutRate: 0 });
  const loss = lossNamed("cross-entropy", defaultTraining.lossParameters);
  const size = { channels: 2 * context + 1, height: 64, width: 64 };
  const configuration = { ...defaultTraining, network: name, width, context, size: 64 };
  return { ...emitTraining(network, size, { batch: 1, loss, l2: 0 }), ...configuration, configuration };
}

const path = join(folder, "narrow.safetensors");

async function writeNarrow(context: number, width = 4) {
  const { configuration, ...narrow } = trainingOf(width, context);
  const tensors = initialState(narrow, 7);
  await writeCheckpoint(path, {
    ...{ tensors, steps: 1, configuration, additions: [] },
    ...{ patients: undefined, validationPatients: undefined, validation: { epochs: 0 } },
    normalisation: { mean: 100, standardDeviation: 50 },
  });
  return tensors;
}

test.each([
  ["single slices start the same network", 0, 4, 0],
  ["single slices start one twice as wide", 0, 8, 0],
  ["single slices start one that sees neighbours", 0, 4, 1],
  ["single slices start one twice as wide that sees neighbours", 0, 8, 1],
  ["a slice and its neighbours start one that sees more neighbours", 1, 4, 3],
  ["a slice and its neighbours start one twice as wide that sees more", 1, 8, 2],
])("weights of a network of %s", async (_, knownContext, width, context) => {
  const narrowTensors = await writeNarrow(knownContext);
  const wanted = trainingOf(width, context);
  const { state } = await startFrom(path, wanted, initialState(wanted, 1), silentProgress);
  for (const { name, shape } of wanted.parameters) {
    const tensor = state.get(name);
    expect(tensor?.shape).toEqual(shape);
    expect(tensor?.data).toHaveLength(elementCount(shape));
  }
  // The kernel of the image: what is known amid the neighbours, each row as often as the network is wider.
  const [channels, knownChannels] = [2 * context + 1, 2 * knownContext + 1];
  const kernel = state.get("stage1.weight")?.data ?? new Float32Array();
  const before = narrowTensors.get("stage1.weight")?.data ?? new Float32Array();
  const part = (data: Float32Array, row: number, of: number, channel: number) =>
    data.subarray((row * of + channel) * 49, (row * of + channel + 1) * 49);
  for (let row = 0; row < width; row++) {
    for (let channel = 0; channel < channels; channel++) {
      const away = channel - context;
      const expected =
        Math.abs(away) > knownContext
          ? new Float32Array(49)
          : part(before, Math.floor((row * 4) / width), knownChannels, knownContext + away);
      expect(part(kernel, row, channels, channel)).toEqual(expected);
    }
  }
});

test("weights that know neighbours at another distance are refused with what to add", async () => {
  await writeNarrow(1);
  const wanted = { ...trainingOf(4, 2), contextSpacingMm: 7 };
  await expect(startFrom(path, wanted, initialState(wanted, 1), silentProgress)).rejects.toThrow(
    /every 5 mm, this training every 7 mm: add --set contextSpacingMm=5/u,
  );
});

test("weights of another network are refused, though its last layer may have the shape of this one's", async () => {
  const known = await writeNarrow(0, 16);
  const training = trainingOf(4, 0, "u-net");
  const last = (state: ReadonlyMap<string, { readonly shape: readonly number[] }>) =>
    state.get("logits.weight")?.shape;
  const drawn = initialState(training, 1);
  expect(last(drawn)).toEqual(last(known));
  for (const startShare of [0, 0.5])
    await expect(startFrom(path, { ...training, startShare }, drawn, silentProgress)).rejects.toMatchObject({
      code: "usage",
      message: expect.stringContaining("of modified-resnet34, this training is of u-net"),
    });
});

test("no other kernel is taken for the one that reads the image, and none of another view reads it", async () => {
  // A quarter of a width of 12 is as many as the channels of a slice and its neighbours.
  const narrowTensors = await writeNarrow(1, 12);
  const wide = trainingOf(36, 4);
  const drawn = initialState(wide, 1);
  const { state } = await startFrom(path, wide, drawn, silentProgress);
  const [last, before] = [
    state.get("logits.weight")?.data ?? [],
    narrowTensors.get("logits.weight")?.data ?? [],
  ];
  // Each of three copies of an input has a part of its weight.
  for (const [input, weight] of before.entries())
    expect(last[3 * input] + last[3 * input + 1] + last[3 * input + 2]).toBeCloseTo(weight, 6);
  const clicks = { ...trainingOf(12, 1), view: "click" } as const;
  const begun = await startFrom(path, clicks, initialState(clicks, 1), silentProgress);
  expect(begun.state.get("stage1.weight")).toEqual(initialState(clicks, 1).get("stage1.weight"));
  expect(begun.state.get("logits.weight")).toEqual(narrowTensors.get("logits.weight"));
});

test("a training without neighbours need not know how far away those of its weights are", async () => {
  await writeNarrow(1);
  const wanted = { ...trainingOf(4, 0), contextSpacingMm: 7 };
  const { state } = await startFrom(path, wanted, initialState(wanted, 1), silentProgress);
  expect(state.get("logits.weight")).toBeDefined();
});

/** Version 1.1's file holds batch norm folded. */
function startFromFolded(changed: { readonly width?: number; readonly view?: "click" }) {
  const training = {
    ...trainingOf(changed.width ?? 16, 0),
    greyLevels: { lowHu: -1000, highHu: 600, levels: 255 },
    frame: "body" as const,
    ...changed,
  };
  const reports: string[] = [];
  const progress: Progress = { report: (_, done, total, note) => reports.push(`${done}/${total} ${note}`) };
  const start = (startShare: number) =>
    startFrom(fileURLToPath(secondModel), { ...training, startShare }, initialState(training, 1), progress);
  return { start, reports, all: training.parameters.length + training.running.length };
}

test("of a file with folded batch norm nothing is drawn anew that is recovered, and its share can be kept", async () => {
  const { start, reports, all } = startFromFolded({});
  const { folded } = await start(0.5);
  // Four tensors to each batch norm: scale, shift, mean and variance.
  expect(reports).toEqual([`${all - 4 * (folded?.size ?? 0)}/${all} batch norm is recovered from them`]);
});

test("batch norm is not recovered for weights that were not taken, and a bias alone is no start", async () => {
  const { start, reports } = startFromFolded({ view: "click" });
  const { folded } = await start(0);
  expect(reports).toEqual([
    expect.stringMatching(/drawn anew: stage1\.weight, stage1\.norm\.scale, stage1\.norm\.shift, \.\.\.$/),
  ]);
  expect([folded?.has("stage1.norm"), folded?.has("stage2.1.a.norm")]).toEqual([false, true]);
  await expect(startFromFolded({ width: 8 }).start(0)).rejects.toMatchObject({ code: "bad-model" });
});
