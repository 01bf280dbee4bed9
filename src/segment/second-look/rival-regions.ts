/**
 * Which of several regions is the tumour, where a network is nearly as sure of one as of another: the network that answers clicks is
 * asked (prompts/). It follows what is pointed at from slice to slice. From inside a tumour it comes to the same tumour; from inside a
 * vessel, the top of an organ or scattered fibrosis it goes on into what that is part of, or ends early. So a region counts by how
 * well the two agree, and most by how much of what is followed lies inside it: in a large tumour that network ends early as well.
 * Measured: docs/decisions/0044-rival-regions.md.
 */

import type { ChestCt } from "#anatomy/aorta/aorta.ts";
import { type Vector3, type VoxelPoint, voxelPoint } from "#core/coordinates.ts";
import { indexOfGreatest } from "#core/greatest.ts";
import type { WeighedRegions } from "#editing/tools/surest-region.ts";
import type { Confidence } from "#geometry/confidence.ts";
import { boxFrom } from "#geometry/crop.ts";
import type { Mask } from "#geometry/mask.ts";
import { type Overlap, overlapInBox } from "#geometry/overlap.ts";
import { runsOfRegion } from "#geometry/regions/connected-components.ts";
import { boxOfRuns, partOfRuns } from "#geometry/regions/runs.ts";
import { mean } from "#statistics/moments.ts";
import { ownBorder } from "../border/own-border.ts";
import { onGrid } from "../prompts/answers-on-grid.ts";
import { clicksInside } from "../prompts/clicks-inside.ts";
import { insideOf } from "../prompts/contour-part.ts";
import { briefly, followFromClick } from "../prompts/follow-tumour.ts";
import type { PromptModel } from "../prompts/prompt-model.ts";

/** A region with less than this part of the surest one's weight is no rival. */
const rivalPart = 0.03;
/** With the surest one: each takes a second where a tumour is large. */
const mostAsked = 4;
/** A region that counts less than this part of the one that counts most so far is asked about no further. */
const askedFrom = 0.25;
/** Of its highest: a region that would not count most by this much is not asked about. No choice in 245 patients changed by it, from 1 down to 0.6. */
const hopedFor = 0.65;
/** A rival that agrees less in either way counts half: where little that is followed agrees with any, the surest region stays. */
const agreesFrom = 0.5;

type Seen = {
  /** Upright. */
  readonly ct: ChestCt;
  readonly confidence: Confidence;
  /** The one that the confidence was made with. */
  readonly threshold: number;
};

/** The number of the region that is the tumour, 0 where there is none. `clicks` is asked for only where there is a choice. */
export async function tumourAmong(
  { regions, weights }: WeighedRegions,
  seen: Seen,
  clicks: () => Promise<PromptModel>,
): Promise<number> {
  const surest = indexOfGreatest(weights);
  const chosen = [...weights.keys()]
    .filter((region) => region > 0 && weights[region] >= rivalPart * weights[surest])
    .sort((a, b) => weights[b] - weights[a])
    .slice(0, mostAsked);
  if (chosen.length < 2) return surest;
  const model = await clicks();
  const { grid } = seen.confidence;
  let rivals: Rival[] = [];
  for (const region of chosen) {
    const most = countsMost(rivals);
    if (hopedFor * Math.sqrt(weights[region]) <= most) break;
    const { region: ownRuns, median } = ownBorder(
      seen.confidence,
      runsOfRegion(regions, region),
      seen.threshold,
    );
    const likeness = Math.sqrt(weights[region]) * median;
    if (hopedFor * likeness <= most) continue;
    const box = boxOfRuns(ownRuns, grid.size);
    if (box === undefined) throw new Error("a region within its own border is not empty");
    const part = partOfRuns(grid, ownRuns, box);
    const inside = { corner: box.from, part, clicks: clicksInside(part) };
    const rival = { region, likeness, isSurest: region === surest, ...inside, followed: [] };
    rivals.push(rival);
    await followOnce(seen.ct, rival, model);
  }
  for (let asked = 1; asked < rivals[0].clicks.length; asked++) {
    const least = askedFrom * countsMost(rivals);
    rivals = rivals.filter((rival) => counts(rival) >= least);
    if (rivals.length === 1) break;
    for (const rival of rivals) await followOnce(seen.ct, rival, model);
  }
  return rivals[indexOfGreatest(rivals.map(counts))].region;
}

/** A region that may be the tumour, and what was found from clicks inside it so far. */
type Rival = {
  readonly region: number;
  /** What it counts if all that is followed agrees. */
  readonly likeness: number;
  readonly isSurest: boolean;
  /** What is inside, cut to its box, and the CT's voxel where that begins: of a long CT four whole masks would take more memory than all else. */
  readonly part: Mask;
  readonly corner: Vector3;
  /** In voxels of the part. */
  readonly clicks: readonly VoxelPoint[];
  /** Of the first clicks: how what was followed from them agrees with the region. */
  readonly followed: Pick<Overlap, "dsc" | "precision">[];
};

/** The more it agrees with what is followed from inside it, and the more of that lies inside, the more it counts. */
function counts({ likeness, isSurest, followed }: Rival): number {
  const dsc = mean(followed.map((overlap) => overlap.dsc ?? 0));
  const inside = mean(followed.map(({ precision }) => precision ?? 0));
  const doubtful = !isSurest && Math.max(dsc, inside) < agreesFrom;
  return likeness * dsc * inside ** 2 * (doubtful ? 0.5 : 1);
}

const countsMost = (rivals: readonly Rival[]): number => Math.max(0, ...rivals.map(counts));

/** Asks about the next click. */
async function followOnce(
  ct: ChestCt,
  { part, corner, clicks, followed }: Rival,
  model: PromptModel,
): Promise<void> {
  const [i, j, k] = clicks[followed.length];
  const click = voxelPoint(corner[0] + i, corner[1] + j, corner[2] + k);
  const answers = await followFromClick(ct, model, click, briefly);
  if (answers.length === 0) followed.push({ dsc: 0, precision: null });
  else {
    const { box, probability } = onGrid(ct, answers, model.input.size, 0);
    followed.push(overlapInBox(part, { box: boxFrom(corner, box), inside: insideOf(probability) }));
  }
}
