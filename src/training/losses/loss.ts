/**
 * What a loss is, and the few operations on pixels that the losses are written with. Each loss is a page of its own, works
 * on the logits z (p = sigmoid(z) would lose the digits near 0 and 1) and gives its gradient with respect to them.
 * A loss pools all pixels of the batch: where gradients are accumulated, of the part of the batch that is computed at once.
 */
import { apply, elementCount, type Graph, integers, scalar, type Value } from "#engine/graph.ts";
import { reshape } from "#engine/ops/reshape.ts";
import type { Tape } from "#engine/tape.ts";

export type Loss = {
  /** One number, shape [1]. */
  readonly loss: Value;
  /** Gradient with respect to the logits, of their shape. */
  readonly gradient: Value;
};

type PixelMath = {
  readonly graph: Graph;
  /** Pixels of the batch, N. */
  readonly count: number;
  /** An operator over every pixel. */
  full(operator: string, ...inputs: Value[]): Value;
  /** An operator over single numbers. */
  single(operator: string, ...inputs: Value[]): Value;
  number(value: number): Value;
  sum(pixels: Value): Value;
  mean(pixels: Value): Value;
  /** A single number as a loss, shape [1]. */
  asLoss(value: Value): Value;
};

/** For images of the logits' shape [batch, 1, height, width]. */
export function pixelMath(tape: Tape, { shape }: Value): PixelMath {
  const { graph } = tape;
  const count = elementCount(shape);
  const number = (value: number): Value => scalar(graph, value);
  const single = (operator: string, ...inputs: Value[]): Value => apply(graph, operator, inputs, []);
  const sum = (pixels: Value): Value =>
    apply(graph, ["ReduceSum", { keepdims: 0 }], [pixels, integers(graph, [0, 1, 2, 3])], []);
  return {
    graph,
    count,
    number,
    single,
    sum,
    full: (operator, ...inputs) => apply(graph, operator, inputs, shape),
    mean: (pixels) => single("Mul", sum(pixels), number(1 / count)),
    asLoss: (value) => reshape(tape, value, [1]),
  };
}
