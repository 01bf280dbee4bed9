/**
 * Nodes that must stay on the CPU although WebGPU takes them: its max pooling has no indices (ONNX Runtime 1.30), which a
 * training's gradient follows. All else of both networks and every loss runs on the GPU (test/webgpu).
 */
import type { Graph } from "#engine/graph.ts";

/** Names of the nodes in the file that `encodeOnnx` writes: each is called as its first output. */
export function nodesForCpu(graph: Graph): string[] {
  return graph.nodes
    .filter(({ operator, outputs }) => operator === "MaxPool" && outputs.length > 1)
    .map(({ outputs }) => outputs[0]);
}
