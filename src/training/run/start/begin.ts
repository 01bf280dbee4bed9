/** What a training begins with: drawn weights, or those of a model, whose batch norm is recovered where its file has none. */

import type { TrainingConfiguration } from "#contract/training-configuration.ts";
import type { Progress } from "#core/progress.ts";
import { initialState, type TrainingGraph } from "#engine/emit.ts";
import type { SessionOptions } from "#engine/runtime/session.ts";
import { createTrainer } from "#engine/runtime/trainer.ts";
import { makeBatch } from "#training/batch.ts";
import { batchOf, planEpoch } from "#training/plan-epoch.ts";
import type { TrainingSet } from "#training/training-set.ts";
import { recoverNorms } from "./recover-norms.ts";
import { type Start, startFrom } from "./start-from.ts";

export async function beginTraining(
  request: { readonly startFrom?: string | undefined; readonly configuration: TrainingConfiguration },
  {
    training,
    set,
    session,
  }: {
    readonly training: TrainingGraph;
    readonly set: TrainingSet;
    readonly session: SessionOptions;
  },
  progress: Progress,
): Promise<Start> {
  const { startFrom: path, configuration } = request;
  const drawn = initialState(training, configuration.seed);
  if (path === undefined) return { state: drawn };
  const wanted = { ...training, ...configuration };
  const start = await startFrom(path, wanted, drawn, progress);
  if (start.folded === undefined) return start;
  progress.report("recovering batch norm", 0, 1);
  const known = { ...set, normalisation: start.normalisation ?? set.normalisation };
  const batch = makeBatch(known, batchOf(planEpoch(set, configuration, 0), 0, configuration), configuration);
  const { seed, accumulate } = configuration;
  const trainer = await createTrainer(training, start.state, { ...session, seed, accumulate });
  await recoverNorms(trainer, start.folded, batch);
  const recovered = new Map(
    [...trainer.state()].map(([name, tensor]) => [name, { ...tensor, data: tensor.data.slice() }]),
  );
  await trainer.dispose();
  progress.report("recovering batch norm", 1, 1);
  const state = new Map(start.state);
  for (const { name } of [...training.parameters, ...training.running]) {
    const tensor = recovered.get(name);
    if (tensor !== undefined) state.set(name, tensor);
  }
  return { ...start, state };
}
