/**
 * Slices without target teach a network that answers prompts where a tumour ends: those that a neighbour's contour can reach
 * do, the rest of the chest shows nothing that such a network is ever asked.
 */
import type { CohortImages, ImageRef, PatientImages, TrainingSet } from "#training/training-set.ts";
import { promptReach } from "./draw-prompt.ts";

/** The set without those slices that hold no target and are out of the reach of any that does. */
export function keepNearSlices<Images extends PatientImages>(set: TrainingSet<Images>): TrainingSet<Images> {
  const isNear = ({ patient, slice }: ImageRef): boolean => {
    const { hasTarget, sliceSpacingMm } = set.patients[patient];
    const reach = promptReach(sliceSpacingMm);
    return hasTarget.slice(Math.max(0, slice - reach), slice + reach + 1).includes(true);
  };
  const keep = <Source extends CohortImages>(images: Source): Source => ({
    ...images,
    withoutTarget: images.withoutTarget.filter(isNear),
  });
  return { ...keep(set), additions: set.additions.map(keep) };
}
