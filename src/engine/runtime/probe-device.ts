/**
 * A GPU, tried in a process of its own, which a faulty driver may end and where its talk does not reach the terminal; and timed,
 * since many Linux systems offer a GPU that is drawn by the CPU, at a hundredth of its speed.
 */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { z } from "zod";
import type { Device } from "./session.ts";

/** What probe-device.worker.ts prints. */
const probeSchema = z.union([
  z.strictObject({ gpuMs: z.number(), cpuMs: z.number() }),
  z.strictObject({ error: z.string() }),
]);
export type Probe = z.infer<typeof probeSchema>;

const probeLimitMs = 60_000;

export async function probeDevice(device: Exclude<Device, "cpu">): Promise<Probe> {
  const script = fileURLToPath(new URL("./probe-device.worker.ts", import.meta.url));
  const options = { timeout: probeLimitMs };
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [script, device], options);
    return probeSchema.parse(JSON.parse(stdout));
  } catch (cause) {
    // The process ended without an answer: the driver crashed or hangs, or its answer is none.
    return { error: cause instanceof Error ? cause.message : String(cause) };
  }
}
