/**
 * Runs a training graph step by step. The state (weights, Adam's moments, running statistics) lives in two sets of
 * buffers: a step reads one and writes the other, so that nothing is allocated or copied from step to step.
 */
import type { Tensor } from "onnxruntime-node";
import { createRandom } from "../../core/random.ts";
import { adamCorrections } from "../../nn/adam.ts";
import { nextName, type StateTensor, type TrainingGraph } from "../../nn/emit.ts";
import { elementCount } from "../../nn/graph.ts";
import { encodeOnnx } from "../../nn/onnx-file.ts";
import { floats, floatTensor, openSession, type SessionOptions } from "./session.ts";

export type Trainer = {
  /** One optimiser step on images [batch, channels, height, width] and targets [batch, 1, height, width]. */
  step(
    images: Float32Array,
    targets: Float32Array,
    options: { readonly learningRate: number },
  ): Promise<{ readonly loss: number }>;
  /** Steps done since the first one of the whole training. */
  stepsDone(): number;
  /** The state by name, a view that the next step but one overwrites: copy what is kept. */
  state(): Map<string, StateTensor>;
  dispose(): Promise<void>;
};

/** `state` and `stepsDone` continue a training; `seed` draws the dropout masks, each step from its own stream. */
export async function createTrainer(
  training: TrainingGraph,
  state: ReadonlyMap<string, StateTensor>,
  options: SessionOptions & { readonly seed: number; readonly stepsDone?: number },
): Promise<Trainer> {
  const session = await openSession(encodeOnnx(training.graph), options);
  let steps = options.stepsDone ?? 0;
  let current = new Map<string, Tensor>();
  let spare = new Map<string, Tensor>();
  for (const [name, { shape, data }] of state) {
    current.set(name, floatTensor(Float32Array.from(data), shape));
    spare.set(name, floatTensor(new Float32Array(data.length), shape));
  }

  async function step(
    images: Float32Array,
    targets: Float32Array,
    { learningRate }: { readonly learningRate: number },
  ): Promise<{ loss: number }> {
    const { stepSize, rootCorrection } = adamCorrections(learningRate, steps + 1);
    const feeds: Record<string, Tensor> = {
      image: floatTensor(images, training.batchShape),
      target: floatTensor(targets, training.targetShape),
      "step-size": floatTensor(Float32Array.of(stepSize), []),
      "root-correction": floatTensor(Float32Array.of(rootCorrection), []),
      ...dropoutMasks(training, options.seed, steps),
    };
    const fetches: Record<string, Tensor | null> = { loss: null };
    for (const [name, tensor] of current) feeds[name] = tensor;
    for (const [name, tensor] of spare) fetches[nextName(name)] = tensor;
    const results = await session.run(feeds, fetches);
    [current, spare] = [spare, current];
    steps++;
    return { loss: floats(results.loss)[0] };
  }

  return {
    step,
    stepsDone: () => steps,
    state: () =>
      new Map([...current].map(([name, tensor]) => [name, { shape: tensor.dims, data: floats(tensor) }])),
    dispose: () => session.release(),
  };
}

function dropoutMasks(training: TrainingGraph, seed: number, step: number): Record<string, Tensor> {
  const random = createRandom(seed).fork("dropout").fork(step);
  return Object.fromEntries(
    training.dropouts.map(({ input, rate }) => {
      const kept = Float32Array.from({ length: elementCount(input.shape) }, () =>
        random.next() < rate ? 0 : 1 / (1 - rate),
      );
      return [input.name, floatTensor(kept, input.shape)];
    }),
  );
}
