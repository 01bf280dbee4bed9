/**
 * Runs a training graph step by step: gradients of one or more batches, their mean, Adam. The state (weights, Adam's
 * moments, running statistics) and the gradients live in one set of buffers that every step overwrites.
 */
import type { Tensor } from "onnxruntime-node";
import { createRandom, type Random } from "#core/random.ts";
import { adamStep } from "#engine/adam.ts";
import { blockChannels } from "#engine/cpu/block-channels.ts";
import { dotSums } from "#engine/cpu/dot-sums.ts";
import { gradientName, momentNames, nextName, type StateTensor, type TrainingGraph } from "#engine/emit.ts";
import { elementCount, type Graph } from "#engine/graph.ts";
import { encodeOnnx } from "#engine/onnx-file.ts";
import { channelBlock } from "./channel-block.ts";
import { nodesForCpu } from "./nodes-for-cpu.ts";
import { floats, floatTensor, openSession, type SessionOptions } from "./session.ts";

export type Trainer = {
  /**
   * One optimiser step on images [accumulate * batch, channels, height, width] and targets [accumulate * batch, 1, height,
   * width]. They are computed `batch` at a time; the loss and the gradient are the means over these parts. Batch norm
   * takes its statistics from each part and updates its running averages once for each, as PyTorch does when gradients
   * are accumulated; Eq. 1's weight is of each part too.
   */
  step(
    images: Float32Array,
    targets: Float32Array,
    options: { readonly learningRate: number },
  ): Promise<{ readonly loss: number }>;
  /** Steps done since the first one of the whole training. */
  stepsDone(): number;
  /** The state by name, a view that the next step overwrites: copy what is kept. */
  state(): Map<string, StateTensor>;
  dispose(): Promise<void>;
};

type TrainerOptions = SessionOptions & {
  /** Draws the dropout masks, each step from its own stream. */
  readonly seed: number;
  /** `state` and `stepsDone` continue a training. */
  readonly stepsDone?: number;
  /** Batches of the graph whose gradients make one step; 1 by default. */
  readonly accumulate?: number;
};

export async function createTrainer(
  training: TrainingGraph,
  state: ReadonlyMap<string, StateTensor>,
  options: TrainerOptions,
): Promise<Trainer> {
  const { accumulate = 1 } = options;
  const graph = (options.device ?? "cpu") === "cpu" ? await forCpu(training.graph) : training.graph;
  const session = await openSession(encodeOnnx(graph), { ...options, cpuNodes: nodesForCpu(graph) });
  let steps = options.stepsDone ?? 0;
  const current = new Map<string, StateTensor>();
  for (const [name, { shape, data }] of state) current.set(name, { shape, data: Float32Array.from(data) });
  const tensor = (name: string): StateTensor => {
    const stateTensor = current.get(name);
    if (stateTensor === undefined) throw new Error(`the state has no ${name}`);
    return stateTensor;
  };
  const fed: Record<string, Tensor> = {};
  for (const { name } of [...training.parameters, ...training.running]) {
    const { shape, data } = tensor(name);
    fed[name] = floatTensor(data, shape);
  }
  const zeros = (shape: readonly number[]): Float32Array => new Float32Array(elementCount(shape));
  const fetches: Record<string, Tensor | null> = { loss: null };
  const gradients = training.parameters.map(({ name, shape, decays }) => {
    const gradient = floatTensor(zeros(shape), shape);
    // The same buffer goes in and comes out: an Add reads each element before it writes it, and nothing else reads it.
    fed[gradientName(name)] = gradient;
    fetches[nextName(gradientName(name))] = gradient;
    return {
      sum: floats(gradient),
      weight: tensor(name).data,
      moments: momentNames(name).map((moment) => tensor(moment).data),
      l2: decays ? training.l2 : 0,
    };
  });
  const running = training.running.map(({ name, shape }) => {
    const next = floatTensor(zeros(shape), shape);
    fetches[nextName(name)] = next;
    return { name, next: floats(next) };
  });

  /** The loss of one batch; its gradients are added to the sums. */
  async function run(images: Float32Array, targets: Float32Array, random: Random): Promise<number> {
    const results = await session.run(
      {
        ...fed,
        image: floatTensor(images, training.batchShape),
        target: floatTensor(targets, training.targetShape),
        ...dropoutMasks(training, random),
      },
      fetches,
    );
    const loss = floats(results.loss)[0];
    if (Number.isFinite(loss)) for (const { name, next } of running) tensor(name).data.set(next);
    return loss;
  }

  async function step(
    images: Float32Array,
    targets: Float32Array,
    { learningRate }: { readonly learningRate: number },
  ): Promise<{ loss: number }> {
    const random = createRandom(options.seed).fork("dropout").fork(steps);
    const part = (values: Float32Array, shape: readonly number[], index: number): Float32Array =>
      values.subarray(index * elementCount(shape), (index + 1) * elementCount(shape));
    for (const { sum } of gradients) sum.fill(0);
    let loss = 0;
    for (let index = 0; index < accumulate; index++) {
      const partLoss = await run(
        part(images, training.batchShape, index),
        part(targets, training.targetShape, index),
        random,
      );
      loss += partLoss / accumulate;
    }
    // A loss that is no number has no gradient: the weights that made it stay, for the diagnosis.
    if (!Number.isFinite(loss)) return { loss };
    steps++;
    const adam = { learningRate, scale: 1 / accumulate, step: steps };
    for (const { sum, weight, moments, l2 } of gradients) {
      adamStep({ weight, moment1: moments[0], moment2: moments[1] }, sum, { ...adam, l2 });
    }
    return { loss };
  }

  return { step, stepsDone: () => steps, state: () => new Map(current), dispose: () => session.release() };
}

/** What computes the same faster on a CPU: a rewriting of the graph that runs everywhere. */
async function forCpu(graph: Graph): Promise<Graph> {
  const block = await channelBlock();
  const dotted = dotSums(graph);
  return block === undefined ? dotted : blockChannels(dotted, block);
}

function dropoutMasks(training: TrainingGraph, random: Random): Record<string, Tensor> {
  return Object.fromEntries(
    training.dropouts.map(({ input, rate }) => {
      const factors = Float32Array.from({ length: elementCount(input.shape) }, () =>
        random.next() < rate ? 0 : 1 / (1 - rate),
      );
      return [input.name, floatTensor(factors, input.shape)];
    }),
  );
}
