/**
 * What can be seen of a contour without a reference: how sure the model is within and about it, how far its mirror image
 * agrees, what else it found, how one slice follows from the next, whether there is lung about it. Fractions from 0 to 1,
 * each such that more of it never speaks against the contour. Not here: what the fractions are worth as a DSC
 * (expected-dsc.ts).
 *
 * Sureness is a byte of the confidence over that of certainty: 1/2 at the model's threshold, whatever that is. The neighbourhood of a
 * contour is its box, half as large again; what the model finds beyond it counts in `share` alone.
 */
import { type CoarseLungs, lungSupport, slicesOfLungs } from "#anatomy/lung-support.ts";
import type { FeatureName } from "#contract/quality.ts";
import { type Confidence, certainByte, insideFrom } from "#geometry/confidence.ts";
import { type Box, boundingBox } from "#geometry/crop.ts";
import type { Grid } from "#geometry/grid.ts";
import type { Mask } from "#geometry/mask.ts";
import { dice } from "#geometry/overlap.ts";
import { connectedRuns } from "#geometry/regions/connected-components.ts";
import { seekAtLeast } from "#geometry/seek.ts";

/**
 * - overlap: expected true positives over expected sizes, 2 sum(inside) / (voxels inside + sum(neighbourhood)): the DSC
 *   against a reference drawn at random by the sureness.
 * - certainty: mean sureness inside, from 0 at the threshold to 1.
 * - stability: DSC of the contours at sureness 3/4 and 1/4: 1 for a sharp edge, low for a cloud.
 * - agreement: DSC of what is above the threshold in the image and in its mirror image; 0 where either finds nothing.
 * - share: sureness inside, of that in all voxels above the threshold anywhere.
 * - continuity: DSC of the contour with itself moved by one slice; where it ends before the CT does, the empty slice counts.
 * - lung: part of a rim in the slice, 3 mm outside the contour and two voxels at least, that is as light as lung. What is
 *   wrongly taken lies in the middle of the chest or in the abdomen more often than a tumour of the lung does.
 * - contour: of a slice, the expected DSC of the whole contour.
 */
export type Features = Readonly<Partial<Record<FeatureName, number>>>;

export type ContourFeatures = {
  readonly contour: Features;
  /** Undefined where no lungs are seen. */
  readonly inLungs: PlaceInLungs | undefined;
  /** Slices of the CT in which it ends though it is broad there: it goes on where nobody looked. */
  readonly cutOffAt: readonly ("lowest" | "highest")[];
  /** For each slice of the CT, from the feet up; undefined where it has no contour. */
  readonly slices: readonly (Features | undefined)[];
};

type PlaceInLungs = {
  /** Part of its lower surface that has lung below (anatomy/lung-support.ts). */
  readonly support: number;
  /** Height of its centre over the lowest slice with lung, in parts of the lungs' height: below 0 under the lungs. */
  readonly height: number;
};

export type SeenContour = {
  /** What the mask was made of. */
  readonly confidence: Confidence;
  readonly mask: Mask;
  /** Where the model saw the mirror image as well: the two that `confidence` is the mean of. */
  readonly views?: readonly [Confidence, Confidence] | undefined;
  /** The CT's. */
  readonly hu: Int16Array;
  readonly lungs?: CoarseLungs | undefined;
};

/** Of its widest slice: a tumour that is narrower ends near by. */
const broadPart = 0.25;

const rimMm = 3;
/** Lung with vessels, noise and partial volume is below. */
const lungBelowHu = -500;

