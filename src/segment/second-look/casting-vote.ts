/**
 * A tumour's border once two networks have drawn it (second-opinion.ts). What both see belongs to it, and what is near to that as well:
 * physicians differ by so much. Where more is at stake, the network that answers prompts has the casting vote: it is asked to follow the tumour in
 * the box round what the others agree on, and on along it where that cuts it off. Measured: docs/decisions/0049-the-casting-vote.md.
 */
import type { ChestCt } from "#anatomy/aorta/aorta.ts";
import type { Vector3 } from "#core/coordinates.ts";
import { applyPatch } from "#editing/patch/mask-patch.ts";
import { type Region, regionPatch } from "#editing/region-cut/segment-region.ts";
import { type Confidence, insideFrom } from "#geometry/confidence.ts";
import {
  type Box,
  boundingBox,
  boxFrom,
  cropMask,
  cropVoxels,
  growBox,
  uncropVoxels,
} from "#geometry/crop.ts";
import { withinDistance } from "#geometry/distances/within-distance.ts";
import { countVoxels, type Mask } from "#geometry/mask.ts";
import { overlapInBox } from "#geometry/overlap.ts";
import { keepAttached } from "#geometry/regions/connected-components.ts";
import { cutSpurs } from "../border/notches-and-spurs.ts";
import { unmirrored } from "../prompts/follow-tumour.ts";
import type { PromptModel } from "../prompts/prompt-model.ts";
import { regionInBox } from "../prompts/region-in-box.ts";

/** What is no farther from what both see belongs to it. */
const nearMm = 5;
/** Of the first one's contour: less that lies farther is left out unasked. */
const askedFrom = 0.05;
/** Round what the box is drawn, for the tumour to end in it. */
const roomMm = 5;
/** Of what is at stake: the network that sees so much of it takes it for tumour. */
const leastSeen = 0.5;
/** What the networks differ on is told from this part of the contour on. */
const toldFrom = 0.2;

/** What is tumour to one network and not to another, where that is much. */
export type Disputed = { readonly box: Box; readonly isKept: boolean };

type Settled = { readonly mask: Mask; readonly disputed: Disputed | undefined };

type Drawn = {
  /** The first network's. */
  readonly contour: Mask;
  /** Drawn from what both see. */
  readonly both: Mask;
  /** What the second network sees. */
  readonly second: Confidence;
};

/**
 * Outvoted, the first one's contour is not trusted near by either: the tumour is what the second sees with either of the others. Outvoted,
 * the second leaves nothing out. Without a third network the near part stays. The CT is upright.
 */
export async function settleBorder(
  ct: ChestCt,
  { contour, both, second }: Drawn,
  clicks: (() => Promise<PromptModel>) | undefined,
): Promise<Settled> {
  const near = uniteNear(contour, both);
  const stake = leftOut(contour, near);
  if (stake === undefined || clicks === undefined || stake.part < askedFrom) return without(stake, near);
  const agreed = boundingBox(cutSpurs(both));
  if (agreed === undefined) throw new Error("what both see is not empty");
  const box = growBox(agreed, roomMm, ct.grid);
  const third = await regionInBox(ct, await clicks(), box, unmirrored);
  const { tpr } = overlapInBox(stake.mask, { ...third, box: boxFrom(stake.corner, third.box) });
  if ((tpr ?? 0) < leastSeen) {
    // What is no tumour is joined to it by bridges, and what is left of those by spurs.
    const mask = cutSpurs(withSeenByTwo(both, second, third));
    return without(leftOut(contour, mask), mask);
  }
  for (let at = 0; at < near.data.length; at++) near.data[at] |= contour.data[at];
  return { mask: near, disputed: disputeOf(stake, true) };
}

/** With what the second and the third see. */
function withSeenByTwo({ grid, data }: Mask, second: Confidence, { box, inside }: Region): Mask {
  const mask: Mask = { grid, data: data.slice() };
  const seen = cropVoxels(second.data, grid.size, box);
  const byBoth = inside.map((value, at) => (seen[at] >= insideFrom ? value : 0));
  applyPatch(mask, regionPatch(mask, { box, inside: byBoth }, "add"));
  return mask;
}

const without = (left: LeftOut | undefined, mask: Mask): Settled => ({
  mask,
  disputed: left && disputeOf(left, false),
});

function disputeOf({ mask, corner: [i, j, k], part }: LeftOut, isKept: boolean): Disputed | undefined {
  const box = part < toldFrom ? undefined : boundingBox(mask);
  return box && { box: boxFrom([-i, -j, -k], box), isKept };
}

type LeftOut = {
  /** Cut to the contour's box, which begins at `corner`. */
  readonly mask: Mask;
  readonly corner: Vector3;
  /** Of the contour. */
  readonly part: number;
};

/** Undefined for an empty contour. */
function leftOut(contour: Mask, drawn: Mask): LeftOut | undefined {
  const extent = boundingBox(contour);
  if (extent === undefined) return undefined;
  const [mask, drawnPart] = [cropMask(contour, extent), cropMask(drawn, extent)];
  const inside = countVoxels(mask);
  for (let at = 0; at < mask.data.length; at++) if (drawnPart.data[at] === 1) mask.data[at] = 0;
  return { mask, corner: extent.from, part: countVoxels(mask) / inside };
}

/** `both`, and of the contour what is no farther from that than 5 mm. The contour as it is where the two have nothing in common. */
export function uniteNear(contour: Mask, both: Mask): Mask {
  const extent = boundingBox(both);
  if (extent === undefined) return contour;
  const box = growBox(extent, nearMm, contour.grid);
  const [contourPart, sharedPart] = [cropMask(contour, box), cropMask(both, box)];
  if (!contourPart.data.some((inside, at) => inside === 1 && sharedPart.data[at] === 1)) return contour;
  const near = withinDistance(sharedPart, nearMm);
  for (let at = 0; at < near.length; at++)
    contourPart.data[at] = sharedPart.data[at] | (contourPart.data[at] & near[at]);
  keepAttached(contourPart, sharedPart);
  return { grid: contour.grid, data: uncropVoxels(contourPart.data, box, contour.grid.size) };
}
