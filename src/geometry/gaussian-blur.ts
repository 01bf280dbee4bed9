/** The Gaussian along lines of an image, one axis at a time; beyond an end the last value goes on, so that nothing draws back from it. */
import type { Vector3 } from "#core/coordinates.ts";

/** Lines of `count` values that are `stride` apart; `lines` of them, `next` apart. */
type Lines = Readonly<Record<"count" | "stride" | "lines" | "next", number>>;

/** Weights that add up to 1, at -reach to reach; the standard deviation is in voxels, and beyond three of them there is nothing. */
export function gaussianTaps(
  standardDeviation: number,
  reach = gaussianReach(standardDeviation),
): Float64Array {
  const taps = Float64Array.from({ length: 2 * reach + 1 }, (_, tap) =>
    Math.exp(-((tap - reach) ** 2) / (2 * standardDeviation ** 2)),
  );
  const sum = taps.reduce((total, weight) => total + weight, 0);
  return taps.map((weight) => weight / sum);
}

/** Voxels beyond which the Gaussian is nothing. */
export function gaussianReach(standardDeviation: number): number {
  return Math.ceil(3 * standardDeviation);
}

/** Changes `values` in place. */
export function blurLines(
  values: Float32Array,
  { count, stride, lines, next }: Lines,
  taps: Float64Array,
): void {
  const reach = (taps.length - 1) / 2;
  const line = new Float64Array(count + 2 * reach);
  for (let row = 0; row < lines; row++) {
    const start = row * next;
    for (let at = 0; at < count; at++) line[at + reach] = values[start + stride * at];
    line.fill(line[reach], 0, reach).fill(line[count + reach - 1], count + reach);
    for (let at = 0; at < count; at++) {
      let value = 0;
      for (let tap = 0; tap < taps.length; tap++) value += taps[tap] * line[at + tap];
      values[start + stride * at] = value;
    }
  }
}

/** Changes voxels in the memory order of `size` in place, each axis by its standard deviation in voxels; 0 leaves it as it is. */
export function blurVolume(values: Float32Array, size: Vector3, standardDeviations: readonly number[]): void {
  const [width, height, depth] = size;
  const area = width * height;
  const [across, down, along] = standardDeviations;
  if (across > 0)
    blurLines(values, { count: width, stride: 1, lines: height * depth, next: width }, gaussianTaps(across));
  if (down > 0)
    for (let k = 0; k < depth; k++)
      blurLines(
        values.subarray(k * area, (k + 1) * area),
        { count: height, stride: width, lines: width, next: 1 },
        gaussianTaps(down),
      );
  if (along > 0) blurLines(values, { count: depth, stride: area, lines: area, next: 1 }, gaussianTaps(along));
}
