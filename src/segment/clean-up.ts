/** From confidences to the tumour's mask: the surest region (editing/tools/surest-region.ts) within its own border, moved to the image's. */
import { type CoarseLungs, findCoarseLungs } from "#anatomy/lung-support.ts";
import { surestRegion } from "#editing/tools/surest-region.ts";
import { aboveThreshold, type Confidence, insideFrom } from "#geometry/confidence.ts";
import type { Mask } from "#geometry/mask.ts";
import { ownBorder } from "./border/own-border.ts";
import { sharpenBorder } from "./border/sharpen-border.ts";

/** `tumour`: the surest region within its own border, moved to the image's. `largest`: the surest region as predicted. `none`: all. */
export type CleanUp = "tumour" | "largest" | "none";

type Seen = {
  /** The CT's, upright. */
  readonly hu: Int16Array;
  /** The model's, which the confidence was made with. */
  readonly threshold: number;
  /** Asked for only where there is a choice. */
  readonly lungs?: (() => CoarseLungs | undefined) | undefined;
};

/** The tumour's mask, and how many further regions were left out. An empty mask stays empty. */
export function toMask(
  confidence: Confidence,
  cleanUp: CleanUp,
  { hu, threshold, lungs }: Seen,
): { readonly mask: Mask; readonly leftOut: number } {
  const { grid } = confidence;
  if (cleanUp === "none") return { mask: { grid, data: aboveThreshold(confidence) }, leftOut: 0 };
  const ct = { grid, hu };
  const found = surestRegion(confidence, insideFrom, lungs ?? (() => findCoarseLungs(ct)));
  if (cleanUp === "largest" || !found.mask.data.includes(1)) return found;
  const { mask, own } = ownBorder(confidence, found.mask, threshold);
  return { ...found, mask: sharpenBorder(ct, confidence, mask, own) };
}
