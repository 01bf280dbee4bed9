/** A prediction graph as layers: an operator with what is computed together with it, and whether there is arithmetic of bytes for it. */
import type { Constant, Graph, GraphNode } from "#engine/graph.ts";

/**
 * `moved`: bytes stay what they are, or become means of their neighbours; `enlarged`: a convolution of an image enlarged by 2, at
 * times with a convolution of single pixels after it; `floats`: there is no arithmetic of bytes.
 */
type LayerKind = "conv" | "add" | "concat" | "moved" | "enlarged" | "floats";

export type Layer = {
  readonly kind: LayerKind;
  /** In the order of the graph. A ReLU is the cut at 0 of the bytes before it. */
  readonly nodes: readonly GraphNode[];
  /** The name of its only result, or of the first. */
  readonly output: string;
  /** Of an enlarged image, the convolution of single pixels that ends it. */
  readonly pointwise?: GraphNode | undefined;
  /** What of it may be bytes. */
  readonly values: readonly string[];
};

const kinds: Readonly<Record<string, LayerKind>> = {
  Conv: "conv",
  Add: "add",
  Concat: "concat",
  MaxPool: "moved",
  Resize: "moved",
};

/** In the order of the graph. */
export function layersOf({ nodes, constants }: Graph): readonly Layer[] {
  const users = new Map<string, GraphNode[]>();
  for (const node of nodes)
    for (const name of node.inputs) users.set(name, [...(users.get(name) ?? []), node]);
  /** The only node that uses a node's result, if there is but one. */
  const onlyUser = ({ outputs: [result] }: GraphNode): GraphNode | undefined => {
    const [next, ...others] = users.get(result) ?? [];
    return others.length === 0 ? next : undefined;
  };
  const withRelu = (node: GraphNode): readonly GraphNode[] => {
    const next = onlyUser(node);
    return next?.operator === "Relu" ? [node, next] : [node];
  };
  const joined = new Set<GraphNode>();
  return nodes.flatMap((node): Layer[] => {
    if (joined.has(node)) return [];
    const next = onlyUser(node);
    let kind = kinds[node.operator] ?? "floats";
    let pointwise: GraphNode | undefined;
    let layerNodes: readonly GraphNode[] = kind === "conv" || kind === "add" ? withRelu(node) : [node];
    if (next !== undefined && isEnlarging(node, constants) && isConvolution(next, 3, constants)) {
      kind = "enlarged";
      layerNodes = [node, ...withRelu(next)];
      const last = onlyUser(layerNodes[layerNodes.length - 1]);
      if (last !== undefined && isConvolution(last, 1, constants)) {
        layerNodes = [...layerNodes, last];
        pointwise = last;
      }
    }
    for (const part of layerNodes) joined.add(part);
    const [output] = layerNodes[layerNodes.length - 1].outputs;
    const between = pointwise === undefined ? [] : [pointwise.inputs[0]];
    return [{ kind, nodes: layerNodes, output, pointwise, values: [...between, output] }];
  });
}

type Constants = ReadonlyMap<string, Constant>;

/** Bilinear, by 2 in both directions, as `upsample2` writes it. */
function isEnlarging({ operator, inputs, attributes }: GraphNode, constants: Constants): boolean {
  const scales = constants.get(inputs[2] ?? "")?.data ?? [];
  return (
    operator === "Resize" &&
    attributes.mode === "linear" &&
    attributes.coordinate_transformation_mode === "half_pixel" &&
    Array.from(scales, Number).join() === "1,1,2,2"
  );
}

/** A square kernel of that size, at every pixel. */
function isConvolution(
  { operator, inputs, attributes }: GraphNode,
  size: number,
  constants: Constants,
): boolean {
  const allEqual = (name: string, value: number): boolean => {
    const entries = attributes[name];
    return Array.isArray(entries) && entries.every((entry) => entry === value);
  };
  const kernel = constants.get(inputs[1] ?? "")?.shape ?? [];
  return (
    operator === "Conv" &&
    kernel[2] === size &&
    kernel[3] === size &&
    allEqual("strides", 1) &&
    allEqual("pads", (size - 1) / 2)
  );
}
