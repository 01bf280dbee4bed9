/**
 * A graph of ONNX operators under construction: plain nodes, constants, inputs and outputs, every value with its shape.
 * Not here: gradients (tape.ts), the file format (onnx-file.ts), running it (engine/runtime).
 * Operators are those of the ONNX standard, operator set 18.
 */

export type Shape = readonly number[];

/** A named tensor of known shape; nothing is computed when the graph is built. */
export type Value = { readonly name: string; readonly shape: Shape };

export type Attribute = number | string | readonly number[] | { readonly float: number };

type Attributes = Readonly<Record<string, Attribute>>;

/** The name of an operator, with its attributes where it is given any. */
export type Operation = string | readonly [operator: string, attributes: Attributes];

export type GraphNode = {
  readonly operator: string;
  /** Of the operator's set; the ONNX standard's where there is none. */
  readonly domain?: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Of the outputs, in their order. */
  readonly shapes: readonly Shape[];
  readonly attributes: Attributes;
};

export type Constant = {
  readonly name: string;
  readonly shape: Shape;
  readonly data: Float32Array | BigInt64Array | Int32Array | Int8Array | Uint8Array;
};

export type Graph = {
  readonly nodes: GraphNode[];
  readonly constants: Map<string, Constant>;
  readonly inputs: Value[];
  readonly outputs: Value[];
};

export function createGraph(): Graph {
  return { nodes: [], constants: new Map(), inputs: [], outputs: [] };
}

export function addInput(graph: Graph, name: string, shape: Shape): Value {
  const value = { name, shape };
  graph.inputs.push(value);
  return value;
}

/** Marks `value` as an output called `name`. */
export function addOutput(graph: Graph, value: Value, name: string): void {
  graph.nodes.push({
    operator: "Identity",
    inputs: [value.name],
    outputs: [name],
    shapes: [value.shape],
    attributes: {},
  });
  graph.outputs.push({ name, shape: value.shape });
}

/** One node with one output of the given shape. */
export function apply(
  graph: Graph,
  operation: Operation,
  inputs: readonly (Value | undefined)[],
  shape: Shape,
): Value {
  return applyMany(graph, operation, inputs, [shape])[0];
}

/** One node with several outputs. An undefined input is an optional one left out. */
export function applyMany(
  graph: Graph,
  operation: Operation,
  inputs: readonly (Value | undefined)[],
  shapes: readonly Shape[],
): Value[] {
  const [operator, attributes] = typeof operation === "string" ? [operation, {}] : operation;
  const base = `${operator.toLowerCase()}_${graph.nodes.length}`;
  const outputs = shapes.map((shape, index) => ({ name: index === 0 ? base : `${base}_${index}`, shape }));
  graph.nodes.push({
    operator,
    inputs: inputs.map((input) => input?.name ?? ""),
    outputs: outputs.map((output) => output.name),
    shapes,
    attributes,
  });
  return outputs;
}

/** A float constant; equal names must mean equal contents. */
export function floatConstant(graph: Graph, name: string, shape: Shape, data: ArrayLike<number>): Value {
  if (!graph.constants.has(name)) graph.constants.set(name, { name, shape, data: Float32Array.from(data) });
  return { name, shape };
}

export function scalar(graph: Graph, value: number): Value {
  return floatConstant(graph, `scalar_${value}`, [], [value]);
}

/** A vector of integers, as operators take shapes, axes and starts. */
export function integers(graph: Graph, values: readonly number[]): Value {
  const name = `integers_${values.join("_")}`;
  if (!graph.constants.has(name)) {
    graph.constants.set(name, { name, shape: [values.length], data: BigInt64Array.from(values, BigInt) });
  }
  return { name, shape: [values.length] };
}

/** Shapes by name of all that is computed or fed; not of constants. */
export function shapesOf(graph: Graph): Map<string, Shape> {
  const shapes = new Map<string, Shape>(graph.inputs.map(({ name, shape }) => [name, shape]));
  for (const { outputs, shapes: outputShapes } of graph.nodes) {
    for (const [at, name] of outputs.entries()) shapes.set(name, outputShapes[at]);
  }
  return shapes;
}

export function elementCount(shape: Shape): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** A fault in a network's description, found while the graph is built. */
export function shapeFault(operator: string, expected: string, ...got: readonly Shape[]): Error {
  return new Error(
    `${operator}: expected ${expected}, got ${got.map((shape) => `[${shape.join(", ")}]`).join(" and ")}`,
  );
}
