/**
 * A prediction graph in 8 bits: convolutions, sums, joins, pooling and upsampling work on bytes, what else there is on floats, and
 * values change their form where the two meet. Pure: which ranges the values have is measured elsewhere (value-ranges.ts).
 * Arithmetic of Jacob 2018 (arXiv 1712.05877), equations 1 to 7: value = scale (byte - zero), one scale per value, and one per
 * output channel of the weights. Operators: QLinearConv of the ONNX standard; QLinearAdd and QLinearConcat of com.microsoft.
 */
import type { Graph, GraphNode } from "#engine/graph.ts";
import { type ByteForm, byteForm, type Range, weightBytes } from "./byte-form.ts";
import { type Layer, layersOf } from "./layers.ts";

/** Ranges by the name of the value. */
export type Ranges = ReadonlyMap<string, Range>;

/** Floats by name, and bytes where they are there; a missing form is made when it is asked for. */
type Forms = {
  readonly graph: Graph;
  readonly ranges: Ranges;
  readonly floats: Set<string>;
  readonly bytes: Map<string, ByteForm>;
};

/**
 * The same graph, its layers in 8 bits but for those whose output is named in `inFloats`. Throws an `Error` where a value that
 * is to be bytes has no range, or none of finite numbers: a fault of the caller.
 */
export function quantiseGraph(graph: Graph, ranges: Ranges, inFloats: ReadonlySet<string>): Graph {
  const quantised: Graph = { ...graph, nodes: [], constants: new Map() };
  const forms: Forms = {
    graph: quantised,
    ranges,
    floats: new Set(graph.inputs.map(({ name }) => name)),
    bytes: new Map(),
  };
  for (const layer of layersOf(graph)) {
    if (layer.kind === "floats" || inFloats.has(layer.output)) copyLayer(forms, graph, layer);
    else quantiseLayer(forms, graph, layer);
  }
  return quantised;
}

function copyLayer(forms: Forms, { constants }: Graph, { nodes }: Layer): void {
  for (const node of nodes) {
    for (const name of node.inputs) {
      const constant = constants.get(name);
      if (constant !== undefined) forms.graph.constants.set(name, constant);
      else if (name !== "") asFloats(forms, name);
    }
    forms.graph.nodes.push(node);
    for (const name of node.outputs) forms.floats.add(name);
  }
}

function quantiseLayer(forms: Forms, { constants }: Graph, { kind, nodes, output }: Layer): void {
  const [node] = nodes;
  const made = { ...node, outputs: [bytesName(output)], shapes: nodes[nodes.length - 1].shapes };
  if (kind === "moved") {
    const from = asBytes(forms, node.inputs[0]);
    const rest = node.inputs.slice(1);
    for (const name of rest) {
      const constant = constants.get(name);
      if (constant !== undefined) forms.graph.constants.set(name, constant);
    }
    forms.graph.nodes.push({ ...made, inputs: [from.name, ...rest] });
    forms.bytes.set(output, { ...from, name: bytesName(output) });
    return;
  }
  const own = declare(forms, output);
  const form = [own.scale, own.zero];
  if (kind === "conv") {
    const inputs = convInputs(forms, node, constants, form);
    forms.graph.nodes.push({ ...made, operator: "QLinearConv", inputs });
  } else {
    const parts = node.inputs.flatMap((name) => triple(asBytes(forms, name)));
    const [operator, inputs] =
      kind === "add" ? ["QLinearAdd", [...parts, ...form]] : ["QLinearConcat", [...form, ...parts]];
    forms.graph.nodes.push({ ...made, operator, domain: "com.microsoft", inputs });
  }
  forms.bytes.set(output, own);
}

/** Of QLinearConv, in its order; `form`: scale and zero of its result. */
function convInputs(
  forms: Forms,
  { inputs: [image, ...weights] }: GraphNode,
  constants: Graph["constants"],
  form: readonly string[],
): string[] {
  const [weight, bias] = weights.map((name) => constants.get(name));
  if (weight === undefined) throw new Error(`the weights of a convolution of ${image} are no constant`);
  const from = asBytes(forms, image);
  const parts = weightBytes(weight, bias, from.step);
  for (const constant of parts) forms.graph.constants.set(constant.name, constant);
  const [bytes, scales, zeros, sums] = parts.map(({ name }) => name);
  return [...triple(from), bytes, scales, zeros, ...form, sums];
}

const triple = ({ name, scale, zero }: ByteForm): string[] => [name, scale, zero];

const bytesName = (value: string): string => `${value}.bytes`;

/** Scale and zero of a value as constants of the graph. */
function declare({ graph, ranges }: Forms, value: string): ByteForm {
  const range = ranges.get(value);
  if (range === undefined) throw new Error(`the range of ${value} is not known`);
  const { form, constants } = byteForm(value, bytesName(value), range);
  for (const constant of constants) graph.constants.set(constant.name, constant);
  return form;
}

function asBytes(forms: Forms, value: string): ByteForm {
  const there = forms.bytes.get(value);
  if (there !== undefined) return there;
  const form = declare(forms, value);
  forms.graph.nodes.push(converting("QuantizeLinear", [value, form.scale, form.zero], form.name));
  forms.bytes.set(value, form);
  return form;
}

function asFloats(forms: Forms, value: string): void {
  if (forms.floats.has(value)) return;
  const { name, scale, zero } = asBytes(forms, value);
  forms.graph.nodes.push(converting("DequantizeLinear", [name, scale, zero], value));
  forms.floats.add(value);
}

function converting(operator: string, inputs: readonly string[], output: string): GraphNode {
  return { operator, inputs, outputs: [output], shapes: [], attributes: {} };
}
