/** The models that a workspace can contour with: the shipped one, and those put into its `models` folder. */
import { createHash } from "node:crypto";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ModelMetadata } from "#contract/model-metadata.ts";
import { clickModelId, secondModelId } from "#contract/workspace/model-facts.ts";
import { DelineateError } from "#core/errors.ts";
import { clickModel, readMetadata, secondModel, shippedModel } from "#model/run/load-model.ts";

export const shippedModelId = "shipped";

type KnownModel = {
  readonly id: string;
  readonly label: string;
  readonly path: string;
  readonly digest: string;
  readonly metadata: ModelMetadata;
};

/** The shipped one first. Files that are no models of this program are left out. */
export async function listModels(folder: string): Promise<KnownModel[]> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith(".onnx")).sort();
  const others = await Promise.all(
    names.map((name) => describe(name, join(folder, name)).catch(() => undefined)),
  );
  return [
    await describe(shippedModelId, fileURLToPath(shippedModel)),
    ...others.filter((model) => model !== undefined),
  ];
}

/** Throws `not-found`. */
export async function findModel(folder: string, id: string): Promise<KnownModel> {
  const model = (await listModels(folder)).find((candidate) => candidate.id === id);
  if (model !== undefined) return model;
  throw new DelineateError(
    "not-found",
    `There is no model ${id} in the models folder of the data folder: put it there.`,
  );
}

/** Networks that help another. */
const helpers = new Map([
  [clickModelId, clickModel],
  [secondModelId, secondModel],
]);

/** What a page may run by itself: one of the list, or a network that helps it. Throws `not-found`. */
export async function findForPage(folder: string, id: string): Promise<KnownModel> {
  const helper = helpers.get(id);
  return helper === undefined ? findModel(folder, id) : describe(id, fileURLToPath(helper));
}

const knownModels = new Map<string, KnownModel>();

/** Read once for a path and its time of change: model files are large. */
async function describe(id: string, path: string): Promise<KnownModel> {
  const key = `${path} ${(await stat(path)).mtimeMs}`;
  const model = knownModels.get(key) ?? (await read(id, path));
  knownModels.set(key, model);
  return model;
}

async function read(id: string, path: string): Promise<KnownModel> {
  const bytes = await readFile(path);
  const metadata = readMetadata(bytes, path);
  const digest = createHash("sha256").update(bytes).digest("hex");
  return { id, label: `${metadata.name} ${metadata.version}`, path, digest, metadata };
}
