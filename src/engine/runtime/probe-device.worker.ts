/**
 * A program of its own, run by probe-device.ts: `node probe-device.worker.ts webgpu`. Runs a few convolutions on that device and on the
 * CPU and prints the times as JSON, or why it cannot.
 */
import { addInput, addOutput, apply, createGraph, floatConstant } from "#engine/graph.ts";
import { encodeOnnx } from "#engine/onnx-file.ts";
import { type Device, devices, floatTensor, openSession } from "./session.ts";

/** Four convolutions of 64 channels at 128 x 128: 4.8 GFLOP, long against the transfer of 8 MB. */
const trial = { channels: 64, size: 128 };
/** A thousandth of that comes first: what is no GPU is found without waiting for the whole. */
const smallTrial = { channels: 16, size: 16 };
const smallLimitMs = 20;
const layers = 4;
const runs = 3;

type Trial = { readonly channels: number; readonly size: number };

function convolutions({ channels, size }: Trial): Uint8Array {
  const graph = createGraph();
  const shape = [1, channels, size, size];
  let value = addInput(graph, "image", shape);
  const weights = floatConstant(
    graph,
    "weights",
    [channels, channels, 3, 3],
    Float32Array.from({ length: channels * channels * 9 }, (_, at) => Math.sin(at) / 24),
  );
  for (let layer = 0; layer < layers; layer++) {
    value = apply(graph, ["Conv", { kernel_shape: [3, 3], pads: [1, 1, 1, 1] }], [value, weights], shape);
  }
  addOutput(graph, value, "result");
  return encodeOnnx(graph);
}

/** Fastest of a few runs; the first one compiles the kernels and does not count. */
async function fastestMs(device: Device, of: Trial): Promise<number> {
  const session = await openSession(convolutions(of), { device });
  const { channels, size } = of;
  const image = floatTensor(new Float32Array(channels * size * size), [1, channels, size, size]);
  let fastest = Number.POSITIVE_INFINITY;
  for (let run = 0; run <= runs; run++) {
    const before = performance.now();
    await session.run({ image });
    if (run > 0) fastest = Math.min(fastest, performance.now() - before);
  }
  await session.release();
  return fastest;
}

const device = devices.find((name) => name === process.argv[2]);
if (device === undefined) throw new Error(`expected one of ${devices.join(", ")}`);
let answer: { gpuMs: number; cpuMs: number } | { error: string };
try {
  const smallMs = await fastestMs(device, smallTrial);
  const fair = smallMs > smallLimitMs ? smallTrial : trial;
  const gpuMs = fair === smallTrial ? smallMs : await fastestMs(device, fair);
  answer = { gpuMs, cpuMs: await fastestMs("cpu", fair) };
} catch (error) {
  answer = { error: error instanceof Error ? error.message : String(error) };
}
process.stdout.write(JSON.stringify(answer));
