/** What a model says of the patients that it was trained and validated on: numbers that identify nobody. */
import type { CohortDescription, ModelMetric } from "../../contract/model-metadata.ts";
import type { TrainingSet } from "../../train/training-set.ts";

export function describeTrainingSet(set: TrainingSet): CohortDescription {
  const volumes = set.patients.map(({ targetCc }) => targetCc).sort((a, b) => a - b);
  const spacings = set.patients.map(({ sliceSpacingMm }) => sliceSpacingMm);
  return {
    patients: set.patients.length,
    slices: set.withTarget.length + set.withoutTarget.length,
    slicesWithTarget: set.withTarget.length,
    volumeCc: {
      median: rounded(medianOfSorted(volumes)),
      min: rounded(volumes[0]),
      max: rounded(volumes[volumes.length - 1]),
    },
    sliceSpacingMm: { min: rounded(Math.min(...spacings)), max: rounded(Math.max(...spacings)) },
  };
}

/** The validation's figure of the epoch whose weights the model has; none if no patient had a defined DSC. */
export function validationMetrics(
  best: { readonly meanDsc: number | null } | undefined,
  patients: number,
): ModelMetric[] {
  if (best === undefined || best.meanDsc === null) return [];
  return [
    {
      name: "DSC",
      value: rounded(best.meanDsc),
      unit: "patient",
      count: patients,
      measuredOn:
        "validation patients of the same cohort, at the network's matrix; the epoch was chosen by it, so it flatters",
    },
  ];
}

function medianOfSorted(sorted: readonly number[]): number {
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/** Four digits after the point are more than any of these figures bears. */
function rounded(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}
