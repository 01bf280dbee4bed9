/** The tumour's probability from what a model puts out: probabilities, logits, or scores of several classes. */
import type { ExternalModel } from "#contract/external-model.ts";

type OutputReading = Pick<ExternalModel["output"], "activation" | "channel"> & {
  /** Classes in the output; the tumour is one of them. */
  readonly classes: number;
};

/** From [batch, classes, area] to [batch, area]. */
export function tumourProbability(
  output: Float32Array,
  batch: number,
  { activation, channel, classes }: OutputReading,
): Float32Array {
  const area = output.length / batch / classes;
  const result = new Float32Array(batch * area);
  for (let image = 0; image < batch; image++) {
    const start = image * classes * area;
    for (let at = 0; at < area; at++) {
      const tumourScore = output[start + channel * area + at];
      result[image * area + at] = probabilityOf(tumourScore, (other) => output[start + other * area + at]);
    }
  }
  return result;

  function probabilityOf(tumourScore: number, score: (other: number) => number): number {
    if (activation === "none") return tumourScore;
    if (activation === "sigmoid") return 1 / (1 + Math.exp(-tumourScore));
    // exp(tumourScore) / sum of exp, with every exponent relative to the tumour's: 1 / sum of exp(other - tumourScore).
    let sum = 0;
    for (let other = 0; other < classes; other++) sum += Math.exp(score(other) - tumourScore);
    return 1 / sum;
  }
}
