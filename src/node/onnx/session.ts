/** Sessions of ONNX Runtime: the only folder that imports it. Graph bytes in, a function over float tensors out. */
import { availableParallelism } from "node:os";
import { InferenceSession, Tensor } from "onnxruntime-node";

export type SessionOptions = {
  /** Threads of one operator; all cores by default. */
  readonly threads?: number;
  /** Prefix of a profile that ONNX Runtime writes when the session is released. */
  readonly profilePrefix?: string;
};

export async function openSession(
  model: Uint8Array,
  options: SessionOptions = {},
): Promise<InferenceSession> {
  return InferenceSession.create(model, {
    executionProviders: ["cpu"],
    intraOpNumThreads: options.threads ?? availableParallelism(),
    interOpNumThreads: 1,
    graphOptimizationLevel: "all",
    // With it the second run allocates all that it needs anew, in one piece, beside what the first run left: twice the
    // memory for no gain in time.
    enableMemPattern: false,
    logSeverityLevel: 3,
    ...(options.profilePrefix === undefined
      ? {}
      : { enableProfiling: true, profileFilePrefix: options.profilePrefix }),
  });
}

export function floatTensor(data: Float32Array, shape: readonly number[]): Tensor {
  return new Tensor("float32", data, shape);
}

export function floats(tensor: { readonly data: unknown }): Float32Array {
  if (tensor.data instanceof Float32Array) return tensor.data;
  throw new Error("expected a tensor of 32-bit floats");
}
