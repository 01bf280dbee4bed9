/**
 * From confidences to the tumour's mask: one region (editing/tools/surest-region.ts, second-look/rival-regions.ts) within its own border, moved to
 * the image's; seen closer where it is small (second-look/closer-look.ts), by a second network too where it is not (second-look/second-opinion.ts,
 * casting-vote.ts); its notches closed last (border/notches-and-spurs.ts).
 */
import { type Aorta, type ChestCt, fillAorta, noAorta } from "#anatomy/aorta/aorta.ts";
import { type CoarseLungs, findCoarseLungs } from "#anatomy/lung-support.ts";
import { surestOf, weighRegions } from "#editing/tools/surest-region.ts";
import { aboveThreshold, type Confidence, insideFrom } from "#geometry/confidence.ts";
import type { Box } from "#geometry/crop.ts";
import { emptyMask, type Mask } from "#geometry/mask.ts";
import { runsOfRegion } from "#geometry/regions/connected-components.ts";
import { boxOfRuns, maskOfRuns } from "#geometry/regions/runs.ts";
import { closeNotches } from "./border/notches-and-spurs.ts";
import { ownBorder } from "./border/own-border.ts";
import { sharpenBorder } from "./border/sharpen-border.ts";
import type { PromptModel } from "./prompts/prompt-model.ts";
import { type Disputed, settleBorder } from "./second-look/casting-vote.ts";
import { addSeenCloser } from "./second-look/closer-look.ts";
import { tumourAmong } from "./second-look/rival-regions.ts";
import { type AskSecond, seenByBoth } from "./second-look/second-opinion.ts";

/**
 * `tumour`: the surest region, or the rival of it that is more like a tumour, within its own border, moved to the image's, and looked at
 * again, without notches. `largest`: the surest region as predicted. `none`: all.
 */
export type CleanUp = "tumour" | "largest" | "none";

type Seen = {
  /** The CT's, upright. */
  readonly hu: Int16Array;
  /** Of an upright patient; what lies in it is not in the tumour. The confidence is 0 there already. */
  readonly aorta?: Aorta | undefined;
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
  readonly disputed?: Disputed | undefined;
};

/** The tumour's mask. An empty one stays empty. */
export async function toMask(
  confidence: Confidence,
  cleanUp: CleanUp,
  { hu, aorta = noAorta, threshold, lungs, clicks, askSecond }: Seen,
): Promise<Cleaned> {
  const { grid } = confidence;
  if (cleanUp === "none") return { mask: { grid, data: aboveThreshold(confidence) }, leftOut: 0 };
  const ct: ChestCt = { grid, hu, aorta };
  const nothing: Cleaned = { mask: emptyMask(grid), leftOut: 0 };
  const seen = { ct, threshold, lungs: lungs ?? (() => findCoarseLungs(ct)) };
  if (cleanUp === "largest") {
    const largest = await chooseRegion({ ...seen, confidence });
    return largest === undefined
      ? nothing
      : { mask: maskOfRuns(grid, largest.runs), leftOut: largest.leftOut };
  }
  const first = await findTumour({ ...seen, clicks, confidence });
  if (first === undefined) return nothing;
  const agreement = askSecond && (await seenByBoth(first.region, { confidence, threshold }, askSecond));
  const again = agreement && (await findTumour({ ...seen, clicks, confidence: agreement.both }));
  const { leftOut, surer } = first;
  const contour = drawBorder(ct, first);
  const settled =
    again && (await settleBorder(ct, { ...agreement, contour, both: drawBorder(ct, again) }, clicks));
  const drawn = settled?.mask ?? contour;
  const closer = clicks === undefined ? drawn : await addSeenCloser(ct, drawn, clicks);
  const mask = closeNotches(closer);
  // Holes are filled last, and a tumour may lie all round it.
  fillAorta(aorta, mask, 0);
  return { mask, leftOut, surer, disputed: settled?.disputed };
}

type Looking = Pick<Seen, "threshold" | "clicks"> & {
  readonly ct: ChestCt;
  readonly confidence: Confidence;
  readonly lungs: () => CoarseLungs | undefined;
};

/** The tumour's region as predicted; undefined where there is none. */
async function chooseRegion({ ct, confidence, threshold, lungs, clicks }: Looking) {
  const weighed = weighRegions(confidence, insideFrom, lungs);
  const { regions } = weighed;
  if (regions.count === 0) return undefined;
  const surest = surestOf(weighed);
  const chosen =
    clicks === undefined ? surest : await tumourAmong(weighed, { ct, confidence, threshold }, clicks);
  return {
    runs: runsOfRegion(regions, chosen),
    leftOut: regions.count - 1,
    surer: chosen === surest ? undefined : boxOfRuns(runsOfRegion(regions, surest), ct.grid.size),
  };
}

/** The same within its own border, with what that was made of. */
async function findTumour(looking: Looking) {
  const { confidence, threshold } = looking;
  const chosen = await chooseRegion(looking);
  return chosen && { ...chosen, confidence, ...ownBorder(confidence, chosen.runs, threshold) };
}

/** The border moved to the image's. */
function drawBorder(
  ct: ChestCt,
  { confidence, region, ownBytes }: ReturnType<typeof ownBorder> & Pick<Looking, "confidence">,
) {
  return sharpenBorder(ct, confidence, region, ownBytes);
}
