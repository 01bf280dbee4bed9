/**
 * The training graph on WebGPU in a browser: headless Chromium with its software GPU, onnxruntime-web, the same graphs as
 * in Node, against Node's CPU.
 */

import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createRandom } from "#core/random.ts";
import { gradientName, nextName } from "#engine/emit.ts";
import { elementCount } from "#engine/graph.ts";
import { encodeOnnx } from "#engine/onnx-file.ts";
import { nodesForCpu } from "#engine/runtime/nodes-for-cpu.ts";
import { floatTensor, openSession } from "#engine/runtime/session.ts";
import { loadModel, shippedModel } from "#model/run/load-model.ts";
import { channelCount } from "#preprocess/context.ts";
import { type Browser, type BrowserRun, openBrowser } from "./browser.ts";
import { type DescentTask, descend } from "./descend.ts";
import { smallNetwork } from "./small-network.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

test("the browser has WebGPU, on a software GPU", async () => {
  expect(await browser.adapter()).toBe("google swiftshader");
});

function taskOf({ training, images, targets, state }: ReturnType<typeof smallNetwork>): DescentTask {
  const feeds: Record<string, { data: number[]; shape: readonly number[] }> = {
    image: { data: [...images], shape: training.batchShape },
    target: { data: [...targets], shape: training.targetShape },
  };
  for (const { name, shape } of [...training.parameters, ...training.running])
    feeds[name] = { data: [...(state.get(name)?.data ?? [])], shape };
  // The sums of gradients so far: none.
  for (const { name, shape } of training.parameters)
    feeds[gradientName(name)] = { data: new Array(elementCount(shape)).fill(0), shape };
  // Every tenth feature is dropped.
  for (const { input, rate } of training.dropouts) {
    const data = Array.from({ length: elementCount(input.shape) }, (_, at) =>
      at % 10 === 0 ? 0 : 1 / (1 - rate),
    );
    feeds[input.name] = { data, shape: input.shape };
  }
  const gradients = training.parameters.map(({ name }) => [name, nextName(gradientName(name))] as const);
  return { feeds, gradients, steps: 2, rate: 0.02 };
}

// The U-Net has the same operators, and runs on WebGPU in Node (webgpu.test.ts): compiling its kernels takes another minute.
describe("the modified ResNet34 with attention gates", () => {
  let cpu: Awaited<ReturnType<typeof descend>>;
  let gpu: BrowserRun;
  beforeAll(async () => {
    const small = smallNetwork("modified-resnet34");
    const task = taskOf(small);
    const model = encodeOnnx(small.training.graph);
    const session = await openSession(model, { threads: 1 });
    cpu = await descend(task, {
      tensor: floatTensor,
      run: async (feeds) => ({ ...(await session.run(feeds)) }),
    });
    await session.release();
    gpu = await browser.descend({ model, task, cpuNodes: nodesForCpu(small.training.graph) });
  });

  test("two steps of gradient descent have the same losses as on Node's CPU, to 1e-3, and they fall", () => {
    expect(gpu.losses.length).toBe(2);
    for (const [step, loss] of gpu.losses.entries())
      expect(Math.abs(loss - cpu.losses[step])).toBeLessThan(1e-3);
    expect(gpu.losses[1]).toBeLessThan(gpu.losses[0]);
  });

  test("the gradient is as long, to a thousandth", () => {
    expect(gpu.gradientLength / cpu.gradientLength).toBeCloseTo(1, 3);
  });

  test("only the max pooling with indices and the reshaping of these run on the CPU", () => {
    expect(gpu.placements.CPUExecutionProvider).toEqual(["MaxPool", "Reshape"]);
    expect(gpu.placements.WebGpuExecutionProvider).toEqual(
      expect.arrayContaining(["Conv", "MatMul", "BatchNormalization", "Resize", "Pad", "ScatterElements"]),
    );
  });
});

test("the shipped model has the same probabilities by the browser's WebAssembly as in Node, to 1e-3", async () => {
  const model = await loadModel(shippedModel);
  const { size } = model.input;
  const shape = [1, channelCount(model.input), size, size];
  const random = createRandom(12);
  // Soft tissue with lung and a body in it, roughly: what the network answers with more than noise.
  const images = Float32Array.from({ length: elementCount(shape) }, (_, at) => {
    const [x, y] = [(at % size) / size - 0.5, (Math.floor(at / size) % size) / size - 0.5];
    const isLung = Math.hypot(Math.abs(x) - 0.2, y * 0.7) < 0.15 && Math.hypot(x - 0.25, y) > 0.05;
    return (isLung || Math.hypot(x, y) > 0.45 ? -1 : 1) + 0.05 * random.normal();
  });
  const inNode = await model.predict(images.slice(), 1);
  await model.dispose();
  const inBrowser = await browser.predict(new Uint8Array(await readFile(shippedModel)), images, shape);
  expect(inBrowser.length).toBe(inNode.length);
  expect(Math.max(...inNode)).toBeGreaterThan(0.05);
  expect(Math.max(...inBrowser.map((value, at) => Math.abs(value - inNode[at])))).toBeLessThan(1e-3);
});
