/** The machine and the versions that a result was made with: no name of the machine, no path. */
import { availableParallelism, cpus, totalmem } from "node:os";
import packageFile from "../../package.json" with { type: "json" };

const bytesPerGb = 2 ** 30;

/** `threads`: what the run was told; all cores without it. */
export function machineFacts(threads: number = availableParallelism()) {
  return {
    program: packageFile.name,
    version: packageFile.version,
    node: process.version,
    runtime: `onnxruntime-node ${packageFile.dependencies["onnxruntime-node"]}`,
    platform: `${process.platform}-${process.arch}`,
    processor: cpus()[0]?.model.trim() ?? "unknown processor",
    cores: availableParallelism(),
    threads,
    memoryGb: Math.round(totalmem() / bytesPerGb),
  };
}
