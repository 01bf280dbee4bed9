/**
 * The weights of a training as they change: stepped by the trainer; averaged beside it, and mixed with those at its start, where
 * the configuration says so.
 */
import type { StateTensor } from "#engine/emit.ts";
import { createTrainer, type Trainer } from "#engine/runtime/trainer.ts";
import type { NamedTensor } from "#training/safetensors.ts";
import { createStartShare, withoutStart } from "#training/start-share.ts";
import { createWeightAverage, withoutAverages } from "#training/weight-average.ts";
import type { SettledTraining } from "./start/settle.ts";

export type TrainingWeights = Pick<Trainer, "step" | "state" | "dispose"> & {
  /** Those that predict: the averages or the trainer's own, mixed with those at the start. */
  predicting(): ReadonlyMap<string, NamedTensor>;
  /** All that a checkpoint needs. */
  whole(): ReadonlyMap<string, NamedTensor>;
};

/** From `state`, which holds the averages and the weights at the start too if it is a checkpoint's. */
export async function openWeights(
  { checkpoint, configuration, graph, session }: SettledTraining,
  state: ReadonlyMap<string, StateTensor>,
): Promise<TrainingWeights> {
  const { seed, accumulate, averageDecay, startShare } = configuration;
  const trainer = await createTrainer(graph, withoutStart(withoutAverages(state)), {
    ...session,
    seed,
    accumulate,
    stepsDone: checkpoint?.steps ?? 0,
  });
  const names = [...graph.parameters, ...graph.running].map(({ name }) => name);
  const average = averageDecay === 0 ? undefined : createWeightAverage(names, state, averageDecay);
  const start = startShare === 0 ? undefined : createStartShare(names, state, startShare);
  const learnt = () =>
    average?.weights() ?? new Map([...trainer.state()].filter(([name]) => names.includes(name)));
  return {
    step: async (images, masks, options) => {
      const result = await trainer.step(images, masks, options);
      if (Number.isFinite(result.loss)) average?.update(trainer.state(), trainer.stepsDone());
      return result;
    },
    state: trainer.state,
    dispose: trainer.dispose,
    predicting: () => start?.mixed(learnt()) ?? learnt(),
    whole: () => new Map([...trainer.state(), ...(average?.state() ?? []), ...(start?.state() ?? [])]),
  };
}
