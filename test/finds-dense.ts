/** In place of the network that answers prompts: finds all that is dense, whatever it is asked. */
import type { PromptModel } from "../src/segment/prompts/prompt-model.ts";

const size = 64;

export const findsDense: PromptModel = {
  input: {
    size,
    context: 0,
    contextSpacingMm: 3,
    intensity: { lowHu: -1000, highHu: 600, levels: 256 },
    normalisation: { mean: 0, standardDeviation: 255 },
    frame: "body",
    viewMm: 128,
    threshold: 0.5,
  },
  // Three channels a question; the first is the slice itself, 0 to 1.
  predict: async (images, batch) => {
    const answers = new Float32Array(batch * size * size);
    for (let at = 0; at < answers.length; at++) {
      const question = Math.floor(at / (size * size));
      answers[at] = images[3 * question * size * size + (at % (size * size))] > 0.4 ? 1 : 0;
    }
    return answers;
  },
};
