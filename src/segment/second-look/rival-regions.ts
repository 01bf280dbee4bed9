/**
 * Which of several regions is the tumour, where a network is nearly as sure of one as of another: the network that answers clicks is
 * asked (prompts/). It follows what is pointed at from slice to slice. From inside a tumour it comes to the same tumour; from inside a
 * vessel, the top of an organ or scattered fibrosis it goes on into what that is part of, or ends early. So a region counts by how
 * well the two agree, and most by how much of what is followed lies inside it: in a large tumour that network ends early as well.
 * Measured: docs/decisions/0044-rival-regions.md.
 */

import { indexOfGreatest } from "#core/greatest.ts";
import type { WeighedRegions } from "#editing/tools/surest-region.ts";
import type { Confidence } from "#geometry/confidence.ts";
import { maskOfRegion } from "#geometry/connected-components.ts";
import type { CtImage } from "#geometry/ct-image.ts";
import type { Mask } from "#geometry/mask.ts";
import { type Overlap, overlapInBox } from "#geometry/overlap.ts";
import { mean } from "#statistics/moments.ts";
import { type OwnBorder, ownBorder } from "../border/own-border.ts";
import { onGrid } from "../prompts/answers-on-grid.ts";
import { clicksInside } from "../prompts/clicks-inside.ts";
import { insideOf } from "../prompts/contour-part.ts";
import { briefly, followFromClick } from "../prompts/follow-tumour.ts";
import type { PromptModel } from "../prompts/prompt-model.ts";

/** A region with less than this part of the surest one's weight is no rival. */
const rivalPart = 0.03;
/** With the surest one: each takes a second where a tumour is large. */
const mostAsked = 4;
/** Where this part of what a region counts so far would be enough, no further click is asked about. */
const sureFrom = 0.25;
/** A rival that agrees less in either way counts half: where little that is followed agrees with any, the surest region stays. */
const agreesFrom = 0.5;

type Seen = {
  /** Upright. */
  readonly ct: CtImage;
  readonly confidence: Confidence;
  /** The one that the confidence was made with. */
  readonly threshold: number;
};

type Tumour = {
  /** The region's number, 0 where there is none. */
  readonly region: number;
  /** Where it was made to ask about the region. */
  readonly border?: OwnBorder | undefined;
};

/** The region that is the tumour. `clicks` is asked for only where there is a choice. */
export async function tumourAmong(
  { regions, weights }: WeighedRegions,
  seen: Seen,
  clicks: () => Promise<PromptModel>,
): Promise<Tumour> {
  const surest = indexOfGreatest(weights);
  const rivals = [...weights.keys()]
    .filter((region) => region > 0 && weights[region] >= rivalPart * weights[surest])
    .sort((a, b) => weights[b] - weights[a])
    .slice(0, mostAsked);
  if (rivals.length < 2) return { region: surest };
  const model = await clicks();
  let [tumour, most]: [Tumour, number] = [{ region: rivals[0] }, 0];
  for (const [at, region] of rivals.entries()) {
    // A region counts less than the root of its weight, by half where the network is as sure in a quarter of the voxels.
    const highest = Math.sqrt(weights[region]);
    if (highest <= most) break;
    const next = Math.sqrt(weights[rivals[at + 1]] ?? 0);
    const asFound = maskOfRegion(seen.confidence.grid, regions, region);
    const border = ownBorder(seen.confidence, asFound, seen.threshold);
    const likeness = highest * border.median;
    if (likeness <= most) continue;
    const counts = ({ dsc, inside }: Agreement): number => likeness * dsc * inside ** 2;
    const isEnough = (sofar: Agreement): boolean => sureFrom * counts(sofar) > Math.max(most, next);
    const found = await agreement(seen.ct, border.mask, model, isEnough);
    const doubtful = at > 0 && Math.max(found.dsc, found.inside) < agreesFrom;
    const own = counts(found) * (doubtful ? 0.5 : 1);
    if (own > most) [tumour, most] = [{ region, border }, own];
  }
  return tumour;
}

/** How well a region agrees with what is found from clicks inside it, each 0 to 1 and the mean over the clicks. */
type Agreement = {
  readonly dsc: number;
  /** The part of what is found that lies inside the region. */
  readonly inside: number;
};

/** Of a region that is not empty, over as many clicks as are enough. */
async function agreement(
  ct: CtImage,
  region: Mask,
  model: PromptModel,
  isEnough: (sofar: Agreement) => boolean,
): Promise<Agreement> {
  const found: Pick<Overlap, "dsc" | "precision">[] = [];
  const sofar = (): Agreement => ({
    dsc: mean(found.map(({ dsc }) => dsc ?? 0)),
    inside: mean(found.map(({ precision }) => precision ?? 0)),
  });
  for (const click of clicksInside(region)) {
    const answers = await followFromClick(ct, model, click, briefly);
    if (answers.length === 0) found.push({ dsc: 0, precision: null });
    else {
      const { box, probability } = onGrid(ct, answers, model.input.size, 0);
      found.push(overlapInBox(region, { box, inside: insideOf(probability) }));
    }
    if (isEnough(sofar())) break;
  }
  return sofar();
}
