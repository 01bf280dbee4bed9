/**
 * Both graphs of a network from its one description: the prediction graph (weights inside, batch norm folded, sigmoid at
 * the end) and the training graph (forward, loss, backward: the gradients of one batch). The optimiser is adam.ts.
 */
import { createRandom } from "#core/random.ts";
import { addInput, addOutput, apply, createGraph, type Graph, type Shape, type Value } from "./graph.ts";
import { sigmoid } from "./ops/pointwise.ts";
import { backward, createTape, type Parameter, type RunningState, type Tape, type Weights } from "./tape.ts";

/** From an image [batch, channels, height, width] to logits [batch, 1, height, width]. */
export type Network = (tape: Tape, image: Value) => Value;

/** Loss (one number) and its gradient with respect to the logits. */
export type LossFunction = (
  tape: Tape,
  logits: Value,
  target: Value,
) => { readonly loss: Value; readonly gradient: Value };

export type InputSize = { readonly channels: number; readonly height: number; readonly width: number };

/** The prediction graph: input `image`, output `probability`. Its first dimension is 1 here and free in the file. */
export function emitPrediction(network: Network, size: InputSize, weights: Weights): Graph {
  const graph = createGraph();
  const tape = createTape(graph, weights);
  const image = addInput(graph, "image", [1, size.channels, size.height, size.width]);
  addOutput(graph, sigmoid(tape, network(tape, image)), "probability");
  return graph;
}

export type TrainingGraph = {
  readonly graph: Graph;
  readonly batchShape: Shape;
  readonly targetShape: Shape;
  readonly parameters: readonly Parameter[];
  readonly running: readonly RunningState[];
  readonly dropouts: Tape["dropouts"];
  /** Factor of the L2 term of the parameters that decay; the optimiser adds it. */
  readonly l2: number;
};

/**
 * The training graph. Inputs: `image`, `target`, dropout masks; by name the parameters, the sum of gradients of each so far
 * (`gradientName`) and the running statistics. Outputs: `loss` and, under `nextName`, the new sums and statistics.
 *
 * `batch` is what is computed at once. A step may add the gradients of several such batches (trainer.ts, `accumulate`):
 * the loss and batch norm then see each of them by itself.
 *
 * The outputs' order matters: ONNX Runtime runs the last node without successor first, with all that it needs. The sums of
 * gradients come last and in the order of the layers, so that the backward pass computes each layer's weight gradient as
 * it reaches the layer and lets go of the layer's activations. (Without the Add, the weight gradients would all wait for
 * the end of the backward pass, and every activation and gradient with them.)
 */
export function emitTraining(
  network: Network,
  size: InputSize,
  options: { readonly batch: number; readonly loss: LossFunction; readonly l2: number },
): TrainingGraph {
  const graph = createGraph();
  const tape = createTape(graph);
  const batchShape = [options.batch, size.channels, size.height, size.width];
  const image = addInput(graph, "image", batchShape);
  const logits = network(tape, image);
  const target = addInput(graph, "target", logits.shape);
  const { loss, gradient } = options.loss(tape, logits, target);
  const gradients = backward(tape, logits, gradient);
  addOutput(graph, loss, "loss");
  for (const { name, shape } of tape.parameters) {
    const slope = gradients.get(name);
    if (slope === undefined)
      throw new Error(`parameter ${name} has no gradient: the output does not depend on it`);
    const sum = addInput(graph, gradientName(name), shape);
    addOutput(graph, apply(graph, "Add", [sum, slope], shape), nextName(gradientName(name)));
  }
  for (const { name, updated } of tape.running) addOutput(graph, updated, nextName(name));
  const { parameters, running, dropouts } = tape;
  return {
    graph,
    batchShape,
    targetShape: logits.shape,
    parameters,
    running,
    dropouts,
    l2: options.l2,
  };
}

export function gradientName(parameter: string): string {
  return `${parameter}:gradient`;
}

export function nextName(name: string): string {
  return `${name}:next`;
}

/** The names of Adam's two moments of a parameter. */
export function momentNames(parameter: string): readonly [string, string] {
  return [`${parameter}.moment-1`, `${parameter}.moment-2`];
}

export type StateTensor = { readonly shape: Shape; readonly data: Float32Array };

/** The state before the first step: drawn weights (each from its own stream of the seed), moments 0. */
export function initialState(training: TrainingGraph, seed: number): Map<string, StateTensor> {
  const random = createRandom(seed).fork("weights");
  const state = new Map<string, StateTensor>();
  for (const { name, shape, initial } of training.parameters) {
    const data = initial(random.fork(name));
    state.set(name, { shape, data });
    for (const moment of momentNames(name)) state.set(moment, { shape, data: new Float32Array(data.length) });
  }
  for (const { name, shape, initial } of training.running) state.set(name, { shape, data: initial() });
  return state;
}
