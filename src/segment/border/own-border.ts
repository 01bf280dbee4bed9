/**
 * Where a region ends, by its own certainty. A network doubts whether something is tumour and where it ends, and its probability holds
 * both: in the middle of a tumour that it is unsure of it is 0.3, and a border at one probability for all of them comes out too far in;
 * round a sure one too far out. Relative to the region's median only the second doubt is left. The threshold that is best for the DSC is
 * half of what can be reached of it (Lipton, Elkan, Naryanaswamy 2014, Optimal thresholding of classifiers to maximize F1
 * measure): higher for the sure, lower for the unsure, never above 1/2. Measured: docs/measurements/shipped-model.md.
 */
import { regionOf } from "#editing/tools/surest-region.ts";
import {
  type Confidence,
  certainByte,
  certaintyAbove,
  insideFrom,
  leastProbability,
  toByte,
} from "#geometry/confidence.ts";
import type { Runs } from "#geometry/regions/runs.ts";

/** The border, as a part of the region's median probability: what finds a region is lower than what ends it. */
const borderPerThreshold = 2;
const highestBorder = 0.5;

/** Of each byte of the model's confidence the one relative to the region: certain from the region's median on. */
export type OwnBytes = Uint8Array;

/** A region within its own border, how certain each byte is for it, and the median probability that this is relative to. */
type OwnBorder = { readonly region: Runs; readonly ownBytes: OwnBytes; readonly median: number };

/**
 * The region within its own border. `runs` is connected and not empty, `threshold` the one that `confidence` was made with.
 */
export function ownBorder(confidence: Confidence, runs: Runs, threshold: number): OwnBorder {
  const median = leastProbability(medianByte(confidence, runs), threshold);
  const border = Math.max(threshold, Math.min(highestBorder, borderPerThreshold * threshold));
  const ownBytes = Uint8Array.from({ length: certainByte + 1 }, (_, byte) =>
    toByte(Math.min(1, leastProbability(byte, threshold) / median), border),
  );
  const level = ownBytes.findIndex((byte) => byte >= insideFrom);
  return {
    region: regionOf(confidence, level, runs, (byte) => certaintyAbove(ownBytes[byte])),
    ownBytes,
    median,
  };
}

function medianByte({ data }: Confidence, runs: Runs): number {
  const counts = new Uint32Array(certainByte + 1);
  for (let run = 0; run < runs.starts.length; run++)
    for (let at = runs.starts[run]; at < runs.ends[run]; at++) counts[data[at]]++;
  const half = counts.reduce((sum, count) => sum + count, 0) / 2;
  let byte = certainByte;
  for (let above = counts[byte]; above < half; above += counts[byte]) byte--;
  return byte;
}
