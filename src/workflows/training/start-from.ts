/**
 * Starting from weights that exist: of a model file or a checkpoint, taken by name where the shapes fit. What does not fit
 * (another number of channels, gates that are new) keeps its drawn values, and is said.
 */
import { readFile } from "node:fs/promises";
import { DelineateError } from "../../core/errors.ts";
import type { StateTensor, TrainingGraph } from "../../nn/emit.ts";
import { readOnnxConstants, readOnnxMetadata } from "../../nn/onnx-file.ts";
import { unfoldWeights } from "../../nn/unfold.ts";
import { readMetadata } from "../../node/load-model.ts";
import { decodeTensors } from "../../train/safetensors.ts";

/** Key of the model's metadata under which batch norm's tensors stand, as base64 of the safetensors layout. */
export const normsKey = "delineate-batch-norm";

export type TakenWeights = {
  readonly state: Map<string, StateTensor>;
  /** Names of the weights that were taken, and of those that keep their drawn values. */
  readonly taken: readonly string[];
  readonly drawn: readonly string[];
};

/** `drawn` is the state before the first step. Throws `file-not-found`, `bad-model`, `bad-checkpoint`. */
export async function startFrom(
  path: string,
  training: TrainingGraph,
  drawn: ReadonlyMap<string, StateTensor>,
): Promise<TakenWeights> {
  const file = await readFile(path).catch((cause: unknown) => {
    throw new DelineateError("file-not-found", `There is no model or checkpoint ${path} to start from.`, {
      cause,
    });
  });
  const given = path.endsWith(".onnx") ? weightsOfModel(file, path) : decodeTensors(file, path).tensors;
  const state = new Map(drawn);
  const taken: string[] = [];
  const kept: string[] = [];
  for (const { name, shape } of [...training.parameters, ...training.running]) {
    const tensor = given.get(name);
    const fits = tensor !== undefined && tensor.shape.join() === shape.join();
    if (fits) state.set(name, tensor);
    (fits ? taken : kept).push(name);
  }
  if (taken.length === 0) {
    throw new DelineateError(
      "bad-model",
      `${path} has no weights that fit: expected the network and the width of this training.`,
    );
  }
  return { state, taken, drawn: kept };
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
