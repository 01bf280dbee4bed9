/**
 * Starting from weights that exist: of a model file or a checkpoint, taken by name where the shapes fit, with the normalisation
 * of the images that they know. Weights start a network that sees more neighbours than theirs (2.5D), and one
 * that is a whole number of times wider. What does not fit (any other width, gates that are new) keeps its drawn values, and is
 * said.
 */
import { basename } from "node:path";
import type { TrainingConfiguration } from "#contract/training-configuration.ts";
import { DelineateError } from "#core/errors.ts";
import type { Progress } from "#core/progress.ts";
import type { StateTensor, TrainingGraph } from "#engine/emit.ts";
import { readOnnxConstants, readOnnxMetadata } from "#engine/onnx-file.ts";
import { foldedBiases, unfoldWeights } from "#engine/unfold.ts";
import { readMetadata } from "#model/run/load-model.ts";
import { readWhole } from "#platform/missing.ts";
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

/** What weights are of, and what they see. */
type Seeing = Pick<
  TrainingConfiguration,
  "network" | "greyLevels" | "frame" | "view" | "width" | "context" | "contextSpacingMm"
>;

type Given = {
  readonly tensors: ReadonlyMap<string, StateTensor>;
  readonly normalisation: Normalisation;
  readonly folded?: FoldedBiases | undefined;
} & Seeing;

/**
 * The state to begin with; `drawnState` is the one from scratch. Progress says how many tensors were taken and which were not.
 * Throws `file-not-found`, `bad-model`, `bad-checkpoint`, and `usage` where the weights are another network's, know other grey levels, another part of a slice or neighbours at
 * another distance, or some do not fit and a share of all is to be kept.
 */
export async function startFrom(
  path: string,
  training: TrainingGraph & Seeing & Pick<TrainingConfiguration, "seed" | "startShare">,
  drawnState: ReadonlyMap<string, StateTensor>,
  progress: Progress,
): Promise<Start> {
  const file = await readStart(path);
  const source = path.endsWith(".onnx") ? fromModel(file, path) : fromCheckpoint(file, path);
  // A layer of the same name and shape there computes something else.
  if (source.network !== training.network)
    throw new DelineateError(
      "usage",
      `${path} holds the weights of ${source.network}, this training is of ${training.network}: add --set network=${source.network}, or leave --start-from out.`,
    );
  const { lowHu, highHu, levels } = source.greyLevels;
  const wantedLevels = training.greyLevels;
  if (lowHu !== wantedLevels.lowHu || highHu !== wantedLevels.highHu || levels !== wantedLevels.levels) {
    const adopt = Object.entries(source.greyLevels)
      .map(([name, value]) => `--set greyLevels.${name}=${value}`)
      .join(" ");
    throw new DelineateError(
      "usage",
      `${path} sees ${levels} grey levels from ${lowHu} to ${highHu} HU, this training would others: add ${adopt}.`,
    );
  }
  const sameView = source.view === training.view;
  // A click's square is of the same millimetres in either.
  if (sameView && training.view === "slice" && source.frame !== training.frame) {
    const seen = { slice: "whole slices", body: "the square that the body fills" };
    throw new DelineateError(
      "usage",
      `${path} sees ${seen[source.frame]}, this training ${seen[training.frame]}: add --set frame=${source.frame}.`,
    );
  }
  const neighbours = sameView && training.view === "slice" && source.context > 0 && training.context > 0;
  if (neighbours && source.contextSpacingMm !== training.contextSpacingMm) {
    throw new DelineateError(
      "usage",
      `${path} sees neighbours every ${source.contextSpacingMm} mm, this training every ${training.contextSpacingMm} mm: add --set contextSpacingMm=${source.contextSpacingMm}.`,
    );
  }
  const state = new Map(drawnState);
  const takenNames = new Set<string>();
  const widening = {
    times: source.folded === undefined ? training.width / source.width : 1,
    seed: training.seed,
  };
  const wantedTensors = [...training.parameters, ...training.running];
  // What reads the image comes first in every network.
  const [reading] = training.parameters;
  for (const { name, shape } of wantedTensors) {
    const known = source.tensors.get(name);
    const tensor = name === reading.name ? readingKernel(known, shape, sameView) : known;
    const fitting = tensor === undefined ? undefined : widen(tensor, shape, { ...widening, name });
    if (fitting === undefined) continue;
    state.set(name, fitting);
    takenNames.add(name);
  }
  // The last bias fits every width.
  if (![...takenNames].some((name) => name.endsWith(".weight"))) {
    throw new DelineateError(
      "bad-model",
      `${path} has no weights that fit: expected the width of this training, or one that it is a multiple of.`,
    );
  }
  // A bias tells of the batch norm of those weights that it was folded into.
  const folded =
    source.folded &&
    new Map([...source.folded].filter(([norm]) => takenNames.has(norm.replace(/norm$/, "weight"))));
  const drawnAnew = wantedTensors
    .map(({ name }) => name)
    .filter((name) => !takenNames.has(name) && !folded?.has(name.slice(0, name.lastIndexOf("."))));
  const some = `${drawnAnew.slice(0, 3).join(", ")}${drawnAnew.length > 3 ? ", ..." : ""}`;
  if (training.startShare > 0 && drawnAnew.length > 0)
    throw new DelineateError(
      "usage",
      `${path} does not hold ${some} of this network: drawn weights cannot be kept. Leave startShare out.`,
    );
  const whole = folded === undefined ? "all fit" : "batch norm is recovered from them";
  const note = drawnAnew.length === 0 ? whole : `drawn anew: ${some}`;
  progress.report(`tensors taken from ${basename(path)}`, takenNames.size, wantedTensors.length, note);
  return { state, normalisation: source.normalisation, folded };
}

