/**
 * A graph in 8 bits under construction. Every value has a form in floats, channels first as in the fp32 graph, or one in bytes,
 * channels last, as ONNX Runtime's kernels of bytes want them; a missing form is made when it is asked for.
 */
import type { Constant, Graph, GraphNode, Operation } from "#engine/graph.ts";
import { type ByteForm, byteForm, type Range } from "./byte-form.ts";

/** Ranges by the name of the value. */
export type Ranges = ReadonlyMap<string, Range>;

/** Operators that the ONNX standard has not, or not for channels that come last. */
const microsoft = new Set([
  "QLinearConv",
  "QLinearAdd",
  "QLinearConcat",
  "NhwcMaxPool",
  "MatMulIntegerToFloat",
]);

export type ByteGraph = {
  readonly graph: Graph;
  readonly ranges: Ranges;
  readonly floats: Set<string>;
  readonly bytes: Map<string, ByteForm>;
};

/** With the inputs and outputs of `graph`, and nothing between. */
export function createByteGraph(graph: Graph, ranges: Ranges): ByteGraph {
  return {
    graph: { ...graph, nodes: [], constants: new Map() },
    ranges,
    floats: new Set(graph.inputs.map(({ name }) => name)),
    bytes: new Map(),
  };
}

/** Adds a node with one result; its name. */
export function addNode(
  { graph }: ByteGraph,
  operation: Operation,
  inputs: readonly string[],
  output: string,
): string {
  const [operator, attributes] = typeof operation === "string" ? [operation, {}] : operation;
  const domain = microsoft.has(operator) ? { domain: "com.microsoft" } : {};
  graph.nodes.push({ operator, ...domain, inputs, outputs: [output], shapes: [], attributes });
  return output;
}

/** Names of the constants. */
export function addConstants({ graph }: ByteGraph, constants: readonly Constant[]): string[] {
  for (const constant of constants) graph.constants.set(constant.name, constant);
  return constants.map(({ name }) => name);
}

/** Adds a node of the fp32 graph as it is, its inputs in floats. */
export function copyNode(byteGraph: ByteGraph, node: GraphNode, constants: Graph["constants"]): void {
  for (const name of node.inputs) {
    const constant = constants.get(name);
    if (constant !== undefined) addConstants(byteGraph, [constant]);
    else if (name !== "") asFloats(byteGraph, name);
  }
  byteGraph.graph.nodes.push(node);
  for (const name of node.outputs) byteGraph.floats.add(name);
}

/** Scale, zero and name of a value's bytes, as constants of the graph. Throws an `Error` where its range is not known. */
export function declareBytes(byteGraph: ByteGraph, value: string): ByteForm {
  const range = byteGraph.ranges.get(value);
  if (range === undefined) throw new Error(`the range of ${value} is not known`);
  const { form, constants } = byteForm(value, bytesName(value), range);
  addConstants(byteGraph, constants);
  return form;
}

export const bytesName = (value: string): string => `${value}.bytes`;

/** The value in bytes. */
export function asBytes(byteGraph: ByteGraph, value: string): ByteForm {
  const existingForm = byteGraph.bytes.get(value);
  if (existingForm !== undefined) return existingForm;
  const form = declareBytes(byteGraph, value);
  const last = addNode(byteGraph, ["Transpose", { perm: [0, 2, 3, 1] }], [value], `${value}.last`);
  addNode(byteGraph, "QuantizeLinear", [last, form.scale, form.zero], form.name);
  byteGraph.bytes.set(value, form);
  return form;
}

export const channelsFirst: Operation = ["Transpose", { perm: [0, 3, 1, 2] }];

/** Makes the value's floats, unless they are there. */
export function asFloats(byteGraph: ByteGraph, value: string): void {
  if (byteGraph.floats.has(value)) return;
  const { name, scale, zero } = asBytes(byteGraph, value);
  const last = addNode(byteGraph, "DequantizeLinear", [name, scale, zero], `${value}.last`);
  addNode(byteGraph, channelsFirst, [last], value);
  byteGraph.floats.add(value);
}
