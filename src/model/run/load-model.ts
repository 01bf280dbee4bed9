/** A model file, ready to predict: its metadata parsed, its digest taken, its session open. */
import { createHash } from "node:crypto";
import { identityOf, type ModelIdentity } from "#contract/model-identity.ts";
import { type ModelMetadata, modelMetadataKey, modelMetadataSchema } from "#contract/model-metadata.ts";
import { sizeStep } from "#contract/training-configuration.ts";
import { DelineateError } from "#core/errors.ts";
import { freeImageSize, readOnnxMetadata } from "#engine/onnx-file.ts";
import { createPredictor } from "#engine/runtime/predictor.ts";
import type { SessionOptions } from "#engine/runtime/session.ts";
import { type ContouringModel, inputOf } from "#model/model-input.ts";
import { readWhole } from "#platform/missing.ts";
import { inputChannels } from "#preprocess/prompt-view.ts";
import { isSealed } from "./model-seal.ts";

/** A model that can contour, wherever it was trained. */
export type RunnableModel = ContouringModel &
  ModelIdentity & {
    /** Networks of the program's that were asked as well, so far. */
    helpers(): readonly ModelIdentity[];
    dispose(): Promise<void>;
  };

export type LoadedModel = RunnableModel & { readonly metadata: ModelMetadata };

type LoadOptions = SessionOptions & {
  /** Ask the second network, even if the model does not say so. */
  readonly secondOpinion?: boolean;
};

/** The model that comes with the program, for research (models/gtv.md). */
export const shippedModel = new URL("../../../models/gtv.onnx", import.meta.url);

/** The network that is asked what belongs to a tumour that another found (segment/second-look/second-opinion.ts). */
export const secondModel = new URL("../../../models/second.onnx", import.meta.url);

/** The network that answers clicks (preprocess/prompt-view.ts). */
export const clickModel = new URL("../../../models/click.onnx", import.meta.url);

/** Throws `file-not-found`, `bad-model`, and `usage` for a model in 8 bits on a GPU. */
export async function loadModel(
  path: string | URL,
  { secondOpinion, ...options }: LoadOptions = {},
): Promise<LoadedModel> {
  const bytes = await readWhole(path, `There is no model file ${path}.`);
  const metadata = readMetadata(bytes, String(path));
  refuseDevice(metadata, String(path), options);
  const predictor = await createPredictor(freeImageSize(bytes), options);
  const { size } = metadata.configuration;
  const channels = inputChannels(metadata.configuration);
  const clicks = whenAsked(clickModel, options);
  const second = whenAsked(secondModel, options);
  return {
    metadata,
    name: metadata.name,
    version: metadata.version,
    input: inputOf(metadata),
    flips: metadata.flips,
    quality: metadata.quality,
    digest: createHash("sha256").update(bytes).digest("hex"),
    partsFrom: sizeStep,
    predict: (images, batch, extent = [size, size]) =>
      predictor.predict(images, [batch, channels, ...extent]),
    clicks: clicks.model,
    second: secondOpinion || metadata.secondOpinion ? second.model : undefined,
    helpers: () => [...clicks.asked(), ...second.asked()],
    dispose: async () => {
      await predictor.dispose();
      await clicks.dispose();
      await second.dispose();
    },
  };
}

/** A network of the program's that helps another, loaded when it is asked for first. */
export function whenAsked(path: URL, options: SessionOptions) {
  let loading: Promise<LoadedModel> | undefined;
  const loaded: ModelIdentity[] = [];
  return {
    model: (): Promise<LoadedModel> => {
      loading ??= loadModel(path, options).then((model) => {
        loaded.push(identityOf(model));
        return model;
      });
      return loading;
    },
    /** None or one. */
    asked: (): readonly ModelIdentity[] => loaded,
    dispose: async (): Promise<void> => {
      await loading?.then(
        (model) => model.dispose(),
        () => undefined,
      );
    },
  };
}

/** What a GPU has no kernels for would run on the CPU in silence, every value carried to and fro. */
function refuseDevice(
  { quantisation }: ModelMetadata,
  where: string,
  { device = "cpu" }: SessionOptions,
): void {
  if (quantisation === undefined || device === "cpu") return;
  throw new DelineateError(
    "usage",
    `${where} computes in 8 bits, on the CPU: add --device cpu, or use the model that it was made from (SHA-256 ${quantisation.from.slice(0, 12)} ...).`,
  );
}

/** Throws `bad-model`, also where the file was changed since it was written: what it says is read only after that. */
export function readMetadata(bytes: Uint8Array, where: string): ModelMetadata {
  let text: string | undefined;
  try {
    text = readOnnxMetadata(bytes).get(modelMetadataKey);
  } catch (cause) {
    throw new DelineateError("bad-model", `${where} is no ONNX file or is damaged.`, { cause });
  }
  if (text === undefined) {
    throw new DelineateError("bad-model", `${where} is no model that delineate made: it lacks its metadata.`);
  }
  if (!isSealed(bytes)) {
    throw new DelineateError(
      "bad-model",
      `${where} was changed since it was written: its weights or its metadata do not match its digest. Use the original file.`,
    );
  }
  const parsed = modelMetadataSchema.safeParse(JSON.parse(text));
  if (parsed.success) return parsed.data;
  const first = parsed.error.issues[0];
  throw new DelineateError(
    "bad-model",
    `${where} is damaged, or was made by another version of delineate (${first.path.join(".")}: ${first.message}).`,
  );
}
