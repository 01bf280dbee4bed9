/** The costs of a separation of a region into target and surroundings, and what is left of the cheapest one. */

import { applyPatch } from "#editing/patch/mask-patch.ts";
import { fillHoles } from "#editing/tools/fill-holes.ts";
import { certaintyAbove, insideFrom } from "#geometry/confidence.ts";
import { distanceToMask } from "#geometry/distances/distance-transform.ts";
import type { Grid } from "#geometry/grid.ts";
import { maskWhere } from "#geometry/mask.ts";
import { connectedComponents } from "#geometry/regions/connected-components.ts";
import { coarsen, decided } from "./coarse-region.ts";
import { minimumCut } from "./minimum-cut.ts";
import { placesOf, type RegionImage } from "./region-image.ts";
import { arcsPerVoxel } from "./search-trees.ts";
import { lungLevelHu, medianNear } from "./tissue-depth.ts";

type CutRound = {
  /** Place in memory of a voxel that is surely inside, and the ball round it that is. */
  readonly seed: number;
  readonly seedRadiusMm: number;
  /** How much the target's tissue is wanted at a voxel: 1 in the middle, 0 at its expected reach, negative beyond. */
  readonly pull: (at: number) => number;
};

/** Denser than the tumour by this much are contrast in vessels and bone: no tumour. */
const denserHu = { from: 130, to: 230 } as const;
/** Differences of neighbours: noise below, borders above. */
const borderHu = 90;
/** What the border between two voxels costs by the difference of their HU, as a part of one without a difference: whole numbers, each computed once. */
const alike = Float64Array.from({ length: 4096 }, (_, hu) => Math.exp(-((hu / borderHu) ** 2) / 2));
/** What a cubic millimetre weighs against a square millimetre of cut, 1/mm: tissue in the middle, lung anywhere, confidence. */
const weights = { tissue: 0.12, lung: 1, confidence: 0.3 } as const;
/** Confidence speaks for the target from half the threshold on. */
const evidenceFrom = insideFrom / 2 + 1;
/** Preferences of this amount are no question. */
export const certain = 1e6;
/** What is thinner than this part of the seed's radius hangs on to the target: vessels, spicules. */
const thinPart = 0.5;
const thinnestMm = 3;

/** A cut of more voxels than this is made in two steps. */
const mostVoxels = 120_000;

/** 1 inside, in the region's memory order. */
export function cutRound(image: RegionImage, round: CutRound): Uint8Array {
  const { grid, hu } = image;
  const model: Densities = {
    tumourHu: medianNear(image, round.seed, round.seedRadiusMm),
    lungHu: lungLevelHu(image),
  };
  if (hu.length <= mostVoxels) {
    return tidy(grid, cut(image, round, model), round);
  }
  const coarse = coarsen(image);
  const coarseRound: CutRound = {
    seed: coarse.coarseOf(round.seed),
    seedRadiusMm: round.seedRadiusMm,
    pull: (at) => round.pull(coarse.fineOf(at)),
  };
  const decidedVoxels = decided(coarse, cut(coarse.image, coarseRound, model), hu.length);
  return tidy(grid, cut(image, round, model, decidedVoxels), round);
}

type Densities = { readonly tumourHu: number; readonly lungHu: number };

