/** The machine and the versions that a result was made with: no name of the machine, no path. */
import { availableParallelism, cpus, totalmem } from "node:os";
import { programName, programVersion, runtimeVersion } from "./version.ts";

const bytesPerGb = 2 ** 30;

/** `threads`: what the run was told; all cores without it. */
export function machineFacts(threads: number = availableParallelism()) {
  return {
    program: programName,
    version: programVersion,
    node: process.version,
    runtime: runtimeVersion,
    platform: `${process.platform}-${process.arch}`,
    processor: cpus()[0]?.model.trim() ?? "unknown processor",
    cores: availableParallelism(),
    threads,
    memoryGb: Math.round(totalmem() / bytesPerGb),
  };
}
