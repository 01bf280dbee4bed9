/**
 * A prediction graph in 8 bits: convolutions, sums, joins, pooling and upsampling work on bytes, what else there is on floats, and
 * values change their form where the two meet. Pure: which ranges the values have is measured elsewhere (value-ranges.ts).
 * Arithmetic of Jacob 2018 (arXiv 1712.05877), equations 1 to 7: value = scale (byte - zero), one scale per value, and one per
 * output channel of the weights. Operators: com.microsoft's for bytes whose channels come last.
 */
import { floatConstant, type Graph, type GraphNode } from "#engine/graph.ts";
import {
  addNode,
  asBytes,
  type ByteGraph,
  bytesName,
  copyNode,
  createByteGraph,
  declareBytes,
  type Ranges,
} from "./byte-graph.ts";
import { convolveBytes, weightsOf } from "./convolve-bytes.ts";
import { enlargeInBytes, enlargeInFloats } from "./convolve-enlarged.ts";
import { type Layer, layersOf } from "./layers.ts";

/**
 * The same graph, its layers in 8 bits but for those whose output is named in `inFloats`. Throws an `Error` where a value that
 * is to be bytes has no range, or none of finite numbers: a fault of the caller.
 */
export function quantiseGraph(graph: Graph, ranges: Ranges, inFloats: ReadonlySet<string>): Graph {
  const layers = layersOf(graph);
  const inBytes = ({ kind, output }: Layer): boolean => kind !== "floats" && !inFloats.has(output);
  const byteGraph = createByteGraph(graph, withSharedRanges(ranges, layers.filter(inBytes)));
  for (const layer of layers) {
    if (inBytes(layer)) quantiseLayer(byteGraph, layer, graph.constants);
    else if (layer.pointwise !== undefined) enlargeInFloats(byteGraph, layer, graph.constants);
    else for (const node of layer.nodes) copyNode(byteGraph, node, graph.constants);
  }
  return byteGraph.graph;
}

/** What is joined gets the range of the whole, which it would be written in anyway: to join is then to copy. */
function withSharedRanges(ranges: Ranges, layers: readonly Layer[]): Ranges {
  const shared = new Map(ranges);
  for (const { kind, nodes, output } of layers) {
    const outputRange = ranges.get(output);
    if (kind !== "concat" || outputRange === undefined) continue;
    for (const name of nodes[0].inputs) shared.set(name, outputRange);
  }
  return shared;
}

function quantiseLayer(byteGraph: ByteGraph, layer: Layer, constants: Graph["constants"]): void {
  const { kind, nodes, output } = layer;
  const [node] = nodes;
  if (kind === "enlarged") enlargeInBytes(byteGraph, layer, constants);
  else if (kind === "moved") move(byteGraph, node);
  else if (kind === "concat") join(byteGraph, node);
  else if (kind === "add") {
    const parts = node.inputs.flatMap((name) => triple(byteGraph, name));
    const form = declareBytes(byteGraph, output);
    addNode(byteGraph, "QLinearAdd", [...parts, form.scale, form.zero], form.name);
    byteGraph.bytes.set(output, form);
  } else {
    const from = asBytes(byteGraph, node.inputs[0]);
    const form = declareBytes(byteGraph, output);
    convolveBytes(byteGraph, from, { ...weightsOf(node, constants), form, attributes: node.attributes });
    byteGraph.bytes.set(output, form);
  }
}

function triple(byteGraph: ByteGraph, value: string): string[] {
  const { name, scale, zero } = asBytes(byteGraph, value);
  return [name, scale, zero];
}

/** Bytes keep their scale: the largest under a window, or means of neighbours. */
function move(byteGraph: ByteGraph, { operator, inputs, outputs: [output], attributes }: GraphNode): void {
  const from = asBytes(byteGraph, inputs[0]);
  const name = bytesName(output);
  if (operator === "MaxPool") addNode(byteGraph, ["NhwcMaxPool", attributes], [from.name], name);
  else {
    const scales = floatConstant(byteGraph.graph, "scales_2_last", [4], [1, 2, 2, 1]);
    addNode(byteGraph, ["Resize", attributes], [from.name, "", scales.name], name);
  }
  byteGraph.bytes.set(output, { ...from, name });
}

function join(byteGraph: ByteGraph, { inputs, outputs: [output] }: GraphNode): void {
  const parts = inputs.map((name) => asBytes(byteGraph, name));
  const form = declareBytes(byteGraph, output);
  const lastAxis = { axis: 3 };
  // What is moved as well keeps the scale that it came with.
  if (parts.every(({ step, zeroByte }) => step === form.step && zeroByte === form.zeroByte)) {
    const names = parts.map(({ name }) => name);
    addNode(byteGraph, ["Concat", lastAxis], names, form.name);
  } else {
    const triples = inputs.flatMap((name) => triple(byteGraph, name));
    addNode(byteGraph, ["QLinearConcat", lastAxis], [form.scale, form.zero, ...triples], form.name);
  }
  byteGraph.bytes.set(output, form);
}
