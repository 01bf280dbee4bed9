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
  const order = Uint32Array.from(distances.keys()).sort(
    // Equal distances by size, as surface-distance sorts; infinite ones have no difference.
    (a, b) =>
      (distances[a] === distances[b] ? 0 : distances[a] - distances[b]) || from.sizes[a] - from.sizes[b],
  );
  const sizes = Float64Array.from(order, (element) => from.sizes[element]);
  return {
    distancesMm: Float64Array.from(order, (element) => distances[element]),
    sizes,
    totalSize: sizes.reduce((sum, size) => sum + size, 0),
  };
}
