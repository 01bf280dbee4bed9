/** A model of the server, run by this browser: on its GPU through WebGPU where there is one, else by WebAssembly. */

import glue from "onnxruntime-web/ort-wasm-simd-threaded.asyncify.mjs?url";
import wasm from "onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url";
import * as ort from "onnxruntime-web/webgpu";
import { sizeStep } from "#contract/training-configuration.ts";
import { byteRoutes } from "#contract/workspace/byte-routes.ts";
import {
  clickModelId,
  type ModelFacts,
  modelFactsSchema,
  secondModelId,
} from "#contract/workspace/model-facts.ts";
import { counted } from "#core/counted.ts";
import { type ContouringModel, inputOf } from "#model/model-input.ts";
import { inputChannels } from "#preprocess/prompt-view.ts";
import { fillPath, RequestError } from "../server/api.ts";

export type ModelHere = ContouringModel & {
  readonly facts: ModelFacts;
  /** In words, such as "WebAssembly, 2 threads". */
  readonly runtime: string;
};

/** More threads than this wait for each other. */
const mostThreads = 8;

/** Throws `RequestError`. `base`: the page's address. */
export async function openModel(modelId: string, base: string): Promise<ModelHere> {
  const get = async (path: string): Promise<Response> => {
    const response = await fetch(new URL(fillPath(path, { modelId }).slice(1), base));
    if (response.ok) return response;
    throw new RequestError("unreachable", "The server does not give its model out. Is it still running?");
  };
  const facts = modelFactsSchema.parse(await (await get(byteRoutes.modelFacts)).json());
  const file = new Uint8Array(await (await get(byteRoutes.model)).arrayBuffer());
  ort.env.wasm.wasmPaths = { mjs: new URL(glue, base).href, wasm: new URL(wasm, base).href };
  // Without the isolation that guard.ts asks for, browsers share no memory between threads.
  const threads = crossOriginIsolated ? Math.min(mostThreads, navigator.hardwareConcurrency) : 1;
  ort.env.wasm.numThreads = threads;
  const gpu = await hasGpu();
  const session = await ort.InferenceSession.create(file, {
    executionProviders: gpu ? ["webgpu", "wasm"] : ["wasm"],
    logSeverityLevel: 3,
  });
  const { configuration, flips, secondOpinion, quality } = facts.metadata;
  const { size } = configuration;
  const channels = inputChannels(configuration);
  const helpers = new Map<string, Promise<ModelHere>>();
  const helper = (id: string) => (): Promise<ModelHere> => {
    const opened = helpers.get(id) ?? openModel(id, base);
    helpers.set(id, opened);
    return opened;
  };
  return {
    facts,
    input: inputOf(facts.metadata),
    flips,
    quality,
    runtime: gpu ? "WebGPU" : `WebAssembly, ${counted(threads, "thread")}`,
    partsFrom: sizeStep,
    predict: async (images, batch, extent = [size, size]) => {
      const image = new ort.Tensor("float32", images, [batch, channels, ...extent]);
      const { probability } = await session.run({ image });
      return (await probability.getData()) as Float32Array;
    },
    clicks: helper(clickModelId),
    second: secondOpinion ? helper(secondModelId) : undefined,
  };
}

/** A GPU that the processor only imitates is a hundred times slower than the processor itself. */
async function hasGpu(): Promise<boolean> {
  const gpu = (navigator as { gpu?: { requestAdapter(): Promise<Adapter | null> } }).gpu;
  const adapter = await gpu?.requestAdapter().catch(() => null);
  return adapter != null && !(adapter.info?.isFallbackAdapter ?? adapter.isFallbackAdapter ?? false);
}

/** What is used of the browser's GPUAdapter, which the type packages do not know yet. */
type Adapter = {
  readonly isFallbackAdapter?: boolean;
  readonly info?: { readonly isFallbackAdapter?: boolean };
};
