/**
 * Adam with L2 (Kingma and Ba 2015; the L2 term is added to the gradient, as torch.optim.Adam does) as nodes of the
 * training graph. The bias corrections depend on the step's number alone: they are two scalars that are fed.
 *
 *   g = g + l2 w;  m = b1 m + (1 - b1) g;  v = b2 v + (1 - b2) g^2
 *   w = w - stepSize m / (sqrt(v) rootCorrection + eps)
 */
import { addInput, apply, type Graph, scalar, type Value } from "./graph.ts";

export const adamDefaults = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 } as const;

export type AdamInputs = { readonly stepSize: Value; readonly rootCorrection: Value };

export function addAdamInputs(graph: Graph): AdamInputs {
  return {
    stepSize: addInput(graph, "step-size", []),
    rootCorrection: addInput(graph, "root-correction", []),
  };
}

/** What is fed at step `step` (1-based): learning rate over 1 - b1^step, and 1 / sqrt(1 - b2^step). */
export function adamCorrections(
  learningRate: number,
  step: number,
): { stepSize: number; rootCorrection: number } {
  const { beta1, beta2 } = adamDefaults;
  return {
    stepSize: learningRate / (1 - beta1 ** step),
    rootCorrection: 1 / Math.sqrt(1 - beta2 ** step),
  };
}

/** The updated weight and its two moments. */
export function adamStep(
  graph: Graph,
  fed: AdamInputs,
  weight: Value,
  gradient: Value,
  l2: number,
): { weight: Value; moment1: Value; moment2: Value; inputs: readonly [Value, Value] } {
  const { beta1, beta2, epsilon } = adamDefaults;
  const { shape } = weight;
  const op = (operator: string, ...inputs: Value[]): Value => apply(graph, operator, inputs, shape);
  const scaled = (value: Value, factor: number): Value => op("Mul", value, scalar(graph, factor));
  const old1 = addInput(graph, `${weight.name}.moment-1`, shape);
  const old2 = addInput(graph, `${weight.name}.moment-2`, shape);
  const slope = l2 === 0 ? gradient : op("Add", gradient, scaled(weight, l2));
  const moment1 = op("Add", scaled(old1, beta1), scaled(slope, 1 - beta1));
  const moment2 = op("Add", scaled(old2, beta2), scaled(op("Mul", slope, slope), 1 - beta2));
  const root = op("Add", op("Mul", op("Sqrt", moment2), fed.rootCorrection), scalar(graph, epsilon));
  const step = op("Mul", op("Div", moment1, root), fed.stepSize);
  return { weight: op("Sub", weight, step), moment1, moment2, inputs: [old1, old2] };
}
