/** A plan from a file: its own, or what another training was done with, as its model, checkpoint or run record tells. */
import { checkPlan } from "#contract/plan.ts";
import type { TrainingConfiguration } from "#contract/training-configuration.ts";
import { statedJson } from "#core/parsed-json.ts";
import { readMetadata } from "#model/run/load-model.ts";
import { readText, readWhole } from "#platform/missing.ts";
import { decodeCheckpoint } from "./checkpoint.ts";

/**
 * By the name's ending: `.onnx`, `.safetensors`, otherwise JSON: a plan, or the `run.json` of a training.
 * Throws `file-not-found`, `bad-configuration`, `bad-model`, `bad-checkpoint`.
 */
export async function readPlan(path: string): Promise<TrainingConfiguration> {
  const missing = `There is no plan ${path}. \`delineate plan\` prints one.`;
  if (path.endsWith(".onnx")) return readMetadata(await readWhole(path, missing), path).configuration;
  if (path.endsWith(".safetensors"))
    return decodeCheckpoint(await readWhole(path, missing), path).configuration;
  const value = statedJson(await readText(path, missing), path, "bad-configuration");
  return checkPlan(isRunRecord(value) ? value.options.configuration : value, path);
}

/** A `run.json` (contract/run-record.ts) of a training. */
function isRunRecord(value: unknown): value is { options: { configuration: unknown } } {
  if (typeof value !== "object" || value === null || !("verb" in value) || !("options" in value))
    return false;
  return typeof value.options === "object" && value.options !== null && "configuration" in value.options;
}
