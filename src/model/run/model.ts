/** `delineate model`: what a model file says of itself, as values and as a card; and notes added to it. */
import { createHash } from "node:crypto";
import {
  type ModelMetadata,
  modelMetadataKey,
  modelMetadataSchema,
  modelNotesSchema,
} from "#contract/model-metadata.ts";
import { eightBitVersion } from "#contract/quantisation.ts";
import { readOnnxConstants, setOnnxMetadata } from "#engine/onnx-file.ts";
import type { ModelFacts } from "#model/model-card.ts";
import { readWhole } from "#platform/missing.ts";
import { refuseExisting, writeTogether } from "#platform/write-file.ts";
import { readMetadata } from "./load-model.ts";
import { sealModel, unsealed } from "./model-seal.ts";
import { readStated } from "./read-stated.ts";

export type DescribedModel = {
  readonly metadata: ModelMetadata;
  readonly facts: ModelFacts;
};

/** Throws `file-not-found`, `bad-model`, also for a file that was changed since it was written. */
export async function describeModel(path: string | URL): Promise<DescribedModel> {
  return describe(await readModel(path), String(path));
}

function describe(bytes: Uint8Array, where: string): DescribedModel {
  const metadata = readMetadata(bytes, where);
  const parameters = metadata.quantisation?.parameters ?? countWeights(bytes);
  const digest = createHash("sha256").update(bytes).digest("hex");
  return { metadata, facts: { digest, bytes: bytes.length, parameters } };
}

function countWeights(bytes: Uint8Array): number {
  let count = 0;
  for (const { data } of readOnnxConstants(bytes).values()) count += data.length;
  return count;
}

/**
 * Adds the notes in a JSON file (modelNotesSchema) to a model: metrics and sentences after those that it has, version and
 * date instead of its own. The weights stay as they are. Throws also `bad-configuration`, `file-exists` without `force`.
 */
export async function annotateModel(request: {
  readonly model: string | URL;
  readonly notes: string;
  readonly out: string;
  readonly force: boolean;
}): Promise<DescribedModel> {
  const { notes: path } = request;
  const notes = await readStated(path, modelNotesSchema, `There is no file of notes ${path}.`);
  return rewriteMetadata(request.model, request, (before) => ({
    ...before,
    metrics: [...before.metrics, ...(notes.metrics ?? [])],
    trainingData: [...before.trainingData, ...(notes.trainingData ?? [])],
    limitations: [...before.limitations, ...(notes.limitations ?? [])],
    version: versionIn(before, notes.version ?? before.version),
    ...(notes.date === undefined ? {} : { date: notes.date }),
  }));
}

function versionIn({ quantisation }: ModelMetadata, version: string): string {
  return quantisation === undefined ? version : eightBitVersion(version);
}

/** What a model is rewritten to, and the files that are written with it or not at all. */
type Rewritten = {
  readonly out: string;
  readonly force: boolean;
  readonly beside?: readonly { readonly path: string; readonly content: string }[];
};

/** The same weights with other metadata, sealed anew. Throws `file-not-found`, `bad-model`, `file-exists` without `force`. */
export async function rewriteMetadata(
  model: string | URL,
  { out, force, beside = [] }: Rewritten,
  change: (before: ModelMetadata) => ModelMetadata,
): Promise<DescribedModel> {
  const bytes = await readModel(model);
  const metadata = modelMetadataSchema.parse(change(readMetadata(bytes, String(model))));
  const changed = sealModel(setOnnxMetadata(unsealed(bytes), modelMetadataKey, JSON.stringify(metadata)));
  for (const { path } of [...beside, { path: out }]) await refuseExisting(path, { force });
  await writeTogether([...beside, { path: out, content: changed }]);
  return describe(changed, out);
}

async function readModel(path: string | URL): Promise<Uint8Array> {
  return readWhole(path, `There is no model file ${path}.`);
}
