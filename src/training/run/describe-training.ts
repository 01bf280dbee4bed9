/** What a model says of the patients that it was trained and validated on: numbers that identify nobody. */

import { basename, resolve } from "node:path";
import type { CohortDescription, ModelMetadata, ModelMetric } from "#contract/model-metadata.ts";
import { readLicence } from "#patients/cohort/read-licence.ts";
import { median } from "#statistics/moments.ts";
import { type CohortImages, imageCount, type TrainingSet } from "#training/training-set.ts";
import type { AddedCohort } from "./load-training-set.ts";

export function describeTrainingSet(set: TrainingSet): CohortDescription {
  const volumes = set.patients.map(({ targetCc }) => targetCc).sort((a, b) => a - b);
  const spacings = set.patients.map(({ sliceSpacingMm }) => sliceSpacingMm);
  return {
    patients: set.patients.length,
    slices: imageCount(set),
    slicesWithTarget: [set, ...set.additions].reduce((sum, { withTarget }) => sum + withTarget.length, 0),
    volumeCc: {
      median: rounded(median(volumes)),
      min: rounded(volumes[0]),
      max: rounded(volumes[volumes.length - 1]),
    },
    sliceSpacingMm: { min: rounded(Math.min(...spacings)), max: rounded(Math.max(...spacings)) },
  };
}

/** Each cohort of a training with its licence; `cohorts` in the set's order, the first one first. */
export async function describeSources(
  set: TrainingSet,
  cohorts: readonly AddedCohort[],
): Promise<ModelMetadata["trainedOn"]["sources"]> {
  const count = (images: CohortImages) => {
    const all = [...images.withTarget, ...images.withoutTarget];
    return { patients: new Set(all.map(({ patient }) => patient)).size, images: all.length };
  };
  const images = [set, ...set.additions].map(count);
  return Promise.all(
    cohorts.map(async ({ cohort, weight }, index) => ({
      cohort: basename(resolve(cohort)),
      ...images[index],
      weight,
      licence: await readLicence(cohort),
    })),
  );
}

/** The validation's figure of the epoch whose weights the model has; none if no patient had a defined DSC, of all `patients`. */
export function validationMetrics(
  best: { readonly meanDsc: number | null; readonly measured?: number | undefined } | undefined,
  patients: number,
): ModelMetric[] {
  if (best === undefined || best.meanDsc === null) return [];
  return [
    {
      name: "DSC",
      value: rounded(best.meanDsc),
      unit: "patient",
      count: best.measured ?? patients,
      measuredOn:
        "validation patients of the same cohort, at the network's matrix; the epoch was chosen by it, so it flatters",
    },
  ];
}

/** Four digits after the point are more than any of these figures bears. */
function rounded(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}
