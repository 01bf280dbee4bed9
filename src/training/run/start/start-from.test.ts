/** What a training begins with when the network that is known sees single slices. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { defaultTraining } from "#contract/training-configuration.ts";
import { silentProgress } from "#core/progress.ts";
import { emitTraining, initialState } from "#engine/emit.ts";
import { elementCount } from "#engine/graph.ts";
import { networkNamed } from "#networks/networks.ts";
import { lossNamed } from "#training/losses/losses.ts";
import { writeCheckpoint } from "../checkpoint.ts";
import { startFrom } from "./start-from.ts";

const folder = mkdtempSync(join(tmpdir(), "start-from-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function trainingOf(width: number, context: number) {
  const network = networkNamed("modified-resnet34", { width, dropoutRate: 0 });
  const loss = lossNamed("cross-entropy", defaultTraining.lossParameters);
  const size = { channels: 2 * context + 1, height: 64, width: 64 };
  const configuration = { ...defaultTraining, width, context, size: 64 };
  return { ...emitTraining(network, size, { batch: 1, loss, l2: 0 }), ...configuration, configuration };
}

const narrow = trainingOf(4, 0);
const known = initialState(narrow, 7);
const path = join(folder, "narrow.safetensors");

test.each([
  ["the same network", 4, 0],
  ["one twice as wide", 8, 0],
  ["one that sees neighbours", 4, 1],
  ["one twice as wide that sees neighbours", 8, 1],
])("weights of a network of single slices start %s", async (_, width, context) => {
  await writeCheckpoint(path, {
    ...{ tensors: known, steps: 1, configuration: narrow.configuration, additions: [] },
    ...{ patients: undefined, validationPatients: undefined, validation: { epochs: 0 } },
    normalisation: { mean: 100, standardDeviation: 50 },
  });
  const wanted = trainingOf(width, context);
  const { state } = await startFrom(path, wanted, initialState(wanted, 1), silentProgress);
  for (const { name, shape } of wanted.parameters) {
    const tensor = state.get(name);
    expect(tensor?.shape).toEqual(shape);
    expect(tensor?.data).toHaveLength(elementCount(shape));
  }
  // The kernel of the image: what is known amid the neighbours, each row as often as the network is wider.
  const channels = 2 * context + 1;
  const kernel = state.get("stage1.weight")?.data ?? new Float32Array();
  const before = known.get("stage1.weight")?.data ?? new Float32Array();
  for (let row = 0; row < width; row++) {
    const from = Math.floor((row * 4) / width) * 49;
    for (let channel = 0; channel < channels; channel++) {
      const own = kernel.subarray((row * channels + channel) * 49, (row * channels + channel + 1) * 49);
      expect(own).toEqual(channel === context ? before.subarray(from, from + 49) : new Float32Array(49));
    }
  }
});
