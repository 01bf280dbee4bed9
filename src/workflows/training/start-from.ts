/**
 * Starting from weights that exist: of a model file or a checkpoint, taken by name where the shapes fit. What does not fit
 * (another number of channels, gates that are new) keeps its drawn values, and is said.
 */
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { DelineateError } from "../../core/errors.ts";
import type { Progress } from "../../core/progress.ts";
import type { StateTensor, TrainingGraph } from "../../nn/emit.ts";
import { readOnnxConstants, readOnnxMetadata } from "../../nn/onnx-file.ts";
import { unfoldWeights } from "../../nn/unfold.ts";
import { readMetadata } from "../../node/load-model.ts";
import { decodeTensors } from "../../train/safetensors.ts";

/** Key of the model's metadata under which batch norm's tensors stand, as base64 of the safetensors layout. */
export const normsKey = "delineate-batch-norm";

/**
 * The state to begin with; `drawn` is the one from scratch. Progress says how many tensors were taken and which were not.
 * Throws `file-not-found`, `bad-model`, `bad-checkpoint`.
 */
export async function startFrom(
  path: string,
  training: TrainingGraph,
  drawn: ReadonlyMap<string, StateTensor>,
  progress: Progress,
): Promise<ReadonlyMap<string, StateTensor>> {
  const file = await readFile(path).catch((cause: unknown) => {
    throw new DelineateError("file-not-found", `There is no model or checkpoint ${path} to start from.`, {
      cause,
    });
  });
  const given = path.endsWith(".onnx") ? weightsOfModel(file, path) : decodeTensors(file, path).tensors;
  const state = new Map(drawn);
  const kept: string[] = [];
  const wanted = [...training.parameters, ...training.running];
  for (const { name, shape } of wanted) {
    const tensor = given.get(name);
    if (tensor !== undefined && tensor.shape.join() === shape.join()) state.set(name, tensor);
    else kept.push(name);
  }
  if (kept.length === wanted.length) {
    throw new DelineateError(
      "bad-model",
      `${path} has no weights that fit: expected the network and the width of this training.`,
    );
  }
  const note = kept.length === 0 ? "all fit" : `drawn anew: ${kept.join(", ")}`;
  progress.report(`tensors taken from ${basename(path)}`, wanted.length - kept.length, wanted.length, note);
  return state;
}

function weightsOfModel(file: Uint8Array, path: string): ReadonlyMap<string, StateTensor> {
  readMetadata(file, path);
  const norms = readOnnxMetadata(file).get(normsKey);
  if (norms === undefined) {
    throw new DelineateError(
      "bad-model",
      `${path} does not hold its batch norm: a training cannot start from it, only from its run's checkpoint.safetensors.`,
    );
  }
  return unfoldWeights(readOnnxConstants(file), decodeTensors(Buffer.from(norms, "base64"), path).tensors);
}
