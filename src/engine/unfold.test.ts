import { expect, test } from "vitest";
import { networkNamed } from "#networks/networks.ts";
import { emitPrediction, emitTraining, initialState } from "./emit.ts";
import { encodeOnnx, readOnnxConstants } from "./onnx-file.ts";
import { foldedAway, unfoldWeights } from "./unfold.ts";

test("folded into a model file and unfolded again, every weight is what it was, within rounding", () => {
  const network = networkNamed("u-net", { width: 4, dropoutRate: 0, attention: true });
  const size = { channels: 1, height: 64, width: 64 };
  const loss = (_: unknown, logits: { name: string; shape: readonly number[] }) => ({
    loss: logits,
    gradient: logits,
  });
  const training = emitTraining(network, size, { batch: 1, loss, l2: 0 });
  const drawn = initialState(training, 3);
  const names = [...training.parameters, ...training.running].map(({ name }) => name);
  const weights = new Map(
    names.map((name) => {
      const tensor = drawn.get(name);
      if (tensor === undefined) throw new Error(name);
      // Batch norm that does something: scales near 1.5, variances near 2.
      const data = tensor.data.map((value, index) =>
        name.includes(".norm.") ? value + 0.5 + (index % 3) / 10 : value,
      );
      return [name, { shape: tensor.shape, data }] as const;
    }),
  );
  const graph = emitPrediction(network, size, new Map([...weights].map(([name, { data }]) => [name, data])));
  const constants = readOnnxConstants(encodeOnnx(graph, { freeBatch: true }));
  expect(constants.get("down2.a.weight")?.data).not.toEqual(weights.get("down2.a.weight")?.data);
  const unfolded = unfoldWeights(constants, foldedAway(weights, graph.constants));
  for (const [name, { shape, data }] of weights) {
    const back = unfolded.get(name);
    expect(back?.shape, name).toEqual(shape);
    const largest = Math.max(...data.map(Math.abs));
    back?.data.forEach((value, index) => {
      expect(Math.abs(value - data[index])).toBeLessThanOrEqual(1e-6 * largest);
    });
  }
});
