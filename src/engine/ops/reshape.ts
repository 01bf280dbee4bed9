/** The same numbers in another shape: no copy. */
import { apply, integers, type Shape, type Value } from "#engine/graph.ts";
import type { Tape } from "#engine/tape.ts";

export function reshape(tape: Tape, value: Value, shape: Shape): Value {
  return apply(tape.graph, "Reshape", [value, integers(tape.graph, shape)], shape);
}