/** `known`: 1 inside, -1 outside, 0 to be found; all to be found if left out. */
function cut(
  image: RegionImage,
  { seed, seedRadiusMm, pull }: CutRound,
  { tumourHu, lungHu }: Densities,
  known?: Int8Array,
): Uint8Array {
  const { grid, hu, confidence } = image;
  const { size, spacingMm } = grid;
  const [width, height] = size;
  const seedPlace = [seed % width, Math.floor(seed / width) % height, Math.floor(seed / (width * height))];
  const fromSeed = placesOf(grid, seedPlace, [seedRadiusMm, seedRadiusMm, seedRadiusMm]);
  const voxelMm3 = spacingMm[0] * spacingMm[1] * spacingMm[2];
  const preference = new Float32Array(hu.length);
  for (let at = 0; at < hu.length; at++) {
    if (known !== undefined && known[at] !== 0) {
      preference[at] = known[at] * certain;
      continue;
    }
    const tissue = likeness(hu[at], tumourHu, lungHu);
    const tissuePreference = tissue > 0 ? weights.tissue * Math.min(tissue, pull(at)) : weights.lung * tissue;
    const sure =
      confidence === null || tissue < 0
        ? 0
        : weights.confidence * certaintyAbove(confidence[at], evidenceFrom);
    preference[at] = voxelMm3 * (tissuePreference + sure);
    if (tissue > 0 && fromSeed(at) <= 1) preference[at] = certain;
  }
  preference[seed] = certain;
  const parting = partingCosts(image, preference);
  return minimumCut({ size, preference, parting });
}

/** 1 as dense as the tumour, 0 half way to lung, -1 lung; -1 also for what is much denser. */
function likeness(value: number, tumourHu: number, lungHu: number): number {
  const half = (tumourHu - lungHu) / 2;
  if (value <= tumourHu) return Math.max(-1, (value - lungHu - half) / half);
  const denser = (value - tumourHu - denserHu.from) / (denserHu.to - denserHu.from);
  return 1 - 2 * Math.min(1, Math.max(0, denser));
}

/**
 * Costs between neighbours; those towards the outermost layer, which is outside, go into the preference. Between two voxels
 * whose side is certain and the same there is nothing to part, and nothing is computed.
 */
export function partingCosts({ grid, hu }: RegionImage, preference: Float32Array): Float32Array {
  const { size, spacingMm } = grid;
  const [width, height, depth] = size;
  const stride = [1, width, width * height];
  const [sx, sy, sz] = spacingMm;
  const face = [sy * sz, sx * sz, sx * sy];
  const parting = new Float32Array(arcsPerVoxel * hu.length);
  const place = [0, 0, 0];
  for (let k = 0, at = 0; k < depth; k++) {
    for (let j = 0; j < height; j++) {
      const edge = k === 0 || k === depth - 1 || j === 0 || j === height - 1;
      for (let i = 0; i < width; i++, at++) {
        if (edge || i === 0 || i === width - 1) {
          preference[at] = 0;
          continue;
        }
        place[0] = i;
        place[1] = j;
        place[2] = k;
        const sure = Math.abs(preference[at]) >= certain;
        for (let arc = 0; arc < arcsPerVoxel; arc++) {
          const axis = arc >> 1;
          const side = arc & 1 ? 1 : -1;
          const other = at + side * stride[axis];
          const next = place[axis] + side;
          if (sure && preference[other] === preference[at]) continue;
          const cost = face[axis] * (alike[Math.abs(hu[at] - hu[other])] ?? 0);
          if (next === 0 || next === size[axis] - 1) preference[at] -= cost;
          else parting[arcsPerVoxel * at + arc] = cost;
        }
      }
    }
  }
  return parting;
}

/** Without what is thin, in one piece with the seed, holes filled. */
function tidy(grid: Grid, inside: Uint8Array, { seed, seedRadiusMm }: CutRound): Uint8Array {
  const thinMm = Math.min(thinnestMm, thinPart * seedRadiusMm);
  const depthMm = distanceToMask(maskWhere(grid, (at) => inside[at] === 0));
  const core = maskWhere(grid, (at) => depthMm[at] > thinMm);
  core.data[seed] = 1;
  const { labels } = connectedComponents(core, "corners");
  const reachMm = distanceToMask(maskWhere(grid, (at) => labels[at] === labels[seed]));
  const slackMm = Math.max(grid.spacingMm[0], grid.spacingMm[1]);
  const mask = maskWhere(grid, (at) => inside[at] === 1 && reachMm[at] <= thinMm + slackMm);
  applyPatch(mask, fillHoles(mask));
  return mask.data;
}
