/**
 * Adam with L2 (Kingma and Ba 2015; the L2 term is added to the gradient, as torch.optim.Adam does), in place on the
 * arrays: the state exists once. One pass over the parameters costs less than a tenth of a second for 23 million; in the
 * training graph the old and the new state would both be in memory.
 *
 *   g = g + l2 w;  m = b1 m + (1 - b1) g;  v = b2 v + (1 - b2) g^2
 *   w = w - learningRate m / (1 - b1^t) / (sqrt(v / (1 - b2^t)) + eps)
 */
export const adamDefaults = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 } as const;

/** A parameter and its two moments, of one length. */
type AdamState = {
  readonly weight: Float32Array;
  readonly moment1: Float32Array;
  readonly moment2: Float32Array;
};

type AdamOptions = {
  readonly learningRate: number;
  readonly l2: number;
  /** Factor of the gradient: 1 / n where it is a sum of n. */
  readonly scale: number;
  /** Number of the step, from 1: it sets the bias corrections. */
  readonly step: number;
};

/** One step against `gradient`, which stays as it is; `state` is overwritten. */
export function adamStep(
  state: AdamState,
  gradient: Float32Array,
  { learningRate, l2, scale, step }: AdamOptions,
): void {
  const { weight, moment1, moment2 } = state;
  const { beta1, beta2, epsilon } = adamDefaults;
  const stepSize = learningRate / (1 - beta1 ** step);
  const rootCorrection = 1 / Math.sqrt(1 - beta2 ** step);
  for (let index = 0; index < weight.length; index++) {
    const slope = scale * gradient[index] + l2 * weight[index];
    const mean = beta1 * moment1[index] + (1 - beta1) * slope;
    const square = beta2 * moment2[index] + (1 - beta2) * slope * slope;
    moment1[index] = mean;
    moment2[index] = square;
    weight[index] -= (stepSize * mean) / (Math.sqrt(square) * rootCorrection + epsilon);
  }
}
