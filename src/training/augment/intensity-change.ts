/**
 * Changes of grey levels, options past the paper, which never changes intensities: contrast, brightness, noise and blur,
 * as scanners and reconstruction kernels differ. They help a model trained on one kind of images (phantoms, one scanner)
 * on another. Noise comes before blur, as in a scanner: a softer kernel has less noise, and coarser.
 */
import type { AugmentationOptions } from "#contract/augmentation-options.ts";
import { createRandom, type Random } from "#core/random.ts";
import { blurLines, gaussianTaps } from "#geometry/gaussian-blur.ts";
import { type GreyLevels, levelOf } from "#preprocess/grey-levels.ts";

/** The largest changes; 0 everywhere is none. */
type IntensityRange = Pick<AugmentationOptions, "contrast" | "brightnessHu" | "noiseHu" | "blurPixels">;

/** What one image gets. */
export type IntensityChange = {
  readonly gain: number;
  readonly offsetHu: number;
  readonly noiseHu: number;
  readonly blurPixels: number;
  /** Of the noise. */
  readonly seed: number;
};

/** Each of the four up to its largest, evenly; undefined where the range allows none. */
export function drawIntensityChange(random: Random, range: IntensityRange): IntensityChange | undefined {
  const { contrast, brightnessHu, noiseHu, blurPixels } = range;
  if (contrast + brightnessHu + noiseHu + blurPixels === 0) return undefined;
  return {
    gain: 1 + random.uniform(-contrast, contrast),
    offsetHu: random.uniform(-brightnessHu, brightnessHu),
    noiseHu: random.uniform(0, noiseHu),
    blurPixels: random.uniform(0, blurPixels),
    seed: random.integer(2 ** 32),
  };
}

/**
 * Changes a square image of grey levels in place. `stream` tells the slices of one sample apart: they have the same change
 * and noise of their own. Levels stay within the range that the conversion from HU gives.
 */
export function changeIntensities(
  levels: Float32Array,
  size: number,
  change: IntensityChange,
  { greyLevels, stream }: { readonly greyLevels: GreyLevels; readonly stream: number },
): void {
  const levelsPerHu = (greyLevels.levels - 1) / (greyLevels.highHu - greyLevels.lowHu);
  const water = levelOf(0, greyLevels);
  const highest = greyLevels.levels - 1;
  const noise = change.noiseHu * levelsPerHu;
  if (noise > 0) addNoise(levels, createRandom(change.seed).fork(stream), noise);
  if (change.blurPixels > 0) blur(levels, size, change.blurPixels);
  const shift = water + change.offsetHu * levelsPerHu - change.gain * water;
  for (let at = 0; at < levels.length; at++)
    levels[at] = Math.min(highest, Math.max(0, change.gain * levels[at] + shift));
}

/** Normal deviates are dear: a table of them, the same always, is read from random places on, a row at a time. */
const tableLength = 1 << 16;
let deviates: Float32Array | undefined;

function tableOfDeviates(): Float32Array {
  const random = createRandom("noise");
  deviates ??= Float32Array.from({ length: tableLength }, () => random.normal());
  return deviates;
}

function addNoise(levels: Float32Array, random: Random, standardDeviation: number): void {
  const table = tableOfDeviates();
  const run = 64;
  for (let start = 0; start < levels.length; start += run) {
    const from = random.integer(tableLength - run);
    const scale = random.next() < 0.5 ? -standardDeviation : standardDeviation;
    for (let at = 0; at < run; at++) levels[start + at] += scale * table[from + at];
  }
}

/** Both axes of a square image. */
function blur(levels: Float32Array, size: number, standardDeviation: number): void {
  const taps = gaussianTaps(standardDeviation);
  blurLines(levels, { count: size, stride: 1, lines: size, next: size }, taps);
  blurLines(levels, { count: size, stride: size, lines: size, next: 1 }, taps);
}
