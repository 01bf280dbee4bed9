/**
 * Starting from weights that exist: of a model file or a checkpoint, taken by name where the shapes fit, with the normalisation
 * of the images that they know. Weights of a network that sees slices alone start one that sees neighbours too (2.5D), those of a
 * narrower network one that is a whole number of times wider. What does not fit (any other width, gates that are new) keeps its
 * drawn values, and is said.
 */
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import type { TrainingConfiguration } from "#contract/training-configuration.ts";
import { DelineateError } from "#core/errors.ts";
import type { Progress } from "#core/progress.ts";
import type { StateTensor, TrainingGraph } from "#engine/emit.ts";
import { readOnnxConstants, readOnnxMetadata } from "#engine/onnx-file.ts";
import { foldedBiases, unfoldWeights } from "#engine/unfold.ts";
import { readMetadata } from "#model/run/load-model.ts";
import type { GreyLevels } from "#preprocess/grey-levels.ts";
import type { Normalisation } from "#preprocess/normalise.ts";
import { decodeTensors } from "#training/safetensors.ts";
import { decodeCheckpoint } from "../checkpoint.ts";
import type { FoldedBiases } from "./recover-norms.ts";
import { widen } from "./widen.ts";

/** Key of the model's metadata under which batch norm's tensors stand, as base64 of the safetensors layout. */
export const normsKey = "delineate-batch-norm";

/** What a training begins with. */
export type Start = {
  readonly state: ReadonlyMap<string, StateTensor>;
  /** Of the images that the weights know; undefined for weights that were drawn. */
  readonly normalisation?: Normalisation | undefined;
  /** Where the file holds no batch norm: what recover-norms.ts needs to find it. */
  readonly folded?: FoldedBiases | undefined;
};

type Given = {
  readonly tensors: ReadonlyMap<string, StateTensor>;
  readonly normalisation: Normalisation;
  readonly greyLevels: GreyLevels;
  readonly width: number;
  readonly folded?: FoldedBiases | undefined;
};

/**
 * The state to begin with; `drawn` is the one from scratch. Progress says how many tensors were taken and which were not.
 * Throws `file-not-found`, `bad-model`, `bad-checkpoint`, and `usage` where the weights know other grey levels, or some do not fit
 * and a share of all is to be kept.
 */
export async function startFrom(
  path: string,
  training: TrainingGraph &
    Pick<TrainingConfiguration, "greyLevels" | "view" | "width" | "seed" | "startShare">,
  drawn: ReadonlyMap<string, StateTensor>,
  progress: Progress,
): Promise<Start> {
  const file = await readFile(path).catch((cause: unknown) => {
    throw new DelineateError("file-not-found", `There is no model or checkpoint ${path} to start from.`, {
      cause,
    });
  });
  const given = path.endsWith(".onnx") ? fromModel(file, path) : fromCheckpoint(file, path);
  const { lowHu, highHu, levels } = given.greyLevels;
  const wantedLevels = training.greyLevels;
  if (lowHu !== wantedLevels.lowHu || highHu !== wantedLevels.highHu || levels !== wantedLevels.levels) {
    const adopt = Object.entries(given.greyLevels)
      .map(([name, value]) => `--set greyLevels.${name}=${value}`)
      .join(" ");
    throw new DelineateError(
      "usage",
      `${path} sees ${levels} grey levels from ${lowHu} to ${highHu} HU, this training would others: add ${adopt}.`,
    );
  }
  const state = new Map(drawn);
  const kept: string[] = [];
  const widening = {
    times: given.folded === undefined ? training.width / given.width : 1,
    seed: training.seed,
  };
  const wanted = [...training.parameters, ...training.running];
  for (const { name, shape } of wanted) {
    const tensor =
      training.view === "slice" ? amidNeighbours(given.tensors.get(name), shape) : given.tensors.get(name);
    const fitting = tensor === undefined ? undefined : widen(tensor, shape, { ...widening, name });
    if (fitting === undefined) kept.push(name);
    else state.set(name, fitting);
  }
  if (kept.length === wanted.length) {
    throw new DelineateError(
      "bad-model",
      `${path} has no weights that fit: expected the network and the width of this training.`,
    );
  }
  if (training.startShare > 0 && kept.length > 0)
    throw new DelineateError(
      "usage",
      `${path} does not hold ${kept.slice(0, 3).join(", ")}${kept.length > 3 ? ", ..." : ""} of this network: drawn weights cannot be kept. Leave startShare out.`,
    );
  const note = kept.length === 0 ? "all fit" : `drawn anew: ${kept.join(", ")}`;
  progress.report(`tensors taken from ${basename(path)}`, wanted.length - kept.length, wanted.length, note);
  return { state, normalisation: given.normalisation, folded: given.folded };
}

/**
 * A kernel [out, 1, height, width] that sees one slice, as [out, 2k + 1, height, width]: as it is for the slice in the middle, 0
 * for its neighbours. Other tensors are returned as they are.
 */
function amidNeighbours(tensor: StateTensor | undefined, shape: readonly number[]): StateTensor | undefined {
  if (tensor === undefined || tensor.shape.length !== 4 || tensor.shape[1] !== 1 || shape[1] % 2 === 0)
    return tensor;
  const [, channels] = shape;
  const [out] = tensor.shape;
  const area = tensor.data.length / out;
  const data = new Float32Array(out * channels * area);
  for (let index = 0; index < out; index++) {
    const kernel = tensor.data.subarray(index * area, (index + 1) * area);
    data.set(kernel, (index * channels + (channels - 1) / 2) * area);
  }
  return { shape: [out, channels, ...tensor.shape.slice(2)], data };
}

function fromCheckpoint(file: Uint8Array, path: string): Given {
  const { tensors, configuration, normalisation } = decodeCheckpoint(file, path);
  return { tensors, normalisation, greyLevels: configuration.greyLevels, width: configuration.width };
}

function fromModel(file: Uint8Array, path: string): Given {
  const { normalisation, configuration, quantisation } = readMetadata(file, path);
  if (quantisation !== undefined) {
    throw new DelineateError(
      "usage",
      `${path} holds its weights in 8 bits: start from the model that it was made from (SHA-256 ${quantisation.from.slice(0, 12)} ...).`,
    );
  }
  const norms = readOnnxMetadata(file).get(normsKey);
  const constants = readOnnxConstants(file);
  const known = { normalisation, greyLevels: configuration.greyLevels, width: configuration.width };
  if (norms === undefined) return { ...known, tensors: constants, folded: foldedBiases(constants) };
  const kept = decodeTensors(Buffer.from(norms, "base64"), path).tensors;
  return { ...known, tensors: unfoldWeights(constants, kept) };
}
