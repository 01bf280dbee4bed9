/** The least and the greatest that each value of a prediction graph takes on given images: asked of the graph itself, as outputs. */
import type { Graph, GraphNode, Value } from "#engine/graph.ts";
import type { Range } from "./byte-form.ts";
import type { Ranges } from "./byte-graph.ts";
import { layersOf } from "./layers.ts";

const outputNames = (value: string) => ({ low: `${value}.low`, high: `${value}.high` });

/** Inputs, and what layers give that bytes can hold. */
function valuesOf(graph: Graph): readonly string[] {
  const byteLayers = layersOf(graph).filter(({ kind }) => kind !== "floats");
  return [...graph.inputs.map(({ name }) => name), ...byteLayers.flatMap(({ values }) => values)];
}

/** The graph with two numbers for each value as its only outputs. */
export function withRangeOutputs(graph: Graph): Graph {
  const names = valuesOf(graph).map((value) => ({ value, ...outputNames(value) }));
  const extreme = (operator: string, value: string, output: string): GraphNode => {
    return { operator, inputs: [value], outputs: [output], shapes: [], attributes: { keepdims: 0 } };
  };
  const nodes = names.flatMap(({ value, low, high }) => [
    extreme("ReduceMin", value, low),
    extreme("ReduceMax", value, high),
  ]);
  const outputs = names.flatMap(({ low, high }): Value[] => [low, high].map((name) => ({ name, shape: [] })));
  return { ...graph, nodes: [...graph.nodes, ...nodes], outputs };
}

/** Over all images; `results`: what that graph gave for each of them, by name. */
export function joinRanges(graph: Graph, results: readonly ReadonlyMap<string, number>[]): Ranges {
  return new Map(
    valuesOf(graph).map((value): [string, Range] => {
      const { low, high } = outputNames(value);
      const extremes = (name: string): number[] => results.map((result) => result.get(name) ?? Number.NaN);
      return [value, { low: Math.min(...extremes(low)), high: Math.max(...extremes(high)) }];
    }),
  );
}
