/** The file of a model in 8 bits: its graph, and in its metadata what it was made from and what it costs. */
import { createHash } from "node:crypto";
import { type ModelMetadata, modelMetadataKey, modelMetadataSchema } from "#contract/model-metadata.ts";
import { eightBitVersion, type Quantisation } from "#contract/quantisation.ts";
import type { Graph } from "#engine/graph.ts";
import { encodeOnnx } from "#engine/onnx-file.ts";
import { sealModel } from "#model/run/model-seal.ts";
import { writeFileAtomic } from "#platform/write-file.ts";
import { refuseLoss } from "./measure-loss.ts";

/** `before`: of the fp32 model, a file called `model`. Throws `bad-model` where too much is lost, `file-exists` without `force`. */
export async function writeQuantised(
  graph: Graph,
  { before, quantisation }: { readonly before: ModelMetadata; readonly quantisation: Quantisation },
  { model, out, force }: { readonly model: string; readonly out: string; readonly force: boolean },
): Promise<{ readonly metadata: ModelMetadata; readonly digest: string }> {
  refuseLoss(quantisation.loss, model);
  const version = eightBitVersion(before.version);
  const metadata = modelMetadataSchema.parse({ ...before, version, quantisation });
  const entries = { [modelMetadataKey]: JSON.stringify(metadata) };
  const file = sealModel(encodeOnnx(graph, { freeBatch: true, metadata: entries }));
  await writeFileAtomic(out, file, { force });
  return { metadata, digest: createHash("sha256").update(file).digest("hex") };
}
