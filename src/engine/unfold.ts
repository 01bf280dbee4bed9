/**
 * The weights that a prediction graph was made from. Folding (ops/batch-norm.ts) merges batch norm into the convolution
 * before it, W' = W scale / deviation; a model file keeps scale, shift and running statistics beside the graph, so that
 * a training can start from it.
 */
import type { StateTensor } from "./emit.ts";
import { epsilon, foldedBiasSuffix } from "./ops/batch-norm.ts";

const weightSuffix = ".weight";

/** What folding adds to each convolution (ops/batch-norm.ts), by the name of its batch norm. */
export function foldedBiases(constants: ReadonlyMap<string, StateTensor>): Map<string, Float32Array> {
  const biases = new Map<string, Float32Array>();
  for (const [name, { data }] of constants)
    if (name.endsWith(foldedBiasSuffix)) biases.set(name.slice(0, -foldedBiasSuffix.length), data);
  return biases;
}

/** What folding loses: batch norm's tensors, which are those of `weights` that the prediction graph has no more. */
export function foldedAway(
  weights: ReadonlyMap<string, StateTensor>,
  constants: ReadonlyMap<string, unknown>,
): Map<string, StateTensor> {
  return new Map([...weights].filter(([name]) => !constants.has(name)));
}

/**
 * Weights by name from a prediction graph's constants and the batch norm tensors that folding lost; in single precision, so
 * equal to what was folded within its rounding. A channel whose scale is 0 comes back as 0.
 */
export function unfoldWeights(
  constants: ReadonlyMap<string, StateTensor>,
  norms: ReadonlyMap<string, StateTensor>,
): Map<string, StateTensor> {
  const weights = new Map<string, StateTensor>([...constants, ...norms]);
  for (const [name, { shape, data }] of constants) {
    if (!name.endsWith(weightSuffix)) continue;
    const norm = `${name.slice(0, -weightSuffix.length)}.norm`;
    const scale = norms.get(`${norm}.scale`)?.data;
    const variance = norms.get(`${norm}.running-variance`)?.data;
    if (scale === undefined || variance === undefined) continue;
    const perChannel = data.length / shape[0];
    const unfolded = data.map((value, at) => {
      const channel = Math.floor(at / perChannel);
      const factor = scale[channel] / Math.sqrt(variance[channel] + epsilon);
      return factor === 0 ? 0 : value / factor;
    });
    weights.set(name, { shape, data: unfolded });
  }
  return weights;
}
