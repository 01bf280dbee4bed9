/**
 * From confidences to one tumour. A network that sees single slices finds scattered bits; the primary tumour is one body,
 * the one with the most confidence in it: volume alone would prefer a large doubtful region to a small certain one. A
 * region with hardly any lung below it counts for little (lung-support.ts), and is kept if there is no other.
 */

import { aboveThreshold, type Confidence, certaintyAbove } from "../geometry/confidence.ts";
import { connectedComponents } from "../geometry/connected-components.ts";
import { type Mask, maskWhere } from "../geometry/mask.ts";
import { lungSupport } from "./lung-support.ts";
import { sharpenBorder } from "./sharpen-border.ts";

/** From this part of the lower surface on, a region counts in full: tumours may lie on the diaphragm with the rest. */
const fullSupport = 0.3;
/** A voxel counts by this power of its confidence: at a low operating point a wide doubtful region has many voxels. */
const certaintyPower = 4;
/** What a region without any lung below counts. */
const leastWeight = 0.02;

/** `tumour`: the surest region with its border moved to the image's. `largest`: the surest region as predicted. `none`: all. */
export type CleanUp = "tumour" | "largest" | "none";

/** The tumour's mask, and how many further regions were left out. An empty mask stays empty. `hu` is the CT's. */
export function toMask(
  confidence: Confidence,
  cleanUp: CleanUp,
  hu: Int16Array,
): { readonly mask: Mask; readonly leftOut: number } {
  const found = surestRegion(confidence, cleanUp, hu);
  if (cleanUp !== "tumour") return found;
  return { ...found, mask: sharpenBorder({ grid: confidence.grid, hu }, confidence, found.mask) };
}

function surestRegion(confidence: Confidence, cleanUp: CleanUp, hu: Int16Array) {
  const all: Mask = { grid: confidence.grid, data: aboveThreshold(confidence) };
  if (cleanUp === "none") return { mask: all, leftOut: 0 };
  const { labels, count } = connectedComponents(all);
  if (count < 2) return { mask: all, leftOut: 0 };
  const certainty = new Float64Array(count + 1);
  const weights = Float64Array.from({ length: 256 }, (_, byte) => certaintyAbove(byte) ** certaintyPower);
  for (let index = 0; index < labels.length; index++) {
    if (labels[index] > 0) certainty[labels[index]] += weights[confidence.data[index]];
  }
  const support = lungSupport({ grid: confidence.grid, hu }, all, labels, count);
  support?.forEach((part, label) => {
    certainty[label] *= leastWeight + (1 - leastWeight) * Math.min(1, part / fullSupport);
  });
  const kept = certainty.indexOf(Math.max(...certainty));
  return {
    mask: maskWhere(all.grid, (at) => labels[at] === kept),
    leftOut: count - 1,
  };
}
