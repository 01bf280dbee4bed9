/**
 * Distances between two surfaces, element by element and weighted by the elements' sizes: what every metric of this folder
 * is computed from. Definition and units as surface-distance (Nikolov et al. 2018, arXiv:1809.04430).
 */
import type { Vector3 } from "#core/coordinates.ts";
import type { Mask } from "#geometry/mask.ts";
import { nearestDistancesMm } from "./nearest-distances.ts";
import { contourElements, type SurfaceElements, surfaceElements } from "./surface-elements.ts";

/** The elements of one surface by growing distance to the other; no elements for an empty mask. */
export type OneSidedDistances = {
  /** To the nearest element of the other surface; infinite if there is none. */
  readonly distancesMm: Float64Array;
  /** Area (mm2) or length (mm) of each element, in the same order. */
  readonly sizes: Float64Array;
  /** Sum of the sizes. */
  readonly totalSize: number;
};

export type SurfaceDistances = {
  readonly referenceToPrediction: OneSidedDistances;
  readonly predictionToReference: OneSidedDistances;
};

/** Between the surfaces of two masks of one grid. */
export function surfaceDistances(reference: Mask, prediction: Mask): SurfaceDistances {
  return between(surfaceElements(reference), surfaceElements(prediction), reference.grid.spacingMm);
}

/** Between the contours of two masks that are one slice deep. */
export function contourDistances(reference: Mask, prediction: Mask): SurfaceDistances {
  return between(contourElements(reference), contourElements(prediction), reference.grid.spacingMm);
}

/** True if both surfaces exist: otherwise no distance between them is defined. */
export function bothPresent({ referenceToPrediction, predictionToReference }: SurfaceDistances): boolean {
  return referenceToPrediction.sizes.length > 0 && predictionToReference.sizes.length > 0;
}

function between(a: SurfaceElements, b: SurfaceElements, spacingMm: Vector3): SurfaceDistances {
  return {
    referenceToPrediction: oneSided(a, b, spacingMm),
    predictionToReference: oneSided(b, a, spacingMm),
  };
}

function oneSided(from: SurfaceElements, to: SurfaceElements, spacingMm: Vector3): OneSidedDistances {
  const distances = nearestDistancesMm(from.places, to.places, spacingMm);
  const distancesMm = distances.toSorted();
  const sizes = sizesInOrder(distances, distancesMm, from.sizes);
  return { distancesMm, sizes, totalSize: sizes.reduce((sum, size) => sum + size, 0) };
}

/**
 * The elements' sizes in the order of their distances, equal distances by size, as surface-distance sorts. On a lattice many are
 * equal: each distance has its place, and sorting numbers is quicker than sorting elements.
 */
function sizesInOrder(distances: Float64Array, sorted: Float64Array, sizes: Float64Array): Float64Array {
  const ordered = new Float64Array(sizes.length);
  const next = new Map<number, number>();
  for (let at = sorted.length - 1; at >= 0; at--) next.set(sorted[at], at);
  for (let element = 0; element < sizes.length; element++) {
    const at = next.get(distances[element]) ?? 0;
    ordered[at] = sizes[element];
    next.set(distances[element], at + 1);
  }
  for (let first = 0, end = 1; first < sorted.length; first = end++) {
    while (end < sorted.length && sorted[end] === sorted[first]) end++;
    ordered.subarray(first, end).sort();
  }
  return ordered;
}
