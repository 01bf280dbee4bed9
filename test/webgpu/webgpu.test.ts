/**
 * WebGPU without a GPU: ONNX Runtime's own WebGPU provider on SwiftShader, the software GPU that Debian's Chromium brings
 * (package chromium). It proves that every operator of training and prediction is there and computes the same; it says nothing
 * about speed.
 */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { lossNames, networkNames } from "#contract/training-configuration.ts";
import { chooseDevice } from "#engine/runtime/devices.ts";
import type { LossRun, NetworkRun } from "./network-run.ts";
import { noGpu, softwareGpu } from "./software-gpu.ts";

const folder = mkdtempSync(join(tmpdir(), "webgpu-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What a program prints that runs in a process with the software GPU. */
async function run<T>(script: string, ...args: string[]): Promise<T> {
  const command = ["--disable-warning=ExperimentalWarning", join(import.meta.dirname, script), ...args];
  const env = { ...process.env, ...softwareGpu };
  const { stdout } = await promisify(execFile)(process.execPath, command, { env, maxBuffer: 2 ** 26 });
  return JSON.parse(stdout);
}

function runNetwork(network: string, device: string): Promise<NetworkRun> {
  return run("run-network.ts", network, device, mkdtempSync(join(folder, `${network}-${device}-`)));
}

test("every loss and its gradient are the same on WebGPU as on the CPU, to 1e-5", async () => {
  const cpu = await run<LossRun[]>("run-losses.ts", "cpu");
  const gpu = await run<LossRun[]>("run-losses.ts", "webgpu");
  expect(gpu.map(({ name }) => name)).toEqual([...lossNames]);
  for (const [index, { name, loss, gradient }] of gpu.entries()) {
    expect(Math.abs(loss - cpu[index].loss), name).toBeLessThan(1e-5);
    const furthest = gradient.reduce(
      (most, value, at) => Math.max(most, Math.abs(value - cpu[index].gradient[at])),
      0,
    );
    expect(furthest, name).toBeLessThan(1e-5);
    expect(Math.max(...gradient), name).toBeGreaterThan(0);
  }
});

describe.each(networkNames)("%s with attention gates", (network) => {
  let cpu: NetworkRun;
  let gpu: NetworkRun;
  beforeAll(async () => {
    [cpu, gpu] = await Promise.all([runNetwork(network, "cpu"), runNetwork(network, "webgpu")]);
  });

  test("has the same losses over two training steps on WebGPU as on the CPU, to 1e-3", () => {
    expect(gpu.losses.length).toBe(2);
    for (const [step, loss] of gpu.losses.entries())
      expect(Math.abs(loss - cpu.losses[step])).toBeLessThan(1e-3);
    expect(gpu.losses[1]).toBeLessThan(gpu.losses[0]);
  });

  test("predicts the same probabilities on WebGPU as on the CPU, to 1e-3", () => {
    const furthest = gpu.probabilities.reduce(
      (most, value, at) => Math.max(most, Math.abs(value - cpu.probabilities[at])),
      0,
    );
    expect(furthest).toBeLessThan(1e-3);
  });

  test("runs every operator on WebGPU but the max pooling with indices and the reshaping of these", () => {
    expect(gpu.training.WebGpuExecutionProvider).toEqual(
      expect.arrayContaining(["Conv", "MatMul", "BatchNormalization", "Resize", "Pad", "ScatterElements"]),
    );
    expect(gpu.training.CPUExecutionProvider).toEqual(["MaxPool", "Reshape"]);
    expect(Object.keys(gpu.prediction)).toEqual(["WebGpuExecutionProvider"]);
    expect(Object.keys(cpu.training)).toEqual(["CPUExecutionProvider"]);
  });
});

describe("choosing a device", () => {
  test("without any GPU auto takes the CPU and says so, and one asked for by name is refused with what it needs", async () => {
    const before = { ...process.env };
    Object.assign(process.env, noGpu);
    try {
      const { device, sentence } = await chooseDevice("auto");
      expect(device).toBe("cpu");
      expect(sentence).toBe("Running on the CPU (cuda: none found; webgpu: none found).");
      await expect(chooseDevice("webgpu")).rejects.toThrow(/^webgpu cannot be used here: .*--device cpu\.$/);
      await expect(chooseDevice("cuda")).rejects.toThrow(/^cuda cannot be used here: .*CUDA 12/);
    } finally {
      process.env = before;
    }
  });

  test("a software GPU is slower than the CPU: auto passes it over and says how slow, by name it is taken", async () => {
    const before = { ...process.env };
    Object.assign(process.env, noGpu, softwareGpu);
    try {
      const { device, sentence } = await chooseDevice("auto");
      expect(device).toBe("cpu");
      expect(sentence).toMatch(
        /webgpu: slower, a trial of convolutions took \d+\.\d ms, on the CPU \d+\.\d ms/,
      );
      expect((await chooseDevice("webgpu")).device).toBe("webgpu");
    } finally {
      process.env = before;
    }
  });
});
