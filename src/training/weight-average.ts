/**
 * Exponential moving average of the weights (Polyak averaging; Tarvainen 2017): a = d a + (1 - d) w after each step. The
 * averaged weights predict, the raw ones go on training. Early on d is (1 + t) / (10 + t) where that is smaller, so that the
 * drawn weights are soon forgotten. Running statistics are averaged with the weights they belong to.
 */
import { besideTensors } from "./beside-tensors.ts";
import type { NamedTensor } from "./safetensors.ts";

type WeightAverage = {
  /** Takes in the weights after step `step` (1-based). */
  update(weights: ReadonlyMap<string, NamedTensor>, step: number): void;
  /** The averages under the names of what they average. */
  weights(): ReadonlyMap<string, NamedTensor>;
  /** The averages as a checkpoint holds them. */
  state(): Map<string, NamedTensor>;
};

const beside = besideTensors(".average");

/** A checkpoint's tensors without its averages: the state of the training itself. */
export const withoutAverages = beside.without;

/** Averages the tensors called `names`, from the averages in `state` if it has them, else from the tensors themselves. */
export function createWeightAverage(
  names: readonly string[],
  state: ReadonlyMap<string, NamedTensor>,
  decay: number,
): WeightAverage {
  const averages = beside.begin(names, state);
  return {
    update: (weights, step) => {
      const effectiveDecay = Math.min(decay, (1 + step) / (10 + step));
      for (const [name, { data }] of averages) {
        const current = weights.get(name)?.data;
        if (current === undefined) throw new Error(`the weights have no ${name}`);
        for (let index = 0; index < data.length; index++)
          data[index] = effectiveDecay * data[index] + (1 - effectiveDecay) * current[index];
      }
    },
    weights: () => averages,
    state: () => beside.state(averages),
  };
}
