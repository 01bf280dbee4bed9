/** Sums as dot products against the plain reductions of the same graph, both run by ONNX Runtime. */
import { expect, test } from "vitest";
import {
  addInput,
  addOutput,
  apply,
  createGraph,
  elementCount,
  type Graph,
  integers,
} from "#engine/graph.ts";
import { encodeOnnx } from "#engine/onnx-file.ts";
import { floats, floatTensor, openSession } from "#engine/runtime/session.ts";
import { dotSums } from "./dot-sums.ts";

/** Squares of x and products of x and y, summed for each channel of [2, 3, height, width]. */
function sums(height: number, width: number): Graph {
  const graph = createGraph();
  const [x, y] = ["x", "y"].map((name) => addInput(graph, name, [2, 3, height, width]));
  const axes = integers(graph, [0, 2, 3]);
  const squares = apply(graph, ["ReduceSumSquare", { keepdims: 0 }], [x, axes], [3]);
  const product = apply(graph, "Mul", [x, y], x.shape);
  const products = apply(graph, ["ReduceSum", { keepdims: 0 }], [product, axes], [3]);
  addOutput(graph, squares, "squares");
  addOutput(graph, products, "products");
  return graph;
}

const operators = ({ nodes }: Graph): string[] => nodes.map(({ operator }) => operator);

/** x is image + channel at every pixel, y is the pixel's parity. */
async function run(graph: Graph): Promise<Record<string, number[]>> {
  const [{ shape }] = graph.inputs;
  const pixels = shape[2] * shape[3];
  const place = Array.from({ length: elementCount(shape) }, (_, at) => at);
  const x = floatTensor(
    Float32Array.from(place, (at) => Math.floor(at / pixels / 3) + (Math.floor(at / pixels) % 3)),
    shape,
  );
  const y = floatTensor(
    Float32Array.from(place, (at) => at % 2),
    shape,
  );
  const session = await openSession(encodeOnnx(graph), { threads: 1 });
  const results = await session.run({ x, y });
  const values = Object.fromEntries(
    Object.entries(results).map(([name, value]) => [name, [...floats(value)]]),
  );
  await session.release();
  return values;
}

test("of 32 x 64 pixels: squares and products of each channel, over both images", async () => {
  const dotted = dotSums(sums(32, 64));
  expect(operators(dotted).filter((name) => name === "FusedMatMul")).toHaveLength(2);
  expect(operators(dotted)).not.toContain("Mul");
  // 2048 pixels; channel c is c in the first image and c + 1 in the second; half of the pixels are odd.
  expect(await run(dotted)).toEqual({
    squares: [0, 1, 2].map((c) => 2048 * (c ** 2 + (c + 1) ** 2)),
    products: [0, 1, 2].map((c) => 1024 * (2 * c + 1)),
  });
});

test("few pixels, and a product that is used elsewhere, stay as they are", () => {
  const few = sums(8, 8);
  expect(operators(dotSums(few))).toEqual(operators(few));
  const used = sums(32, 64);
  const product = used.nodes.find(({ operator }) => operator === "Mul")?.outputs[0] ?? "";
  addOutput(used, { name: product, shape: [2, 3, 32, 64] }, "product");
  expect(operators(dotSums(used))).toContain("Mul");
});
