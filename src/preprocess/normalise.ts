/**
 * Population normalisation: grey levels minus the mean of the whole training set, over its standard deviation
 * (Zhang 2020, Methods: statistics of the population, not of the image). The two numbers go into the model file.
 */

export type Normalisation = { readonly mean: number; readonly standardDeviation: number };

/** Pixels of each grey level: 256 whole numbers. */
export type LevelCounts = Float64Array;

export function countLevels(levels: Uint8Array): LevelCounts {
  const counts = new Float64Array(256);
  for (const level of levels) counts[level]++;
  return counts;
}

/**
 * Statistics over every pixel of every image, from exact integer sums over the images' counts. At least two different values
 * are needed.
 */
export function populationStatistics(images: readonly LevelCounts[]): Normalisation {
  let count = 0;
  let sum = 0;
  let squares = 0;
  for (let level = 0; level < 256; level++) {
    const pixels = images.reduce((all, counts) => all + counts[level], 0);
    count += pixels;
    sum += pixels * level;
    squares += pixels * level * level;
  }
  const mean = sum / count;
  const variance = squares / count - mean * mean;
  if (!(variance > 0)) throw new Error("population statistics need at least two different grey levels");
  return { mean, standardDeviation: Math.sqrt(variance) };
}

/** Writes the normalised levels, or HU, to the beginning of `target`, which may be `levels` itself. */
export function normaliseInto(
  target: Float32Array,
  levels: ArrayLike<number>,
  { mean, standardDeviation }: Normalisation,
): void {
  for (let index = 0; index < levels.length; index++)
    target[index] = (levels[index] - mean) / standardDeviation;
}
