/**
 * Seeded random numbers: the only source of chance below the command line. The generator is sfc32 (Doty-Humphrey,
 * PractRand), seeded by hashing a seed and a path of labels, so that each patient, epoch or layer has a stream of
 * its own that does not depend on how many numbers the others drew.
 */

export type Random = {
  /** Uniform in [0, 1), 32 bits of resolution. */
  next(): number;
  /** Uniform in [low, high). */
  uniform(low: number, high: number): number;
  /** Uniform integer in [0, count). */
  integer(count: number): number;
  /** Normal deviate (Box-Muller, both values used). */
  normal(mean?: number, standardDeviation?: number): number;
  /** One of `items`, which must not be empty, each as likely as its weight (equal without weights). */
  pick<T>(items: readonly T[], weights?: readonly number[]): T;
  /** A shuffled copy (Fisher-Yates). */
  shuffle<T>(items: readonly T[]): T[];
  /** An independent stream named by `label`; does not draw from this one. */
  fork(label: string | number): Random;
};

export function createRandom(seed: number | string): Random {
  return streamOf(String(seed));
}

function streamOf(path: string): Random {
  let [a, b, c, d] = hash128(path);
  let spare: number | undefined;

  function next32(): number {
    const sum = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    c |= 0;
    return sum >>> 0;
  }
  for (let round = 0; round < 15; round++) next32();

  const next = (): number => next32() / 4294967296;
  const integer = (count: number): number => Math.floor(next() * count);

  function normal(mean = 0, standardDeviation = 1): number {
    if (spare !== undefined) {
      const value = spare;
      spare = undefined;
      return mean + standardDeviation * value;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - next()));
    const angle = 2 * Math.PI * next();
    spare = radius * Math.sin(angle);
    return mean + standardDeviation * radius * Math.cos(angle);
  }

  function pick<T>(items: readonly T[], weights?: readonly number[]): T {
    if (items.length === 0) throw new Error("pick needs at least one item");
    if (weights === undefined) return items[integer(items.length)];
    let rest = next() * weights.reduce((sum, weight) => sum + weight, 0);
    for (let index = 0; index < items.length; index++) {
      rest -= weights[index];
      if (rest < 0) return items[index];
    }
    return items[items.length - 1];
  }

  function shuffle<T>(items: readonly T[]): T[] {
    const copy = [...items];
    for (let last = copy.length - 1; last > 0; last--) {
      const other = integer(last + 1);
      [copy[last], copy[other]] = [copy[other], copy[last]];
    }
    return copy;
  }

  return {
    next,
    integer,
    normal,
    pick,
    shuffle,
    uniform: (low, high) => low + (high - low) * next(),
    fork: (label) => streamOf(`${path}/${label}`),
  };
}

/** Four 32-bit words from a string: FNV-1a with four offsets, each finished with murmur3's mixer. */
function hash128(text: string): [number, number, number, number] {
  const words = [0x811c9dc5, 0x01000193, 0x9e3779b9, 0x85ebca6b].map((offset) => {
    let word = offset;
    for (let index = 0; index < text.length; index++) {
      word = Math.imul(word ^ text.charCodeAt(index), 0x01000193);
    }
    word = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
    word = Math.imul(word ^ (word >>> 13), 0xc2b2ae35);
    return word ^ (word >>> 16);
  });
  return [words[0], words[1], words[2], words[3]];
}
