/** Runs a prediction graph: images in, probabilities out. */
import { floats, floatTensor, openSession, type SessionOptions } from "./session.ts";

type Predictor = {
  /** Images [batch, channels, height, width] as the model's input has them; probabilities [batch, 1, height, width]. */
  predict(images: Float32Array, shape: readonly number[]): Promise<Float32Array>;
  dispose(): Promise<void>;
};

/** `model`: the bytes of an ONNX file with input `image` and output `probability`. */
export async function createPredictor(model: Uint8Array, options: SessionOptions = {}): Promise<Predictor> {
  const session = await openSession(model, options);
  return {
    predict: async (images, shape) => {
      const results = await session.run({ image: floatTensor(images, shape) });
      return floats(results.probability);
    },
    dispose: () => session.release(),
  };
}
