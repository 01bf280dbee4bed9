/**
 * A training graph's sums of products over batch and pixels, for each channel, as dot products: batch norm's squares and the
 * products of its backward pass. ONNX Runtime's ReduceSumSquare runs at a quarter of memory's speed, and Mul with ReduceSum
 * writes and reads the product; a matrix product of one row and one column (FusedMatMul, domain com.microsoft) reads each factor
 * once. Sums are taken in another order, else nothing changes. For the CPU only: a GPU would sum each image on one core.
 */
import { type Graph, type GraphNode, integers, type Shape, shapesOf } from "#engine/graph.ts";

/** Of an image's channel; below, starting a product costs what it saves (equal at 1024, half the speed at 64). */
const manyPixels = 1024;

export function dotSums(graph: Graph): Graph {
  const shapes = shapesOf(graph);
  const uses = new Map<string, number>();
  for (const { inputs } of graph.nodes) for (const name of inputs) uses.set(name, (uses.get(name) ?? 0) + 1);
  const axes = integers(graph, [0, 2, 3]).name;
  const products = new Map(
    graph.nodes
      .filter(({ operator, outputs }) => operator === "Mul" && uses.get(outputs[0]) === 1)
      .map((node) => [node.outputs[0], node]),
  );
  const factorsOf = ({ operator, inputs, attributes }: GraphNode): readonly string[] | undefined => {
    if (inputs[1] !== axes || attributes.keepdims !== 0) return undefined;
    if (operator === "ReduceSumSquare") return [inputs[0], inputs[0]];
    return operator === "ReduceSum" ? products.get(inputs[0])?.inputs : undefined;
  };
  const dotted: Graph = { ...graph, nodes: [], constants: new Map(graph.constants) };
  const needless = new Set<string>();
  for (const node of graph.nodes) {
    const factors = factorsOf(node);
    const [a, b] = (factors ?? []).map((name) => shapes.get(name));
    if (factors === undefined || a === undefined || a.join() !== b?.join() || a[2] * a[3] < manyPixels) {
      dotted.nodes.push(node);
      continue;
    }
    dot(dotted, node, factors, a);
    if (node.operator === "ReduceSum") needless.add(node.inputs[0]);
  }
  const nodes = dotted.nodes.filter(({ outputs }) => !needless.has(outputs[0]));
  return { ...dotted, nodes };
}

/** `factors` [batch, channels, height, width]: one product for each image and channel, then their sum over the images. */
function dot(graph: Graph, node: GraphNode, factors: readonly string[], shape: Shape): void {
  const [batch, channels, height, width] = shape;
  const name = node.outputs[0];
  const rows: Shape = [batch * channels, 1, height * width];
  const products: Shape = [batch * channels, 1, 1];
  const sums: Shape = [batch, channels];
  const rowsOf = (factor: string, at: number): string => {
    const output = `${name}.factor-${at}`;
    graph.nodes.push(plain("Reshape", [factor, integers(graph, rows).name], output, rows));
    return output;
  };
  const [left, right] = factors[0] === factors[1] ? [rowsOf(factors[0], 0)] : factors.map(rowsOf);
  graph.nodes.push(
    {
      ...plain("FusedMatMul", [left, right ?? left], `${name}.products`, products),
      domain: "com.microsoft",
      attributes: { transB: 1 },
    },
    plain("Reshape", [`${name}.products`, integers(graph, sums).name], `${name}.images`, sums),
    { ...node, operator: "ReduceSum", inputs: [`${name}.images`, integers(graph, [0]).name] },
  );
}

function plain(operator: string, inputs: readonly string[], output: string, shape: Shape): GraphNode {
  return { operator, inputs, outputs: [output], shapes: [shape], attributes: {} };
}
