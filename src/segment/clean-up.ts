/**
 * From confidences to the tumour's mask: one region (editing/tools/surest-region.ts, second-look/rival-regions.ts) within its own border, moved to
 * the image's; seen closer where it is small (second-look/closer-look.ts), by a second network too where it is not (second-look/second-opinion.ts).
 */
import { type CoarseLungs, findCoarseLungs } from "#anatomy/lung-support.ts";
import { surestOf, weighRegions } from "#editing/tools/surest-region.ts";
import { aboveThreshold, type Confidence, insideFrom } from "#geometry/confidence.ts";
import { maskOfRegion } from "#geometry/connected-components.ts";
import { type Box, boundingBox } from "#geometry/crop.ts";
import type { CtImage } from "#geometry/ct-image.ts";
import { emptyMask, type Mask } from "#geometry/mask.ts";
import { ownBorder } from "./border/own-border.ts";
import { sharpenBorder } from "./border/sharpen-border.ts";
import type { PromptModel } from "./prompts/prompt-model.ts";
import { addSeenCloser } from "./second-look/closer-look.ts";
import { tumourAmong } from "./second-look/rival-regions.ts";
import { type AskSecond, seenByBoth } from "./second-look/second-opinion.ts";

/**
 * `tumour`: the surest region, or the rival of it that is more like a tumour, within its own border, moved to the image's, and looked at
 * again. `largest`: the surest region as predicted. `none`: all.
 */
export type CleanUp = "tumour" | "largest" | "none";

type Seen = {
  /** The CT's, upright. */
  readonly hu: Int16Array;
  /** The model's, which the confidence was made with. */
  readonly threshold: number;
  /** Asked for only where there is a choice. */
  readonly lungs?: (() => CoarseLungs | undefined) | undefined;
  /**
   * The network that answers clicks, asked for only where the surest region has rivals or the tumour is small; without it the surest is
   * taken as it is drawn.
   */
  readonly clicks?: (() => Promise<PromptModel>) | undefined;
  /** A second network, asked where the tumour is not small. */
  readonly askSecond?: AskSecond | undefined;
};

type Cleaned = {
  readonly mask: Mask;
  /** Further regions that were left out. */
  readonly leftOut: number;
  /** Where the network is surer of another region than of the one that was taken. */
  readonly surer?: Box | undefined;
};

/** The tumour's mask. An empty one stays empty. */
export async function toMask(
  confidence: Confidence,
  cleanUp: CleanUp,
  { hu, threshold, lungs, clicks, askSecond }: Seen,
): Promise<Cleaned> {
  const { grid } = confidence;
  if (cleanUp === "none") return { mask: { grid, data: aboveThreshold(confidence) }, leftOut: 0 };
  const ct = { grid, hu };
  const one = { ct, threshold, lungs: lungs ?? (() => findCoarseLungs(ct)) };
  if (cleanUp === "largest") return chooseRegion({ ...one, confidence });
  const asked = { ...one, clicks };
  const first = await drawTumour({ ...asked, confidence });
  const { mask } = first;
  const closer = clicks === undefined ? mask : await addSeenCloser(ct, mask, clicks);
  // What was seen closer was small.
  if (closer !== mask || askSecond === undefined) return { ...first, mask: closer };
  const both = await seenByBoth(mask, { confidence, threshold }, askSecond);
  if (both === undefined) return first;
  const again = await drawTumour({ ...asked, confidence: both });
  return again.mask.data.includes(1) ? { ...first, mask: again.mask } : first;
}

type Drawing = {
  readonly ct: CtImage;
  readonly confidence: Confidence;
  readonly threshold: number;
  readonly lungs: () => CoarseLungs | undefined;
  readonly clicks?: (() => Promise<PromptModel>) | undefined;
};

/** The tumour's region as predicted. */
async function chooseRegion({ ct, confidence, threshold, lungs, clicks }: Drawing): Promise<Cleaned> {
  const weighed = weighRegions(confidence, insideFrom, lungs);
  const { regions } = weighed;
  if (regions.count === 0) return { mask: emptyMask(ct.grid), leftOut: 0 };
  const surest = surestOf(weighed);
  const chosen =
    clicks === undefined ? surest : await tumourAmong(weighed, { ct, confidence, threshold }, clicks);
  return {
    mask: maskOfRegion(ct.grid, regions, chosen),
    leftOut: regions.count - 1,
    surer: chosen === surest ? undefined : boundingBox(maskOfRegion(ct.grid, regions, surest)),
  };
}

/** The tumour within its own border, moved to the image's. */
async function drawTumour(drawing: Drawing): Promise<Cleaned> {
  const { ct, confidence, threshold } = drawing;
  const chosen = await chooseRegion(drawing);
  if (!chosen.mask.data.includes(1)) return chosen;
  const { mask, own } = ownBorder(confidence, chosen.mask, threshold);
  return { ...chosen, mask: sharpenBorder(ct, confidence, mask, own) };
}