/** Operating point of the model or of the training that the file is of; undefined where it does not say. Throws as `startFrom`. */
export async function thresholdOf(path: string): Promise<number | undefined> {
  const file = await readStart(path);
  return path.endsWith(".onnx")
    ? readMetadata(file, path).threshold
    : decodeCheckpoint(file, path).model?.threshold;
}

function readStart(path: string): Promise<Uint8Array> {
  return readWhole(path, `There is no model or checkpoint ${path} to start from.`);
}

/**
 * The kernel that reads the image, [out, 2j + 1, height, width] for j neighbours on each side, as [out, 2k + 1, height, width] with
 * k > j: as it is for the slices in the middle, 0 for those farther away. With k <= j it is returned as it is. Undefined in
 * another view, whose channels mean something else.
 */
function readingKernel(
  tensor: StateTensor | undefined,
  shape: readonly number[],
  sameView: boolean,
): StateTensor | undefined {
  if (tensor === undefined || !sameView) return undefined;
  const [out, before] = tensor.shape;
  const [, channels] = shape;
  if (before >= channels) return tensor;
  const data = new Float32Array(tensor.data.length * (channels / before));
  const kernel = tensor.data.length / out;
  const area = kernel / before;
  for (let index = 0; index < out; index++) {
    const from = (index * channels + (channels - before) / 2) * area;
    data.set(tensor.data.subarray(index * kernel, (index + 1) * kernel), from);
  }
  return { shape: [out, channels, ...tensor.shape.slice(2)], data };
}

function fromCheckpoint(file: Uint8Array, path: string): Given {
  const { tensors, configuration, normalisation } = decodeCheckpoint(file, path);
  return { ...configuration, tensors, normalisation };
}

function fromModel(file: Uint8Array, path: string): Given {
  const {
    normalisation,
    configuration,
    frame = configuration.frame,
    quantisation,
  } = readMetadata(file, path);
  if (quantisation !== undefined) {
    throw new DelineateError(
      "usage",
      `${path} holds its weights in 8 bits: start from the model that it was made from (SHA-256 ${quantisation.from.slice(0, 12)} ...).`,
    );
  }
  const norms = readOnnxMetadata(file).get(normsKey);
  const constants = readOnnxConstants(file);
  const known = { ...configuration, frame, normalisation };
  if (norms === undefined) return { ...known, tensors: constants, folded: foldedBiases(constants) };
  const normTensors = decodeTensors(Buffer.from(norms, "base64"), path).tensors;
  return { ...known, tensors: unfoldWeights(constants, normTensors) };
}
