/** The model file of a training: the prediction graph with what it needs and what it is as metadata. */
import { type ModelMetadata, modelMetadataKey } from "#contract/model-metadata.ts";
import { emitPrediction, type InputSize, type Network } from "#engine/emit.ts";
import { encodeOnnx } from "#engine/onnx-file.ts";
import { foldedAway } from "#engine/unfold.ts";
import { sealModel } from "#model/run/model-seal.ts";
import { writeFileAtomic } from "#platform/write-file.ts";
import { encodeTensors, type NamedTensor } from "#training/safetensors.ts";
import { normsKey } from "./start/start-from.ts";

/** `weights` are the parameters and the running statistics by name. */
export async function writeModel(
  path: string,
  model: {
    readonly network: Network;
    readonly size: InputSize;
    readonly weights: ReadonlyMap<string, NamedTensor>;
    readonly metadata: ModelMetadata;
  },
): Promise<void> {
  const data = new Map([...model.weights].map(([name, tensor]) => [name, tensor.data]));
  const graph = emitPrediction(model.network, model.size, data);
  const norms = encodeTensors({ tensors: foldedAway(model.weights, graph.constants), metadata: {} });
  const metadata = {
    [modelMetadataKey]: JSON.stringify(model.metadata),
    [normsKey]: Buffer.from(norms).toString("base64"),
  };
  const file = sealModel(encodeOnnx(graph, { freeBatch: true, metadata }));
  await writeFileAtomic(path, file, { force: true });
}
