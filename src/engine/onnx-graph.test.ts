import { expect, test } from "vitest";
import { addInput, addOutput, apply, createGraph, floatConstant, integers } from "./graph.ts";
import { encodeOnnx } from "./onnx-file.ts";
import { readOnnxGraph } from "./onnx-graph.ts";

/** Attributes and constants of every kind that networks have, and an optional input left out. */
function graphOfAllKinds() {
  const graph = createGraph();
  const image = addInput(graph, "image", [1, 2, 4, 4]);
  const scales = floatConstant(graph, "scales", [4], [1, 1, 2, 2]);
  const enlarged = apply(graph, ["Resize", { mode: "linear" }], [image, undefined, scales], [1, 2, 8, 8]);
  const cut = apply(
    graph,
    ["HardSigmoid", { alpha: { float: 0.5 }, beta: { float: 0 } }],
    [enlarged],
    enlarged.shape,
  );
  const joined = apply(graph, ["Concat", { axis: 1 }], [cut, cut], [1, 4, 8, 8]);
  const pooled = apply(graph, ["MaxPool", { kernel_shape: [2, 2], strides: [2, 2] }], [joined], [1, 4, 4, 4]);
  addOutput(graph, apply(graph, "Reshape", [pooled, integers(graph, [1, 64])], [1, 64]), "probability");
  return graph;
}

test("a graph is read as it was written, but for the shapes of what is computed", () => {
  const graph = graphOfAllKinds();
  const read = readOnnxGraph(encodeOnnx(graph, { freeBatch: true, metadata: { key: "value" } }));
  expect(read.nodes).toEqual(graph.nodes.map((node) => ({ ...node, shapes: [] })));
  expect(read.constants).toEqual(graph.constants);
  expect(read.inputs).toEqual(graph.inputs);
  expect(read.outputs).toEqual(graph.outputs);
});

test("an operator keeps its domain; constants in bytes are refused", () => {
  const graph = graphOfAllKinds();
  graph.nodes[1] = { ...graph.nodes[1], domain: "com.microsoft" };
  expect(readOnnxGraph(encodeOnnx(graph)).nodes[1].domain).toBe("com.microsoft");
  graph.constants.set("weight", { name: "weight", shape: [2], data: Int8Array.of(1, -1) });
  expect(() => readOnnxGraph(encodeOnnx(graph))).toThrow(/constant weight is of a type/);
});
