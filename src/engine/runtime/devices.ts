/** What this machine can compute on: the CPU always, a GPU through WebGPU or CUDA where it is there and faster (probe-device.ts). */
import { existsSync } from "node:fs";
import { DelineateError } from "#core/errors.ts";
import type { Probe } from "./probe-device.ts";
import type { Device } from "./session.ts";

export const deviceChoices = ["auto", "cpu", "webgpu", "cuda"] as const;
export type DeviceChoice = (typeof deviceChoices)[number];

type ChosenDevice = {
  readonly device: Device;
  /** What runs where, and why: a sentence for the beginning of a run. */
  readonly sentence: string;
};

/** `auto` takes the first of CUDA and WebGPU that beats the CPU. Throws `device-unavailable` for one that was asked for by name. */
export async function chooseDevice(choice: DeviceChoice): Promise<ChosenDevice> {
  if (choice === "cpu") return { device: "cpu", sentence: "Running on the CPU." };
  if (choice !== "auto") {
    const probe = await probeDevice(choice);
    if ("error" in probe) throw unavailable(choice, probe.error);
    return { device: choice, sentence: `Running on ${choice} (${describe(probe)}).` };
  }
  const reasons: string[] = [];
  for (const device of ["cuda", "webgpu"] as const) {
    const probe = isOutOfQuestion(device) ? { error: "no GPU" } : await probeDevice(device);
    if ("error" in probe) reasons.push(`${device}: none found`);
    else if (probe.gpuMs < probe.cpuMs)
      return { device, sentence: `Running on ${device} (${describe(probe)}).` };
    else reasons.push(`${device}: slower, ${describe(probe)}`);
  }
  return { device: "cpu", sentence: `Running on the CPU (${reasons.join("; ")}).` };
}

function describe({ gpuMs, cpuMs }: { readonly gpuMs: number; readonly cpuMs: number }): string {
  return `a trial of convolutions took ${gpuMs.toFixed(1)} ms, on the CPU ${cpuMs.toFixed(1)} ms`;
}

/** Loaded where there is something to try: most machines have no GPU, and the schema's library takes a while. */
async function probeDevice(device: Exclude<Device, "cpu">): Promise<Probe> {
  return (await import("./probe-device.ts")).probeDevice(device);
}

/** What Linux shows of a GPU: NVIDIA's driver, the graphics drivers' render nodes, or Windows' GPU in its Linux subsystem. */
const linuxGpus = {
  cuda: ["/dev/nvidiactl", "/dev/dxg"],
  webgpu: ["/dev/nvidiactl", "/dev/dri", "/dev/dxg"],
} as const;

/**
 * Without a process, which takes a quarter of a second: on Linux nothing can compute that shows no device, but a Vulkan driver that
 * the environment names.
 */
function isOutOfQuestion(device: keyof typeof linuxGpus): boolean {
  if (process.platform !== "linux" || linuxGpus[device].some((path) => existsSync(path))) return false;
  const { VK_DRIVER_FILES, VK_ICD_FILENAMES } = process.env;
  return device === "cuda" || (VK_DRIVER_FILES ?? VK_ICD_FILENAMES) === undefined;
}

const remedies = {
  webgpu: "It needs a GPU with a Vulkan, Metal or Direct3D 12 driver",
  cuda: "It needs an NVIDIA GPU, CUDA 12 with cuDNN 9, and ONNX Runtime's CUDA libraries in node_modules/onnxruntime-node",
} as const;

function unavailable(device: keyof typeof remedies, reason: string): DelineateError {
  const first = reason
    .split("\n")[0]
    .replace(/^.*was false\. /, "")
    .replace(/\.$/, "");
  return new DelineateError(
    "device-unavailable",
    `${device} cannot be used here: ${first}. ${remedies[device]}; or run with --device cpu.`,
  );
}
