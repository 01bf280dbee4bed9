/**
 * Batch norm for a model whose file holds only folded convolutions, y = W' x + b (another program's, or one that was written
 * before norms were kept). With scale = deviation and shift = mean + b for each channel, mean and variance those of W' x over
 * a batch, batch norm is the same function again: exactly for prediction, whatever the batch, and on that batch in training.
 *
 * The statistics of a layer need the layers before it in place, so the training graph runs over the same batch until nothing
 * moves any more: at most once for each layer in a row.
 */
import { epsilon, momentum } from "#engine/ops/batch-norm.ts";
import type { Trainer } from "#engine/runtime/trainer.ts";

/** Biases by the name of their batch norm. */
export type FoldedBiases = ReadonlyMap<string, Float32Array>;

/** More than the convolutions in a row of any network here. */
const mostPasses = 60;
/** Change of a scale or shift, relative to the scale, below which it stands still. */
const stillPart = 1e-2;

/**
 * Overwrites scale, shift and running statistics of every norm in `biases` in the trainer's state. The trainer's moments are
 * spoilt by it: train with another one.
 */
export async function recoverNorms(
  trainer: Trainer,
  biases: FoldedBiases,
  batch: { readonly images: Float32Array; readonly masks: Float32Array },
): Promise<void> {
  const norms = [...biases].map(([name, bias]) => {
    const part = (which: string): Float32Array => {
      const tensor = trainer.state().get(`${name}.${which}`);
      if (tensor === undefined) throw new Error(`the state has no ${name}.${which}`);
      return tensor.data;
    };
    const parts = { mean: part("running-mean"), variance: part("running-variance") };
    return { bias, ...parts, scale: part("scale"), shift: part("shift") };
  });
  for (let pass = 0; pass < mostPasses; pass++) {
    for (const { mean, variance } of norms) {
      mean.fill(0);
      variance.fill(0);
    }
    await trainer.step(batch.images, batch.masks, { learningRate: 0 });
    let moved = 0;
    for (const { bias, mean, variance, scale, shift } of norms) {
      for (let channel = 0; channel < bias.length; channel++) {
        // The running average began at 0: what it holds is the batch's part.
        mean[channel] /= momentum;
        variance[channel] /= momentum;
        const deviation = Math.sqrt(variance[channel] + epsilon);
        const wanted = mean[channel] + bias[channel];
        const change = Math.abs(scale[channel] - deviation) + Math.abs(shift[channel] - wanted);
        moved = Math.max(moved, change / deviation);
        scale[channel] = deviation;
        shift[channel] = wanted;
      }
    }
    if (moved < stillPart) return;
  }
}
