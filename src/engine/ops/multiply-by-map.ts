/** Multiplication of all channels by one map, as attention gates do. Source of the gradient: calculus. */
import { apply, integers, shapeFault, type Value } from "#engine/graph.ts";
import { record, type Tape } from "#engine/tape.ts";

/** [batch, channels, height, width] times [batch, 1, height, width] at every pixel. */
export function multiplyByMap(tape: Tape, x: Value, map: Value): Value {
  const { graph } = tape;
  const [batch, , height, width] = x.shape;
  if (map.shape.join() !== [batch, 1, height, width].join()) {
    throw shapeFault("multiplyByMap", "an image and a map of one channel of its size", x.shape, map.shape);
  }
  const times = (a: Value, b: Value): Value => apply(graph, "Mul", [a, b], x.shape);
  return record(tape, times(x, map), [x, map], (gradient) => [
    times(gradient, map),
    apply(graph, ["ReduceSum", { keepdims: 1 }], [times(gradient, x), integers(graph, [1])], map.shape),
  ]);
}
