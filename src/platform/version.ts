/** What this program calls itself, and its version, as its package says. */
import packageFile from "../../package.json" with { type: "json" };

export const programName = packageFile.name;
export const programVersion = packageFile.version;
export const runtimeVersion = `onnxruntime-node ${packageFile.dependencies["onnxruntime-node"]}`;
