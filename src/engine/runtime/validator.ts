/** Runs a validation graph: images and targets in, loss and probabilities out. */
import type { ValidationGraph, ValidationStep } from "#engine/emit-validation.ts";
import { encodeOnnx } from "#engine/onnx-file.ts";
import { floats, floatTensor, openSession, type SessionOptions } from "./session.ts";

type Validator = { readonly step: ValidationStep; dispose(): Promise<void> };

export async function createValidator(
  { graph, batchShape, targetShape }: ValidationGraph,
  options: SessionOptions = {},
): Promise<Validator> {
  const session = await openSession(encodeOnnx(graph), options);
  return {
    step: async (images, masks) => {
      const { loss, probability } = await session.run({
        image: floatTensor(images, batchShape),
        target: floatTensor(masks, targetShape),
      });
      return { loss: floats(loss)[0], probabilities: floats(probability) };
    },
    dispose: () => session.release(),
  };
}