/** Undefined for an empty mask. All lie on one grid. */
export function contourFeatures(seen: SeenContour): ContourFeatures | undefined {
  const box = boundingBox(seen.mask);
  if (box === undefined) return undefined;
  const nk = seen.mask.grid.size[2];
  const near = neighbourhood(box, seen.mask.grid);
  const bySlice = Array.from({ length: nk }, (_, k) =>
    k >= near.from[2] && k < near.to[2] ? countSlice(seen, near, k) : noCounts,
  );
  const all = bySlice.reduce(addCounts, noCounts);
  const elsewhere = surenessElsewhere(seen);
  const share = all.sureInside / (all.sureInside + elsewhere);
  const contour = {
    ...fractions(all),
    ...(seen.views === undefined ? {} : { agreement: diceOrNone(all.both, all.first + all.second) }),
    share,
    continuity: diceOrNone(all.shared, all.neighbours),
  };
  const slices = bySlice.map((counts, k): Features | undefined => {
    if (counts.inside === 0) return undefined;
    // Both steps, from the slice below and to the one above; there is none beyond the CT's ends.
    const above = bySlice[k + 1] ?? noCounts;
    return {
      ...fractions(counts),
      ...(seen.views === undefined
        ? {}
        : { agreement: diceOrNone(counts.both, counts.first + counts.second) }),
      continuity: diceOrNone(counts.shared + above.shared, counts.neighbours + above.neighbours),
    };
  });
  const areas = bySlice.map(({ inside }) => inside);
  return {
    contour,
    slices,
    inLungs: seen.lungs && placeInLungs(seen.mask, seen.lungs),
    cutOffAt: cutOffAt(areas),
  };
}

/** `areas`: voxels in each slice of the CT, from the feet up. */
function cutOffAt(areas: readonly number[]): ContourFeatures["cutOffAt"] {
  const broad = broadPart * Math.max(...areas);
  const ends = [
    ["lowest", areas[0]],
    ["highest", areas[areas.length - 1]],
  ] as const;
  return ends.filter(([, area]) => area >= broad).map(([end]) => end);
}

/** All parts together. */
function placeInLungs(mask: Mask, lungs: CoarseLungs): PlaceInLungs {
  const [bottom, top] = slicesOfLungs(lungs);
  const runs = connectedRuns(mask);
  const asOne = { ...runs, labels: runs.labels.map(() => 1), count: 1 };
  const [, support] = lungSupport(lungs, asOne, mask.grid, (at) => mask.data[at] === 1);
  const area = mask.grid.size[0] * mask.grid.size[1];
  let [voxels, slices] = [0, 0];
  for (let run = 0; run < runs.starts.length; run++) {
    const count = runs.ends[run] - runs.starts[run];
    voxels += count;
    slices += count * Math.floor(runs.starts[run] / area);
  }
  return { support, height: (slices / voxels - bottom) / Math.max(1, top - bottom) };
}

type Counts = {
  /** Voxels of the mask, and the sums of sureness over them and over the neighbourhood. */
  readonly inside: number;
  readonly sureInside: number;
  readonly sureNear: number;
  /** Voxels near it with a sureness of 3/4 and 1/4 at least. */
  readonly high: number;
  readonly low: number;
  /** Voxels near it above the threshold in either view, and in both. */
  readonly first: number;
  readonly second: number;
  readonly both: number;
  /** Voxels of the mask that are inside in the slice below too; voxels inside in this slice and in that. */
  readonly shared: number;
  readonly neighbours: number;
  /** Voxels of the rim, and those of them that are as light as lung. */
  readonly rim: number;
  readonly air: number;
};

const noCounts: Counts = {
  inside: 0,
  sureInside: 0,
  sureNear: 0,
  high: 0,
  low: 0,
  first: 0,
  second: 0,
  both: 0,
  shared: 0,
  neighbours: 0,
  rim: 0,
  air: 0,
};

function addCounts(a: Counts, b: Counts): Counts {
  return {
    inside: a.inside + b.inside,
    sureInside: a.sureInside + b.sureInside,
    sureNear: a.sureNear + b.sureNear,
    high: a.high + b.high,
    low: a.low + b.low,
    first: a.first + b.first,
    second: a.second + b.second,
    both: a.both + b.both,
    shared: a.shared + b.shared,
    neighbours: a.neighbours + b.neighbours,
    rim: a.rim + b.rim,
    air: a.air + b.air,
  };
}

