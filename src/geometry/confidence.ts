/**
 * A model's confidence in each voxel as a byte, and what a byte says: the one place that knows. The server writes the bytes,
 * the review page reads them; a byte is a probability only together with the model's threshold, which travels with it.
 *
 * Linear in the probability p on either side of the threshold t: byte 128 p / t below it, 128 + 128 (p - t) / (1 - t) above,
 * rounded down. 0 is p = 0, 127 just below t, 128 just above, 255 is p = 1.
 */
import type { Grid } from "./grid.ts";

/** One byte per voxel, which keeps a 100-slice CT at 26 MB. Offset = i + ni * (j + nj * k). */
export type Confidence = { readonly grid: Grid; readonly data: Uint8Array };

/** A voxel is inside from this byte on, exactly where the probability is above the threshold. */
export const insideFrom = 128;
/** The byte of certainty. */
export const certainByte = 255;
/** Bytes on either side of the threshold. */
const bytesPerSide = 128;

/** The byte that stands for a probability, both 0 to 1 and the threshold strictly between. */
export function toByte(probability: number, threshold: number): number {
  return probability > threshold
    ? Math.min(
        certainByte,
        insideFrom + Math.floor(((probability - threshold) / (1 - threshold)) * bytesPerSide),
      )
    : Math.max(0, Math.min(insideFrom - 1, Math.floor((probability / threshold) * bytesPerSide)));
}

/** The least probability that a byte stands for: at 128 the threshold itself. */
export function leastProbability(byte: number, threshold: number): number {
  return byte >= insideFrom
    ? threshold + ((byte - insideFrom) / bytesPerSide) * (1 - threshold)
    : (byte / bytesPerSide) * threshold;
}

/** The probability in the middle of those that a byte stands for. */
export function probabilityOf(byte: number, threshold: number): number {
  return leastProbability(byte + 0.5, threshold);
}

/** How sure a byte is above a level: 0 below the level, the least step at it, 1 at certainty. */
export function certaintyAbove(byte: number, level: number = insideFrom): number {
  return Math.max(0, (byte - level + 1) / (certainByte - level + 1));
}

/** From -1, surely outside, to 1, surely inside; the threshold is half way between two bytes. */
export function leaning(byte: number): number {
  return (byte - certainByte / 2) / (certainByte / 2);
}

/** 1 where the voxel is inside, else 0. */
export function aboveThreshold({ data }: Confidence): Uint8Array {
  const inside = new Uint8Array(data.length);
  // A loop: typed arrays' own `map` takes ten times as long.
  for (let at = 0; at < data.length; at++) if (data[at] >= insideFrom) inside[at] = 1;
  return inside;
}
