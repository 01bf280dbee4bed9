import { expect, test } from "vitest";
import { addInput, addOutput, apply, createGraph } from "#engine/graph.ts";
import { encodeOnnx } from "#engine/onnx-file.ts";
import { floats, floatTensor, openSession } from "#engine/runtime/session.ts";
import { joinRanges, withRangeOutputs } from "./value-ranges.ts";

test("the range of a value is the least and the greatest of it in any image", async () => {
  const graph = createGraph();
  const image = addInput(graph, "image", [1, 1, 1, 3]);
  const doubled = apply(graph, "Add", [image, image], image.shape);
  const cut = apply(graph, "Relu", [doubled], image.shape);
  addOutput(graph, cut, "probability");
  const session = await openSession(encodeOnnx(withRangeOutputs(graph)), { threads: 1 });
  const results = [];
  for (const values of [
    [-1, 2, 3],
    [-4, 0, 1],
  ]) {
    const outputs = await session.run({ image: floatTensor(Float32Array.from(values), [1, 1, 1, 3]) });
    results.push(new Map(Object.entries(outputs).map(([name, tensor]) => [name, floats(tensor)[0]])));
  }
  await session.release();
  // The sum before its ReLU is never bytes.
  expect(joinRanges(graph, results)).toEqual(
    new Map([
      ["image", { low: -4, high: 3 }],
      [cut.name, { low: 0, high: 6 }],
    ]),
  );
});
