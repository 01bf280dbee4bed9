/**
 * Detection lesion by lesion. A lesion is a connected component of the reference; it is found if the prediction covers at
 * least a tenth of its voxels, so that a brush past it is no detection. A false positive is a component of the prediction
 * without a single voxel of the reference: an automatic contour in the wrong place.
 *
 * Voxels that share a face, an edge or a corner are connected: a lesion that is drawn on thick slices is not torn apart.
 */
import { boundingBox, cropMask } from "#geometry/crop.ts";
import type { Mask } from "#geometry/mask.ts";
import { connectedComponents } from "#geometry/regions/connected-components.ts";
import { pairMetric } from "./pair-metric.ts";

/** Least part of a lesion's voxels that the prediction covers where it is found. */
const foundFrom = 0.1;

const countColumn = { unit: "1", digits: 1, undefinedIf: [], withoutSpacing: true } as const;

export const lesionDetection = pairMetric({
  columns: [
    { name: "lesions", title: "lesions", definition: "components of the reference", ...countColumn },
    {
      name: "lesionsFound",
      title: "found",
      definition: "components of the reference of which the prediction covers 10 % or more",
      ...countColumn,
    },
    {
      name: "lesionSensitivity",
      title: "lesion sensitivity",
      definition: "lesions found / lesions",
      ...countColumn,
      digits: 3,
      undefinedIf: ["reference", "both"],
    },
    {
      name: "falsePositiveComponents",
      title: "false components",
      definition: "components of the prediction that touch no voxel of the reference",
      ...countColumn,
    },
  ],
  perSlice: false,
  measure: ({ reference, prediction }) => detectLesions(reference, prediction),
});

type LesionDetection = {
  readonly lesions: number;
  readonly lesionsFound: number;
  /** Null without lesions. */
  readonly lesionSensitivity: number | null;
  readonly falsePositiveComponents: number;
};

/** Both masks lie on one grid; all is 0, and the sensitivity null, for two empty masks. */
export function detectLesions(reference: Mask, prediction: Mask): LesionDetection {
  const covered = coveredParts(reference, prediction);
  const lesions = covered.length;
  const detected = covered.filter((part) => part >= foundFrom).length;
  return {
    lesions,
    lesionsFound: detected,
    lesionSensitivity: lesions === 0 ? null : detected / lesions,
    falsePositiveComponents: coveredParts(prediction, reference).filter((part) => part === 0).length,
  };
}

/** For each component of `mask`, the part of its voxels that `cover` has too. */
function coveredParts(mask: Mask, cover: Mask): number[] {
  const box = boundingBox(mask);
  if (box === undefined) return [];
  const { labels, sizes } = connectedComponents(cropMask(mask, box), "corners");
  const other = cropMask(cover, box);
  const covered = sizes.map(() => 0);
  for (let at = 0; at < labels.length; at++) {
    if (labels[at] > 0) covered[labels[at] - 1] += other.data[at];
  }
  return covered.map((count, lesion) => count / sizes[lesion]);
}
