/** From confidences to the tumour's mask: the surest region (editing/tools/surest-region.ts), its border moved to the image's. */
import { type CoarseLungs, findCoarseLungs } from "#anatomy/lung-support.ts";
import { surestRegion } from "#editing/tools/surest-region.ts";
import { aboveThreshold, type Confidence, insideFrom } from "#geometry/confidence.ts";
import type { Mask } from "#geometry/mask.ts";
import { sharpenBorder } from "./sharpen-border.ts";

/** `tumour`: the surest region with its border moved to the image's. `largest`: the surest region as predicted. `none`: all. */
export type CleanUp = "tumour" | "largest" | "none";

/**
 * The tumour's mask, and how many further regions were left out. An empty mask stays empty. `hu` is the CT's, upright; `lungs` are
 * asked for only where there is a choice.
 */
export function toMask(
  confidence: Confidence,
  cleanUp: CleanUp,
  hu: Int16Array,
  lungs: () => CoarseLungs | undefined = () => findCoarseLungs({ grid: confidence.grid, hu }),
): { readonly mask: Mask; readonly leftOut: number } {
  const { grid } = confidence;
  if (cleanUp === "none") return { mask: { grid, data: aboveThreshold(confidence) }, leftOut: 0 };
  const ct = { grid, hu };
  const found = surestRegion(confidence, insideFrom, lungs);
  return cleanUp === "largest" ? found : { ...found, mask: sharpenBorder(ct, confidence, found.mask) };
}
