/** Sessions of ONNX Runtime: the only folder that imports it. Graph bytes in, a function over float tensors out. */
import { availableParallelism } from "node:os";
import { InferenceSession, Tensor } from "onnxruntime-node";

/** What a graph can run on. Which of them are there is devices.ts. */
export const devices = ["cpu", "webgpu", "cuda"] as const;
export type Device = (typeof devices)[number];

export type SessionOptions = {
  /** The CPU by default. What a GPU has no kernel for runs on the CPU. */
  readonly device?: Device;
  /** Nodes, by name, that stay on the CPU: those that the GPU takes and cannot run (see `nodesForCpu`). */
  readonly cpuNodes?: readonly string[];
  /** Threads of one operator on the CPU; all cores by default. */
  readonly threads?: number;
  /** Prefix of a profile that ONNX Runtime writes when the session is released. */
  readonly profilePrefix?: string;
};

/**
 * How long a thread waits awake for its next part of an operator. By default it is milliseconds: on a machine with other work
 * a training step with two threads then takes half as much again of processor time (measured: 1.47 s against 0.99 s).
 */
const spinMicroseconds = "50";

/** Name, type and shape of an input or output. */
export type TensorFacts = InferenceSession.ValueMetadata;

export async function openSession(
  model: Uint8Array,
  options: SessionOptions = {},
): Promise<InferenceSession> {
  return InferenceSession.create(model, {
    executionProviders: providers(options),
    intraOpNumThreads: options.threads ?? availableParallelism(),
    interOpNumThreads: 1,
    graphOptimizationLevel: "all",
    // With it the second run allocates all that it needs anew, in one piece, beside what the first run left: twice the
    // memory for no gain in time.
    enableMemPattern: false,
    logSeverityLevel: 3,
    extra: { session: { intra_op: { spin_duration_us: spinMicroseconds } } },
    ...(options.profilePrefix === undefined
      ? {}
      : { enableProfiling: true, profileFilePrefix: options.profilePrefix }),
  });
}

function providers({
  device = "cpu",
  cpuNodes = [],
}: SessionOptions): InferenceSession.ExecutionProviderConfig[] {
  if (device === "webgpu") {
    // An empty list is no option to ONNX Runtime.
    const forced = cpuNodes.length === 0 ? {} : { forceCpuNodeNames: cpuNodes };
    return [{ name: "webgpu", ...forced }, "cpu"];
  }
  return device === "cuda" ? ["cuda", "cpu"] : ["cpu"];
}

export function floatTensor(data: Float32Array, shape: readonly number[]): Tensor {
  return new Tensor("float32", data, shape);
}

export function floats(tensor: { readonly data: unknown }): Float32Array {
  if (tensor.data instanceof Float32Array) return tensor.data;
  throw new Error("expected a tensor of 32-bit floats");
}
