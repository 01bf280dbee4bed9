import { expect, test } from "vitest";
import { createRandom } from "#core/random.ts";
import { emitTraining, initialState, type LossFunction, type Network } from "#engine/emit.ts";
import { apply, elementCount, integers, scalar } from "#engine/graph.ts";
import { batchNorm } from "#engine/ops/batch-norm.ts";
import { conv } from "#engine/ops/conv.ts";
import { dropout, relu } from "#engine/ops/pointwise.ts";
import { createTrainer } from "./trainer.ts";

const size = { channels: 1, height: 6, width: 8 };
const pixels = size.height * size.width;

/** Half the mean squared difference of logits and target. */
const squaredError: LossFunction = (tape, logits, target) => {
  const { graph } = tape;
  const { shape } = logits;
  const count = scalar(graph, 1 / elementCount(shape));
  const difference = apply(graph, "Sub", [logits, target], shape);
  const squares = apply(graph, "Mul", [difference, difference], shape);
  const sum = apply(graph, ["ReduceSum", { keepdims: 0 }], [squares, integers(graph, [0, 1, 2, 3])], []);
  const loss = apply(graph, "Mul", [sum, scalar(graph, 0.5 / elementCount(shape))], []);
  return { loss, gradient: apply(graph, "Mul", [difference, count], shape) };
};

const plain: Network = (tape, image) =>
  conv(tape, relu(tape, conv(tape, image, { name: "a", channels: 4, kernel: 3 })), {
    name: "b",
    channels: 1,
    kernel: 3,
  });

const normed: Network = (tape, image) =>
  conv(tape, batchNorm(tape, conv(tape, image, { name: "a", channels: 4, kernel: 3 }), "n"), {
    name: "b",
    channels: 1,
    kernel: 1,
  });

const dropped: Network = (tape, image) =>
  conv(tape, dropout(tape, conv(tape, image, { name: "a", channels: 4, kernel: 3 }), 0.5), {
    name: "b",
    channels: 1,
    kernel: 1,
  });

const someImages = ((): Float32Array => {
  const random = createRandom(3);
  return Float32Array.from({ length: 4 * pixels }, () => random.normal());
})();

type Options = { batch: number; accumulate: number; steps: number; images?: Float32Array };

/** Losses and final state of steps on the same images, whose squares are the target. */
async function trained(network: Network, { batch, accumulate, steps, images = someImages }: Options) {
  const targets = images.map((value) => value * value);
  const training = emitTraining(network, size, { batch, loss: squaredError, l2: 1e-3 });
  const trainer = await createTrainer(training, initialState(training, 1), {
    seed: 1,
    threads: 1,
    accumulate,
  });
  const losses: number[] = [];
  for (let step = 0; step < steps; step++) {
    losses.push((await trainer.step(images, targets, { learningRate: 0.01 })).loss);
  }
  const state = trainer.state();
  await trainer.dispose();
  return { losses, state };
}

test("without batch norm, two batches of 2 accumulated take the step that one batch of 4 takes", async () => {
  const [whole, parts] = [
    await trained(plain, { batch: 4, accumulate: 1, steps: 3 }),
    await trained(plain, { batch: 2, accumulate: 2, steps: 3 }),
  ];
  expect(whole.losses[2]).toBeLessThan(whole.losses[0]);
  parts.losses.forEach((loss, step) => {
    expect(loss).toBeCloseTo(whole.losses[step], 5);
  });
  for (const [name, { data }] of whole.state) {
    const accumulated = parts.state.get(name)?.data ?? new Float32Array();
    data.forEach((value, index) => {
      expect(accumulated[index], `${name}[${index}]`).toBeCloseTo(value, 4);
    });
  }
});

test("batch norm's running averages are updated once for each accumulated batch", async () => {
  // Four equal images: each part has the same mean mu, so the average is mu (1 - 0.9^parts).
  const runningMean = async (batch: number, accumulate: number): Promise<Float32Array> => {
    const image = Float32Array.from({ length: pixels }, (_, index) => 1 + Math.sin(index));
    const images = Float32Array.from({ length: 4 * pixels }, (_, index) => image[index % pixels]);
    const { state } = await trained(normed, { batch, accumulate, steps: 1, images });
    return state.get("n.running-mean")?.data ?? new Float32Array();
  };
  const [whole, parts] = [await runningMean(4, 1), await runningMean(1, 4)];
  expect(Math.abs(whole[0])).toBeGreaterThan(1e-3);
  parts.forEach((value, channel) => {
    expect(value / whole[channel]).toBeCloseTo((1 - 0.9 ** 4) / 0.1, 3);
  });
});

test("each accumulated batch draws its own dropout masks, and a second run draws the same", async () => {
  const options = { batch: 1, accumulate: 4, steps: 3 };
  const [first, second] = [await trained(dropped, options), await trained(dropped, options)];
  expect(second).toEqual(first);
  // The same masks for all four equal images would make the loss that of one image alone.
  const images = new Float32Array(4 * pixels).fill(1);
  const single = await trained(dropped, { batch: 1, accumulate: 1, steps: 1, images });
  const four = await trained(dropped, { batch: 1, accumulate: 4, steps: 1, images });
  expect(four.losses[0]).not.toBe(single.losses[0]);
});

test("a loss that is no number changes nothing: weights, moments and running statistics are those that made it", async () => {
  const training = emitTraining(normed, size, { batch: 4, loss: squaredError, l2: 1e-3 });
  const state = initialState(training, 1);
  const trainer = await createTrainer(training, state, { seed: 1, threads: 1 });
  const broken = someImages.slice();
  broken[7] = Number.NaN;
  const { loss } = await trainer.step(broken, someImages, { learningRate: 0.1 });
  expect(loss).toBeNaN();
  expect(trainer.stepsDone()).toBe(0);
  for (const [name, { data }] of trainer.state()) expect(data, name).toEqual(state.get(name)?.data);
  await trainer.dispose();
});
