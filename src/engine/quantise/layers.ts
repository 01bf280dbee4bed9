/** A prediction graph as layers: an operator with the ReLU after it, and whether there is arithmetic of bytes for it. */
import type { Graph, GraphNode } from "#engine/graph.ts";

/** `moved`: bytes stay what they are, or become means of their neighbours; `floats`: there is none. */
type LayerKind = "conv" | "add" | "concat" | "moved" | "floats";

export type Layer = {
  readonly kind: LayerKind;
  /** One, or the operator and its ReLU, which in bytes is the cut at 0. */
  readonly nodes: readonly GraphNode[];
  /** The name of its only result, or of the first. */
  readonly output: string;
};

const kinds: Readonly<Record<string, LayerKind>> = {
  Conv: "conv",
  Add: "add",
  Concat: "concat",
  MaxPool: "moved",
  Resize: "moved",
};

/** In the order of the graph. */
export function layersOf({ nodes }: Graph): readonly Layer[] {
  const users = new Map<string, GraphNode[]>();
  for (const node of nodes)
    for (const name of node.inputs) users.set(name, [...(users.get(name) ?? []), node]);
  const joined = new Set<GraphNode>();
  return nodes.flatMap((node): Layer[] => {
    if (joined.has(node)) return [];
    const kind = kinds[node.operator] ?? "floats";
    const [next, ...others] = users.get(node.outputs[0]) ?? [];
    const fuses = (kind === "conv" || kind === "add") && others.length === 0 && next?.operator === "Relu";
    if (fuses) joined.add(next);
    const own = fuses ? [node, next] : [node];
    return [{ kind, nodes: own, output: own[own.length - 1].outputs[0] }];
  });
}