function countSlice({ confidence, mask, views, hu }: SeenContour, near: Box, k: number): Counts {
  const [ni, nj] = mask.grid.size;
  const reach = rimReach(mask.grid);
  const counts = { ...noCounts };
  for (let j = near.from[1]; j < near.to[1]; j++) {
    for (let i = near.from[0]; i < near.to[0]; i++) {
      const at = i + ni * (j + nj * k);
      const sure = confidence.data[at] / certainByte;
      const inside = mask.data[at];
      counts.inside += inside;
      if (inside === 0 && touchesRim(mask, at, [i, j], reach)) {
        counts.rim++;
        if (hu[at] < lungBelowHu) counts.air++;
      }
      counts.sureInside += inside * sure;
      counts.sureNear += sure;
      if (sure >= 0.75) counts.high++;
      if (sure >= 0.25) counts.low++;
      if (k > 0) {
        const below = mask.data[at - ni * nj];
        counts.shared += inside & below;
        counts.neighbours += inside + below;
      }
      if (views === undefined) continue;
      const first = views[0].data[at] >= insideFrom ? 1 : 0;
      const second = views[1].data[at] >= insideFrom ? 1 : 0;
      counts.first += first;
      counts.second += second;
      counts.both += first & second;
    }
  }
  return counts;
}

/** Voxels along i and j. */
function rimReach({ spacingMm }: Grid): readonly [number, number] {
  return [Math.max(2, Math.round(rimMm / spacingMm[0])), Math.max(2, Math.round(rimMm / spacingMm[1]))];
}

/** Whether the contour is just so far away to the left, right, front or back. */
function touchesRim(
  { grid, data }: Mask,
  at: number,
  [i, j]: readonly [number, number],
  [di, dj]: readonly [number, number],
): boolean {
  const [ni, nj] = grid.size;
  return (
    (i >= di && data[at - di] === 1) ||
    (i < ni - di && data[at + di] === 1) ||
    (j >= dj && data[at - dj * ni] === 1) ||
    (j < nj - dj && data[at + dj * ni] === 1)
  );
}

function fractions({ inside, sureInside, sureNear, high, low, rim, air }: Counts) {
  const atThreshold = insideFrom / certainByte;
  return {
    overlap: diceOrNone(sureInside, inside + sureNear),
    certainty: Math.max(0, (sureInside / inside - atThreshold) / (1 - atThreshold)),
    stability: diceOrNone(high, high + low),
    lung: rim === 0 ? 0 : air / rim,
  };
}

/** Of all voxels above the threshold that the contour leaves out, wherever they are. */
function surenessElsewhere({ confidence, mask }: SeenContour): number {
  const next = seekAtLeast(confidence.data, insideFrom);
  let sum = 0;
  for (let at = next(0); at < mask.data.length; at = next(at + 1))
    if (mask.data[at] === 0) sum += confidence.data[at] / certainByte;
  return sum;
}

/** The box and a quarter of its extent, the rim at least, on every side; one slice more at either end. */
function neighbourhood({ from, to }: Box, grid: Grid): Box {
  const { size } = grid;
  const reach = rimReach(grid);
  const around = (axis: 0 | 1): number => Math.max(reach[axis], Math.round((to[axis] - from[axis]) / 4));
  const room = [around(0), around(1), 1] as const;
  return {
    from: [Math.max(0, from[0] - room[0]), Math.max(0, from[1] - room[1]), Math.max(0, from[2] - room[2])],
    to: [
      Math.min(size[0], to[0] + room[0]),
      Math.min(size[1], to[1] + room[1]),
      Math.min(size[2], to[2] + room[2]),
    ],
  };
}

/** 0 where there is nothing. */
function diceOrNone(shared: number, sizes: number): number {
  return dice(shared, sizes) ?? 0;
}
