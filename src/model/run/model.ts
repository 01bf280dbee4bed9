/** `delineate model`: what a model file says of itself, as values and as a card; and notes added to it. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import {
  type ModelMetadata,
  modelMetadataKey,
  modelMetadataSchema,
  modelNotesSchema,
} from "#contract/model-metadata.ts";
import { DelineateError } from "#core/errors.ts";
import { readOnnxConstants, setOnnxMetadata } from "#engine/onnx-file.ts";
import type { ModelFacts } from "#model/model-card.ts";
import { writeFileAtomic } from "#platform/write-file.ts";
import { readMetadata } from "./load-model.ts";
import { checkSeal, type Seal, sealModel, unsealed } from "./model-seal.ts";

export type DescribedModel = {
  readonly metadata: ModelMetadata;
  readonly facts: ModelFacts;
  /** `none` for a file of format 1: nothing tells whether it was changed. */
  readonly seal: Seal;
};

/** Throws `file-not-found`, `bad-model`, also for a file that was changed since it was written. */
export async function describeModel(path: string | URL): Promise<DescribedModel> {
  return describe(await readModel(path), String(path));
}

function describe(bytes: Uint8Array, where: string): DescribedModel {
  const metadata = readMetadata(bytes, where);
  let parameters = 0;
  for (const { data } of readOnnxConstants(bytes).values()) parameters += data.length;
  const digest = createHash("sha256").update(bytes).digest("hex");
  return { metadata, facts: { digest, bytes: bytes.length, parameters }, seal: checkSeal(bytes) };
}

/**
 * Adds the notes in a JSON file (modelNotesSchema) to a model: metrics and sentences after those that it has, version, frame
 * and date instead of its own. The weights stay as they are. Throws also `bad-configuration`, `file-exists` without `force`.
 */
export async function annotateModel(request: {
  readonly model: string | URL;
  readonly notes: string;
  readonly out: string;
  readonly force: boolean;
}): Promise<DescribedModel> {
  const notes = await readNotes(request.notes);
  return rewriteMetadata(request.model, request, (before) => ({
    ...before,
    metrics: [...before.metrics, ...(notes.metrics ?? [])],
    trainingData: [...before.trainingData, ...(notes.trainingData ?? [])],
    limitations: [...before.limitations, ...(notes.limitations ?? [])],
    version: notes.version ?? before.version,
    ...(notes.frame === undefined ? {} : { frame: notes.frame }),
    ...(notes.date === undefined ? {} : { date: notes.date }),
  }));
}

/** The same weights with other metadata, sealed anew. Throws `file-not-found`, `bad-model`, `file-exists` without `force`. */
export async function rewriteMetadata(
  model: string | URL,
  { out, force }: { readonly out: string; readonly force: boolean },
  change: (before: ModelMetadata) => ModelMetadata,
): Promise<DescribedModel> {
  const bytes = await readModel(model);
  const metadata = modelMetadataSchema.parse({ ...change(readMetadata(bytes, String(model))), format: 2 });
  const changed = sealModel(setOnnxMetadata(unsealed(bytes), modelMetadataKey, JSON.stringify(metadata)));
  await writeFileAtomic(out, changed, { force });
  return describe(changed, out);
}

async function readModel(path: string | URL): Promise<Uint8Array> {
  return readFile(path).catch((cause: unknown) => {
    throw new DelineateError("file-not-found", `There is no model file ${path}.`, { cause });
  });
}

async function readNotes(path: string) {
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new DelineateError("file-not-found", `There is no file of notes ${path}.`, { cause });
  });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new DelineateError("bad-configuration", `${path} is no JSON file.`, { cause });
  }
  const parsed = modelNotesSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [first] = parsed.error.issues;
  throw new DelineateError("bad-configuration", `${path}: ${first.path.join(".")}: ${first.message}.`);
}
