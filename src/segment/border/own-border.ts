/**
 * Where a region ends, by its own certainty. A network doubts whether something is tumour and where it ends, and its probability holds
 * both: in the middle of a tumour that it is unsure of it is 0.3, and a border at one probability for all of them comes out too far in;
 * round a sure one too far out. Relative to the region's median only the second doubt is left. The threshold that is best for the DSC is
 * half of what can be reached of it (Lipton, Elkan, Naryanaswamy 2014, Optimal thresholding of classifiers to maximize F1
 * measure): higher for the sure, lower for the unsure, never above 1/2. Measured: docs/measurements/shipped-model.md.
 */
import {
  aboveThreshold,
  type Confidence,
  certainByte,
  certaintyAbove,
  leastProbability,
  toByte,
} from "#geometry/confidence.ts";
import { connectedComponents } from "#geometry/connected-components.ts";
import { boundingBox, cropMask, cropVoxels, uncropVoxels } from "#geometry/crop.ts";
import type { Mask } from "#geometry/mask.ts";

/** The border, as a part of the region's median probability: what finds a region is lower than what ends it. */
const borderPerThreshold = 2;
const highestBorder = 0.5;

/**
 * The region within its own border, and the confidence relative to it: certain from the region's median on.
 * `found` is connected and not empty, `threshold` the one that `confidence` was made with.
 */
export function ownBorder(
  confidence: Confidence,
  found: Mask,
  threshold: number,
): { readonly confidence: Confidence; readonly mask: Mask } {
  const { grid } = confidence;
  const median = leastProbability(medianByte(confidence, found), threshold);
  const border = Math.max(threshold, Math.min(highestBorder, borderPerThreshold * threshold));
  const bytes = Uint8Array.from({ length: certainByte + 1 }, (_, byte) =>
    toByte(Math.min(1, leastProbability(byte, threshold) / median), border),
  );
  const data = new Uint8Array(confidence.data.length);
  for (let at = 0; at < data.length; at++) data[at] = bytes[confidence.data[at]];
  const own = { grid, data };
  return { confidence: own, mask: surestWithin(own, found) };
}

function medianByte({ data }: Confidence, { data: inside }: Mask): number {
  const counts = new Uint32Array(certainByte + 1);
  let voxels = 0;
  for (let at = 0; at < inside.length; at++) {
    counts[data[at]] += inside[at];
    voxels += inside[at];
  }
  let byte = certainByte;
  for (let above = counts[byte]; above < voxels / 2; above += counts[byte]) byte--;
  return byte;
}

/** Of the regions inside, the one with the most certainty in common with `found`, which it may leave. */
function surestWithin(own: Confidence, found: Mask): Mask {
  const { grid } = own;
  const all: Mask = { grid, data: aboveThreshold(own) };
  const box = boundingBox(all);
  if (box === undefined) return found;
  const { labels, count } = connectedComponents(cropMask(all, box));
  const certainty = cropVoxels(own.data, grid.size, box);
  const common = cropVoxels(found.data, grid.size, box);
  const weights = new Float64Array(count + 1);
  for (let at = 0; at < labels.length; at++)
    if (common[at] === 1 && labels[at] > 0) weights[labels[at]] += certaintyAbove(certainty[at]);
  const surest = weights.indexOf(Math.max(...weights));
  const part = new Uint8Array(labels.length);
  for (let at = 0; at < part.length; at++) if (labels[at] === surest) part[at] = 1;
  return { grid, data: uncropVoxels(part, box, grid.size) };
}
