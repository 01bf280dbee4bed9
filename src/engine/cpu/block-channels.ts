/**
 * A training graph's convolutions in the layout that ONNX Runtime's fast kernels take: channels in blocks, [batch,
 * channels / block, height, width, block]. ONNX Runtime does this by itself where weights are constants; in a training they
 * are inputs. Its operators (domain com.microsoft.nchwc, those of its optimised files) take weights of any origin: a
 * convolution becomes ReorderInput, Conv, ReorderOutput, its weights turned by a Transpose. Sums are taken in another order,
 * else nothing changes. Measured on AVX2 (blocks of 8), one thread: 1.9 times faster at 16 and 32 channels, 1.2 at 64.
 * Which block a processor has: src/engine/runtime/channel-block.ts.
 */
import {
  elementCount,
  type Graph,
  type GraphNode,
  integers,
  type Shape,
  shapesOf,
  type Value,
} from "#engine/graph.ts";

const domain = "com.microsoft.nchwc";

/**
 * From this number of pixels for each output channel the faster kernel gains more than turning the weights costs. Measured: at
 * 8 for 128 channels the plain one is faster, at 32 for 64 channels the blocked one by a tenth.
 */
const manyPixels = 24;

/** The same graph with every convolution blocked that gains by it. `block`: the channels of one vector, a power of 2. */
export function blockChannels(graph: Graph, block: number): Graph {
  const shapes = shapesOf(graph);
  const blocked: Graph = { ...graph, nodes: [], constants: new Map(graph.constants) };
  const reordered = new Set<string>();
  for (const node of graph.nodes) {
    const [x, weight] = node.inputs.map((name) => shapes.get(name));
    if (x === undefined || weight === undefined || !gains(node, x, block)) blocked.nodes.push(node);
    else convolve(blocked, node, { x, weight, block, reordered });
  }
  return blocked;
}

function gains({ operator, inputs, shapes, attributes }: GraphNode, x: Shape, block: number): boolean {
  // Constant weights have no shape here: those ONNX Runtime turns by itself.
  if (operator !== "Conv" || inputs.length !== 2 || attributes.group !== undefined) return false;
  const outputs = shapes[0][1];
  const pixels = elementCount(shapes[0]) / outputs;
  // Of fewer channels than half a block most of the vectors would be zeros; ReorderInput and ReorderOutput want multiples of 4.
  const fits = outputs >= block / 2 && outputs % 4 === 0 && (x[1] < block || x[1] % 4 === 0);
  return fits && pixels >= manyPixels * outputs;
}

type Place = {
  readonly x: Shape;
  readonly weight: Shape;
  readonly block: number;
  /** Names of the values that stand in blocks already. */
  readonly reordered: Set<string>;
};

/** Three nodes for one, and those that turn its weights. An input of less than one block is taken as it is. */
function convolve(graph: Graph, node: GraphNode, { x, weight, block, reordered }: Place): void {
  const [xName, weightName] = node.inputs;
  const [name] = node.outputs;
  const [batch, outputs, height, width] = node.shapes[0];
  const few = x[1] < block;
  const wholeOutputs = whole(outputs, block);
  const wholeInputs = few ? x[1] : whole(x[1], block);
  const blocks = few ? xName : `${xName}.blocks`;
  if (!few && !reordered.has(xName)) {
    const shape = [x[0], wholeInputs, x[2], x[3]];
    graph.nodes.push(
      internal("ReorderInput", { inputs: [xName], outputs: [blocks], shapes: [shape], attributes: {} }),
    );
    reordered.add(xName);
  }
  const turned = turnWeights(
    graph,
    { name: weightName, shape: weight },
    {
      name,
      shape: [wholeOutputs, wholeInputs, ...weight.slice(2)],
      blocks: [block, few ? 1 : block],
    },
  );
  const result = `${name}.blocks`;
  graph.nodes.push(
    internal("Conv", {
      inputs: [blocks, turned],
      outputs: [result],
      shapes: [[batch, wholeOutputs, height, width]],
      attributes: node.attributes,
    }),
    internal("ReorderOutput", { ...node, inputs: [result], attributes: { channels: outputs } }),
  );
  // Who convolves this output again takes it before it was brought back: what fills its last block is 0 in both.
  reordered.add(name);
}

const whole = (channels: number, block: number): number => Math.ceil(channels / block) * block;

function internal(operator: string, node: Omit<GraphNode, "operator" | "domain">): GraphNode {
  return { ...node, operator, domain };
}

type Turning = {
  /** Of the convolution. */
  readonly name: string;
  /** Of the weights with the channels that fill up the blocks, which are zeros. */
  readonly shape: Shape;
  /** Of outputs and of inputs. */
  readonly blocks: readonly [number, number];
};

/** [outputs, inputs, k, k] -> [outputs / block, inputs / block, k, k, inputs of the block, outputs of the block]. */
function turnWeights(graph: Graph, weight: Value, { name, shape, blocks }: Turning): string {
  const [outputs, inputs, height, width] = shape;
  const [outputBlock, inputBlock] = blocks;
  const rest = [outputs - weight.shape[0], inputs - weight.shape[1]];
  const add = (step: string, operator: string, fields: Omit<GraphNode, "operator" | "outputs">): string => {
    const output = `${name}.weights-${step}`;
    graph.nodes.push({ ...fields, operator, outputs: [output] });
    return output;
  };
  const reshape = (step: string, input: string, to: Shape): string =>
    add(step, "Reshape", { inputs: [input, integers(graph, to).name], shapes: [to], attributes: {} });
  const full = rest.every((count) => count === 0)
    ? weight.name
    : add("full", "Pad", {
        inputs: [weight.name, integers(graph, [0, 0, 0, 0, ...rest, 0, 0]).name],
        shapes: [shape],
        attributes: {},
      });
  const taps = height * width;
  const split = [outputs / outputBlock, outputBlock, inputs / inputBlock, inputBlock, taps];
  const turned = add("turned", "Transpose", {
    inputs: [reshape("split", full, split)],
    shapes: [[split[0], split[2], taps, inputBlock, outputBlock]],
    attributes: { perm: [0, 2, 4, 3, 1] },
  });
  return reshape("joined", turned, shape);
}
