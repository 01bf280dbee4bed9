/**
 * A wider network that computes what a narrower one does (Chen, Goodfellow, Shlens 2016, Net2Net, section 3): what was learnt is
 * kept, and the new channels are free to learn more. Every channel stands `times` times in a row, in each tensor alike, so that
 * stages that are added or joined still fit; whoever reads a channel divides its weight among the copies, in parts drawn by
 * chance: with equal parts the copies would have equal gradients for ever.
 */
import { createRandom, type Random } from "#core/random.ts";
import type { StateTensor } from "#engine/emit.ts";

/** A copy's part of a weight before the parts are made to sum to 1. */
const leastPart = 0.5;
const mostPart = 1.5;

type Widening = {
  /** Width of the network that begins over that of the one that is known. */
  readonly times: number;
  readonly seed: number;
  /** Of the tensor. */
  readonly name: string;
};

/**
 * A kernel [out, in, height, width] or a value per channel [out], as a network `times` as wide has it: as it is where the shapes
 * are the same, undefined where they are not so related. The same seed and name draw the same parts.
 */
export function widen(
  tensor: StateTensor,
  wantedShape: readonly number[],
  { times, seed, name }: Widening,
): StateTensor | undefined {
  const { shape, data } = tensor;
  if (shape.join() === wantedShape.join()) return tensor;
  const [out, into = 1] = wantedShape;
  const outTimes = out / shape[0];
  const inTimes = into / (shape[1] ?? 1);
  const fits = [outTimes, inTimes].every((factor) => factor === 1 || factor === times);
  // A convolution that reads a single channel reads the image.
  const ofImage = shape[1] === 1 && inTimes !== 1;
  const sameKernel = shape.slice(2).join() === wantedShape.slice(2).join();
  if (!Number.isInteger(times) || !fits || ofImage || !sameKernel) return undefined;
  const area = data.length / (shape[0] * (shape[1] ?? 1));
  const random = createRandom(seed).fork("widen").fork(name);
  const wide = new Float32Array(out * into * area);
  for (let o = 0; o < out; o++) {
    for (let i = 0; i < into; i += inTimes) {
      const from = (Math.floor(o / outTimes) * (into / inTimes) + i / inTimes) * area;
      for (const [copy, part] of parts(inTimes, random).entries()) {
        const to = (o * into + i + copy) * area;
        for (let k = 0; k < area; k++) wide[to + k] = data[from + k] * part;
      }
    }
  }
  return { shape: [...wantedShape], data: wide };
}

/** `count` positive numbers whose sum is 1. */
function parts(count: number, random: Random): number[] {
  if (count === 1) return [1];
  const drawn = Array.from({ length: count }, () => random.uniform(leastPart, mostPart));
  const sum = drawn.reduce((a, b) => a + b);
  return drawn.map((part) => part / sum);
}
