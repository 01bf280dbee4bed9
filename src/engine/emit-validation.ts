/** The graph that measures a network on images whose target is known: prediction, and the training's loss beside it. */
import type { InputSize, LossFunction, Network } from "./emit.ts";
import { addInput, addOutput, createGraph, type Graph, type Shape } from "./graph.ts";
import { sigmoid } from "./ops/pointwise.ts";
import { createTape, type Weights } from "./tape.ts";

export type ValidationGraph = {
  readonly graph: Graph;
  readonly batchShape: Shape;
  readonly targetShape: Shape;
};

/** A network without dropout, batch norm with its running statistics, on a batch of the configured size. */
export type ValidationStep = (
  images: Float32Array,
  masks: Float32Array,
) => Promise<{ readonly loss: number; readonly probabilities: Float32Array }>;

/** Inputs `image` [batch, channels, height, width] and `target` [batch, 1, height, width]; outputs `probability` and `loss`. */
export function emitValidation(
  network: Network,
  size: InputSize,
  weights: Weights,
  { batch, loss }: { readonly batch: number; readonly loss: LossFunction },
): ValidationGraph {
  const graph = createGraph();
  const tape = createTape(graph, weights);
  const batchShape = [batch, size.channels, size.height, size.width];
  const logits = network(tape, addInput(graph, "image", batchShape));
  const target = addInput(graph, "target", logits.shape);
  addOutput(graph, sigmoid(tape, logits), "probability");
  addOutput(graph, loss(tape, logits, target).loss, "loss");
  return { graph, batchShape, targetShape: logits.shape };
}
