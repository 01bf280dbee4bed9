/**
 * The numbers beside a comparison, of one slice and of the volume. Definitions: docs/metrics.md; the functions are those that
 * evaluate a cohort (src/evaluate). Pure: the same in the page (overlap, at once) and in the worker (distances).
 */
import { hausdorffMm } from "#evaluate/distances/hausdorff.ts";
import { symmetricMeanMm } from "#evaluate/distances/mean-distance.ts";
import { addedPathLengthsMm } from "#evaluate/distances/path-metrics.ts";
import { contourDistances, surfaceDistances } from "#evaluate/distances/surface-distances.ts";
import { type Box, boundingBox, cropMask, unionBox } from "#geometry/crop.ts";
import { type Mask, maskSlice, volumeCc } from "#geometry/mask.ts";
import { countOverlap, type Overlap, overlapFromCounts } from "#geometry/overlap.ts";

/** Ratios, null where undefined. FPR's field of view is every voxel of the slice or of the CT. */
type OverlapNumbers = Pick<Overlap, "dsc" | "jsc" | "tpr" | "fpr">;

type DistanceNumbers = {
  readonly hd95Mm: number | null;
  readonly meanMm: number | null;
  readonly aplMm: number | null;
};

/** Two masks cut to the box that holds both. `k` is the slice within it; null if it lies outside. */
export type CroppedPair = { readonly reference: Mask; readonly other: Mask; readonly k: number | null };

/** Undefined if both are empty. `k` is a slice of the whole grid. */
export function cropPair(reference: Mask, other: Mask, k: number): CroppedPair | undefined {
  const box = unionBox(boundingBox(reference), boundingBox(other));
  if (box === undefined) return undefined;
  return {
    reference: cropMask(reference, box),
    other: cropMask(other, box),
    k: k >= box.from[2] && k < box.to[2] ? k - box.from[2] : null,
  };
}

/** In the volume, and in slice k of the whole grid. */
export function overlapNumbers(
  reference: Mask,
  other: Mask,
  k: number,
): { readonly volume: OverlapNumbers; readonly slice: OverlapNumbers; readonly differenceCc: number } {
  const [ni, nj, nk] = reference.grid.size;
  const pair = cropPair(reference, other, k);
  const counts = pair ? countOverlap(pair.reference.data, pair.other.data) : countOverlap(none, none);
  const beyond = ni * nj * nk - (pair?.reference.data.length ?? 0);
  return {
    volume: overlapFromCounts({ ...counts, trueNegatives: counts.trueNegatives + beyond }),
    slice: overlapFromCounts(countOverlap(maskSlice(reference, k), maskSlice(other, k))),
    differenceCc: pair ? volumeCc(pair.other) - volumeCc(pair.reference) : 0,
  };
}

/** Distances in the volume and in the pair's slice: a while for a large tumour. */
export function distanceNumbers({ reference, other, k }: CroppedPair): {
  readonly volume: DistanceNumbers;
  readonly slice: DistanceNumbers;
} {
  const volume = surfaceDistances(reference, other);
  const path = (a: Mask, b: Mask): number | null => (addedPathLengthsMm(a, b).aplMm as number | null) ?? null;
  const undefinedSlice = { hd95Mm: null, meanMm: null, aplMm: null };
  return {
    volume: {
      hd95Mm: hausdorffMm(volume, 95),
      meanMm: symmetricMeanMm(volume),
      aplMm: path(reference, other),
    },
    slice:
      k === null
        ? undefinedSlice
        : sliceNumbers(cropMask(reference, sliceBox(reference, k)), cropMask(other, sliceBox(other, k))),
  };

  function sliceNumbers(a: Mask, b: Mask): DistanceNumbers {
    const contours = contourDistances(a, b);
    return { hd95Mm: hausdorffMm(contours, 95), meanMm: symmetricMeanMm(contours), aplMm: path(a, b) };
  }
}

const none = new Uint8Array();

function sliceBox({ grid: { size } }: Mask, k: number): Box {
  return { from: [0, 0, k], to: [size[0], size[1], k + 1] };
}
