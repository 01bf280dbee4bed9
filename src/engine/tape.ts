/**
 * The tape that a network's description is played on. While training it records for each operator how a gradient flows
 * back, and `backward` plays that in reverse as further nodes of the same graph; for prediction nothing is recorded,
 * weights are constants and batch norm is folded into the convolution before it.
 */
import type { Random } from "#core/random.ts";
import { apply, type Constant, type Graph, type Shape, type Value } from "./graph.ts";

/** Named float arrays: weights, running statistics. */
export type Weights = ReadonlyMap<string, Float32Array>;

export type Parameter = {
  readonly name: string;
  readonly shape: Shape;
  /** L2 regularisation acts on convolution weights only: not on biases, nor on batch norm's scale and shift. */
  readonly decays: boolean;
  /** Draws the initial values. */
  readonly initial: (random: Random) => Float32Array;
};

/** State that a training step updates without a gradient: running statistics. */
export type RunningState = {
  readonly name: string;
  readonly shape: Shape;
  readonly initial: () => Float32Array;
  readonly updated: Value;
};

export type Tape = {
  readonly graph: Graph;
  /** Undefined while training: weights are inputs of the graph then. */
  readonly weights: Weights | undefined;
  readonly parameters: Parameter[];
  readonly running: RunningState[];
  /** Dropout masks, fed at each step: channels kept, scaled by 1 / (1 - rate). */
  readonly dropouts: { readonly input: Value; readonly rate: number }[];
  readonly records: TapeRecord[];
  /** Prediction only: the convolutions without bias, by their output, for batch norm to fold into. */
  readonly foldable: Map<string, { readonly weight: string; readonly node: number }>;
};

type TapeRecord = {
  readonly output: Value;
  readonly inputs: readonly Value[];
  /** Gradients of the inputs, in their order, from the output's; undefined where none is needed. */
  readonly backward: (gradient: Value) => readonly (Value | undefined)[];
};

export function createTape(graph: Graph, weights?: Weights): Tape {
  return { graph, weights, parameters: [], running: [], dropouts: [], records: [], foldable: new Map() };
}

/** A trained value: an input of the training graph, a constant of the prediction graph. */
export function parameter(tape: Tape, definition: Parameter): Value {
  if (tape.parameters.some(({ name }) => name === definition.name)) {
    throw new Error(`two parameters of the network are called ${definition.name}`);
  }
  tape.parameters.push(definition);
  const value = { name: definition.name, shape: definition.shape };
  if (tape.weights === undefined) tape.graph.inputs.push(value);
  else
    tape.graph.constants.set(
      definition.name,
      weightConstant(tape.weights, definition.name, definition.shape),
    );
  return value;
}

export function weightConstant(weights: Weights, name: string, shape: Shape): Constant {
  const data = weights.get(name);
  if (data === undefined) throw new Error(`the weights have no ${name}`);
  return { name, shape, data };
}

export function record(
  tape: Tape,
  output: Value,
  inputs: readonly Value[],
  backward: TapeRecord["backward"],
): Value {
  if (tape.weights === undefined) tape.records.push({ output, inputs, backward });
  return output;
}

/**
 * The loss's gradient with respect to each value that `from` depends on, by its name; `gradient` is the one with respect to
 * `from`. Those of a value that is used several times are added.
 */
export function backward(tape: Tape, from: Value, gradient: Value): Map<string, Value> {
  const gradients = new Map<string, Value>([[from.name, gradient]]);
  for (const { output, inputs, backward: flow } of tape.records.toReversed()) {
    const incoming = gradients.get(output.name);
    if (incoming === undefined) continue;
    flow(incoming).forEach((part, index) => {
      if (part === undefined) return;
      const { name, shape } = inputs[index];
      const sum = gradients.get(name);
      gradients.set(name, sum === undefined ? part : apply(tape.graph, "Add", [sum, part], shape));
    });
  }
  return gradients;
}

/** True if a gradient of `value` is needed: it is a parameter or depends on one. The image needs none. */
export function needsGradient(tape: Tape, value: Value): boolean {
  return (
    tape.parameters.some(({ name }) => name === value.name) ||
    tape.records.some(({ output }) => output.name === value.name)
  );
}
